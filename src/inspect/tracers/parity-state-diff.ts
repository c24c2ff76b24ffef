import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { EthAddress } from "../../builtin/evm/index.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { type Account, type AccountChange, readChangedAccounts, type TracedStates } from "./accounts.js";
import { type Hex, hexOf, hexWord, quantity } from "./hex.js";

/** A value that has changed: `=` the same, `+` there was none, `-` there is none any more, `*` another one. */
export type ParityDelta =
  | "="
  | { readonly "+": Hex }
  | { readonly "-": Hex }
  | { readonly "*": { readonly from: Hex; readonly to: Hex } };

/** Changes in an account. */
export interface ParityAccountDiff {
  /** attoFIL. */
  readonly balance: ParityDelta;
  readonly code: ParityDelta;
  readonly nonce: ParityDelta;
  /** By slot: words of 32 bytes. */
  readonly storage: Readonly<Record<Hex, Exclude<ParityDelta, "=">>>;
}

/** Accounts that a message has changed, by address. */
export type ParityStateDiff = Readonly<Record<EthAddress, ParityAccountDiff>>;

/**
 * Changes by a message, as Parity's `stateDiff` shows them, fees included. Slots of contracts that have ended
 * are not listed.
 *
 * @throws as `prestateTracer`. Source: OpenEthereum's `trace_replayTransaction`
 */
export async function parityStateDiff(
  trace: MessageTrace,
  states: TracedStates,
  options: BlockAccessOptions = {},
): Promise<ParityStateDiff> {
  const changes = await readChangedAccounts({ trace, withCode: true }, states, options);
  const diffs = changes.map((change) => [change.address, diffOf(change)] as const);
  return Object.fromEntries(diffs.filter(([, diff]) => !isSame(diff)));
}

function diffOf({ before, after, slots }: AccountChange): ParityAccountDiff {
  const delta = (show: (account: Account) => Hex) => deltaOf(before && show(before), after && show(after));
  return {
    balance: delta(({ balance }) => quantity(balance)),
    code: delta(({ code }) => hexOf(code)),
    nonce: delta(({ nonce }) => quantity(nonce)),
    storage: Object.fromEntries(
      slots.map((slot) => [
        hexWord(slot.slot),
        before === undefined
          ? { "+": hexWord(slot.after) }
          : { "*": { from: hexWord(slot.before), to: hexWord(slot.after) } },
      ]),
    ),
  };
}

function deltaOf(from: Hex | undefined, to: Hex | undefined): ParityDelta {
  if (from === to) return "=";
  if (from === undefined) return { "+": to as Hex };
  return to === undefined ? { "-": from } : { "*": { from, to } };
}

function isSame({ balance, code, nonce, storage }: ParityAccountDiff): boolean {
  return [balance, code, nonce].every((delta) => delta === "=") && Object.keys(storage).length === 0;
}
