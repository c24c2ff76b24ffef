import { type Address, addressId } from "../../address/address.js";
import type { BlockAccessOptions } from "../../blockstore/access.js";
import { walkBlocks } from "../../blockstore/access.js";
import type { Blocks, Blockstore } from "../../blockstore/blocks.js";
import { type EthAddress, type EvmState, readBytecode, readEvmState } from "../../builtin/evm/index.js";
import { type Cid, checkCid } from "../../encoding/cid.js";
import { Kamt } from "../../ipld/kamt.js";
import { retrying, takingEach } from "../../ipld/retrying.js";
import { bytesEqual, hexBytes, NO_BYTES } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import { networkVersion } from "../../vm/network/version.js";
import type { ActorId, ActorState } from "../../vm/state-tree/actor-state.js";
import type { StoredState } from "../../vm/state-tree/state-view.js";
import { storedDifference } from "../../vm/state-tree/stored-difference.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { loadState } from "../state/states.js";
import { shownAddress } from "./addresses.js";

/** Keccak-256 of nothing. */
export const EMPTY_CODE_HASH = hexBytes("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");

/** The states before and after a message, in a store that has both. */
export interface TracedStates {
  readonly blockstore: Blockstore;
  /** Root of the state before the message. */
  readonly before: Cid;
  /** Root of the state after the message. */
  readonly after: Cid;
}

/** An account as Ethereum knows accounts: one of nothing, without balance, nonce and code, is none (EIP-161). */
export interface Account {
  /** attoFIL. */
  readonly balance: bigint;
  readonly nonce: U64;
  /** Empty but for contracts, and where it is not asked for. */
  readonly code: Uint8Array;
  /** Keccak-256 of the code; undefined: there is none. */
  readonly codeHash: Uint8Array | undefined;
}

/** A slot of a contract's storage whose value a message has changed; 0n where there was or is nothing. */
export interface SlotChange {
  readonly slot: bigint;
  readonly before: bigint;
  readonly after: bigint;
}

/** An account before and after a message. */
export interface AccountChange {
  readonly address: EthAddress;
  readonly before: Account | undefined;
  readonly after: Account | undefined;
  /** Whether the actor is no more, or a contract that has ended and has no money. */
  readonly isEnded: boolean;
  /** Ascending; none of a contract that has ended. */
  readonly slots: readonly SlotChange[];
}

/** A question about a message's accounts. */
export interface Question {
  readonly trace: MessageTrace;
  readonly withCode: boolean;
}

/** An actor's account, and its storage if it is a contract that lives. */
interface Found {
  readonly account: Account | undefined;
  readonly contract: EvmState | undefined;
}

/** Accounts that a message has changed. Throws as `readAccounts`. */
export async function readChangedAccounts(
  question: Question,
  states: TracedStates,
  options: BlockAccessOptions,
): Promise<AccountChange[]> {
  return onStates(states, options, function* (blocks, old, now) {
    const { actors } = yield* storedDifference(blocks, old, now);
    return yield* readChanges(actors.keys(), question, blocks, old, now);
  });
}

/**
 * These accounts before and after a message. Throws as `traceContext`, and `FvmError` INVALID_CBOR, INVALID_HAMT,
 * INVALID_KAMT.
 */
export async function readAccounts(
  question: Question,
  actors: Iterable<ActorId | Address>,
  states: TracedStates,
  options: BlockAccessOptions,
): Promise<AccountChange[]> {
  return onStates(states, options, function* (blocks, old, now) {
    const ids = new Set<ActorId>();
    for (const actor of actors) {
      const id = yield* retrying(() => idOf(actor, old) ?? idOf(actor, now));
      if (id !== undefined) ids.add(id);
    }
    return yield* readChanges(ids, question, blocks, old, now);
  });
}

async function onStates<T>(
  { blockstore, before, after }: TracedStates,
  options: BlockAccessOptions,
  read: (blocks: Blocks, old: StoredState, now: StoredState) => Waits<T>,
): Promise<T> {
  for (const root of [before, after]) checkCid(root);
  return walkBlocks(
    blockstore,
    function* (blocks) {
      const old = yield* retrying(() => loadState(blocks, before));
      const now = yield* retrying(() => loadState(blocks, after));
      return yield* read(blocks, old, now);
    },
    options,
  );
}

/** By address. */
function* readChanges(
  ids: Iterable<ActorId>,
  question: Question,
  blocks: Blocks,
  old: StoredState,
  now: StoredState,
): Waits<AccountChange[]> {
  const changes: AccountChange[] = [];
  for (const id of ids) changes.push(yield* readChange(id, question, blocks, old, now));
  return changes.sort((a, b) => (a.address < b.address ? -1 : 1));
}

function idOf(actor: ActorId | Address, state: StoredState): ActorId | undefined {
  if (typeof actor !== "string") return actor;
  return addressId(actor) ?? state.resolveAddress(actor);
}

function* readChange(
  id: ActorId,
  question: Question,
  blocks: Blocks,
  old: StoredState,
  now: StoredState,
): Waits<AccountChange> {
  const [then, later] = yield* retrying(() => [old.getActor(id), now.getActor(id)] as const);
  const before = yield* retrying(() => readAccount(blocks, then, question));
  const after = yield* retrying(() => readAccount(blocks, later, question));
  const address = shownAddress(id, later ?? then);
  const isNoMore = later === undefined || (before.contract !== undefined && after.contract === undefined);
  const isEnded = isNoMore && before.account !== undefined && after.account === undefined;
  const slots = yield* readSlots(blocks, before.contract, after.contract);
  return { address, before: before.account, after: after.account, isEnded, slots };
}

function readAccount(blocks: Blocks, actor: ActorState | undefined, { trace, withCode }: Question): Found {
  if (actor === undefined) return { account: undefined, contract: undefined };
  const { balance, nonce, code, state } = actor;
  if (code !== new Map(trace.builtins).get("evm")) {
    return { account: accountOf(balance, nonce), contract: undefined };
  }
  const { actorsVersion } = networkVersion(trace.networkVersion, { experimental: true });
  const contract = readEvmState(blocks, state, actorsVersion);
  if (contract.tombstone !== undefined) return { account: accountOf(balance, 0), contract: undefined };
  const isEmpty = bytesEqual(contract.bytecodeHash, EMPTY_CODE_HASH);
  const bytecode = isEmpty || !withCode ? NO_BYTES : readBytecode(blocks, contract);
  const codeHash = isEmpty ? undefined : contract.bytecodeHash;
  return { account: accountOf(balance, contract.nonce, bytecode, codeHash), contract };
}

function accountOf(balance: bigint, nonce: U64, code = NO_BYTES, codeHash?: Uint8Array): Account | undefined {
  const isNothing = balance === 0n && nonce === 0 && codeHash === undefined;
  return isNothing ? undefined : { balance, nonce, code, codeHash };
}

/** Whether two accounts have the same code. */
export function isSameCode(a: Account | undefined, b: Account | undefined): boolean {
  return bytesEqual(a?.codeHash ?? NO_BYTES, b?.codeHash ?? NO_BYTES);
}

function* readSlots(
  blocks: Blocks,
  before: EvmState | undefined,
  after: EvmState | undefined,
): Waits<SlotChange[]> {
  if (after === undefined || before?.contractState === after.contractState) return [];
  const [old, now] = yield* retrying(() => [
    before === undefined ? Kamt.empty(blocks) : Kamt.load(blocks, before.contractState),
    Kamt.load(blocks, after.contractState),
  ]);
  const slots: SlotChange[] = [];
  yield* takingEach(now.differences(old), ({ key, before = 0n, after = 0n }) => {
    slots.push({ slot: key, before, after });
  });
  return slots;
}
