import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { EthAddress } from "../../builtin/evm/index.js";
import { NO_BYTES } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import {
  type Account,
  type AccountChange,
  EMPTY_CODE_HASH,
  isSameCode,
  readAccounts,
  readChangedAccounts,
  type SlotChange,
  type TracedStates,
} from "./accounts.js";
import { type Hex, hexOf, hexWord, quantity } from "./hex.js";
import { touchedActors } from "./touched.js";

/** Options of `prestateTracer`, by Geth's names. */
export interface PrestateTracerConfig {
  /** Changes by the message: before and after. */
  readonly diffMode?: boolean;
  /** Without contracts' code. */
  readonly disableCode?: boolean;
  /** Without contracts' storage. */
  readonly disableStorage?: boolean;
}

/** An account as Geth's `prestateTracer` shows it. What is empty is absent. */
export interface PrestateAccount {
  /** attoFIL. */
  readonly balance?: Hex;
  readonly nonce?: U64;
  readonly code?: Hex;
  readonly codeHash?: Hex;
  /** Values by slot, words of 32 bytes. */
  readonly storage?: Readonly<Record<Hex, Hex>>;
}

/** Accounts by address. */
export type Prestate = Readonly<Record<EthAddress, PrestateAccount>>;

/** Accounts before and after: those that the message has changed. After, only what has changed. */
export interface PrestateDiff {
  readonly pre: Prestate;
  readonly post: Prestate;
}

/**
 * The accounts that a message has to do with, before it, as Geth's `prestateTracer` shows them; or, in diff mode, those
 * that it has changed, before and after it. Of storage, the slots that the message has changed.
 *
 * @throws FvmError INVALID_TRACE, INVALID_STATE, INVALID_CBOR, INVALID_HAMT, INVALID_KAMT; `HostFault` BLOCK_NOT_FOUND,
 * BLOCKSTORE_FAILED, CORRUPT_BLOCK; the signal's reason. Source: go-ethereum eth/tracers/native/prestate.go
 */
export async function prestateTracer(
  trace: MessageTrace,
  states: TracedStates,
  config: PrestateTracerConfig & { readonly diffMode: true },
  options?: BlockAccessOptions,
): Promise<PrestateDiff>;
export async function prestateTracer(
  trace: MessageTrace,
  states: TracedStates,
  config?: PrestateTracerConfig & { readonly diffMode?: false },
  options?: BlockAccessOptions,
): Promise<Prestate>;
export async function prestateTracer(
  trace: MessageTrace,
  states: TracedStates,
  config?: PrestateTracerConfig,
  options?: BlockAccessOptions,
): Promise<Prestate | PrestateDiff>;
export async function prestateTracer(
  trace: MessageTrace,
  states: TracedStates,
  config: PrestateTracerConfig = {},
  options: BlockAccessOptions = {},
): Promise<Prestate | PrestateDiff> {
  const question = { trace, withCode: !config.disableCode };
  if (config.diffMode) return diffOf(await readChangedAccounts(question, states, options), config);
  const changes = await readAccounts(question, touchedActors(trace), states, options);
  const known = changes.filter(({ before }) => before !== undefined);
  return byAddress(known, ({ before, slots }) => fullAccount(before as Account, wordsBefore(slots), config));
}

function diffOf(changes: readonly AccountChange[], config: PrestateTracerConfig): PrestateDiff {
  const changed = changes.filter((change) => isChanged(change, config));
  const known = changed.filter(({ before }) => before !== undefined);
  const left = changed.filter(({ isEnded }) => !isEnded);
  return {
    pre: byAddress(known, ({ before, slots }) => {
      return fullAccount(before as Account, wordsBefore(slots.filter((slot) => slot.before !== 0n)), config);
    }),
    post: byAddress(left, (change) => changedAccount(change, config)),
  };
}

function isChanged({ before, after, isEnded, slots }: AccountChange, config: PrestateTracerConfig): boolean {
  const [then, now] = [before ?? NONE, after ?? NONE];
  const isSame = isSameCode(before, after) && then.balance === now.balance && then.nonce === now.nonce;
  return isEnded || !isSame || (slots.length > 0 && !config.disableStorage);
}

const NONE: Account = { balance: 0n, nonce: 0, code: NO_BYTES, codeHash: undefined };

function fullAccount(
  { balance, nonce, code, codeHash }: Account,
  storage: readonly Word[],
  { disableCode, disableStorage }: PrestateTracerConfig,
): PrestateAccount {
  return {
    balance: quantity(balance),
    ...(nonce !== 0 && { nonce }),
    ...(code.length > 0 && !disableCode && { code: hexOf(code) }),
    ...(codeHash !== undefined && { codeHash: hexOf(codeHash) }),
    ...(storage.length > 0 && !disableStorage && { storage: Object.fromEntries(storage) }),
  };
}

/** Fields that differ afterwards. Slots that are empty now are absent, as is a nonce of 0. */
function changedAccount(change: AccountChange, config: PrestateTracerConfig): PrestateAccount {
  const { before = NONE, after = NONE, slots } = change;
  const storage = slots.filter((slot) => slot.after !== 0n).map(({ slot, after }) => wordOf(slot, after));
  const isSame = isSameCode(before, after);
  return {
    ...(before.balance !== after.balance && { balance: quantity(after.balance) }),
    ...(before.nonce !== after.nonce && after.nonce !== 0 && { nonce: after.nonce }),
    ...(!isSame && !config.disableCode && { code: hexOf(after.code) }),
    ...(!isSame && { codeHash: hexOf(after.codeHash ?? EMPTY_CODE_HASH) }),
    ...(storage.length > 0 && !config.disableStorage && { storage: Object.fromEntries(storage) }),
  };
}

type Word = readonly [slot: Hex, value: Hex];

function wordsBefore(slots: readonly SlotChange[]): Word[] {
  return slots.map(({ slot, before }) => wordOf(slot, before));
}

function wordOf(slot: bigint, value: bigint): Word {
  return [hexWord(slot), hexWord(value)];
}

function byAddress(
  changes: readonly AccountChange[],
  show: (change: AccountChange) => PrestateAccount,
): Prestate {
  return Object.fromEntries(changes.map((change) => [change.address, show(change)]));
}
