/**
 * Answers of Geth's `prestateTracer` and Parity's `stateDiff` about what a transaction has done to a state.
 */
import { fromHex, keccak, toHex } from "./abi.js";
import type { EthereumAccount, EthereumResult } from "./ethereum.js";

const NONE: EthereumAccount = { balance: 0n, nonce: 0n, code: "0x", storage: new Map() };
const ZERO = `0x${"0".repeat(64)}`;

interface Change {
  readonly address: string;
  readonly before: EthereumAccount | undefined;
  readonly after: EthereumAccount | undefined;
  /** Slots whose value has changed. */
  readonly slots: readonly string[];
}

/** Accounts that there were before, of all that the transaction has to do with. */
export function expectedPrestate(result: EthereumResult): object {
  const known = changesOf(result, result.touched).filter(({ before }) => before !== undefined);
  return Object.fromEntries(known.map((change) => [change.address, full(change, () => true)]));
}

export function expectedDiff(result: EthereumResult): { readonly pre: object; readonly post: object } {
  const changed = changesOf(result, allOf(result)).filter(isChanged);
  const known = changed.filter(({ before }) => before !== undefined);
  const left = changed.filter(({ after }) => after !== undefined);
  return {
    pre: Object.fromEntries(known.map((change) => [change.address, full(change, (value) => value !== ZERO)])),
    post: Object.fromEntries(left.map((change) => [change.address, different(change)])),
  };
}

export function expectedStateDiff(result: EthereumResult): object {
  const changed = changesOf(result, allOf(result)).filter(isChanged);
  return Object.fromEntries(
    changed.map(({ address, before, after, slots }) => {
      const delta = (show: (account: EthereumAccount) => string) =>
        deltaOf(before && show(before), after && show(after));
      const storage = slots.map((slot) => {
        const [from, to] = [before?.storage.get(slot) ?? ZERO, after?.storage.get(slot) ?? ZERO];
        return [slot, before === undefined ? { "+": to } : { "*": { from, to } }];
      });
      const fields = {
        balance: delta(({ balance }) => hex(balance)),
        nonce: delta(({ nonce }) => hex(nonce)),
        code: delta(({ code }) => code),
        storage: Object.fromEntries(storage),
      };
      return [address, fields];
    }),
  );
}

function deltaOf(from: string | undefined, to: string | undefined): unknown {
  if (from === to) return "=";
  if (from === undefined) return { "+": to };
  return to === undefined ? { "-": from } : { "*": { from, to } };
}

function allOf({ before, after }: EthereumResult): ReadonlySet<string> {
  return new Set([...before.keys(), ...after.keys()]);
}

function changesOf({ before, after }: EthereumResult, addresses: ReadonlySet<string>): Change[] {
  return [...addresses].map((address) => {
    const [then, now] = [before, after].map((state) => present(state.get(address)));
    const all = new Set([...(then?.storage.keys() ?? []), ...(now?.storage.keys() ?? [])]);
    const slots = [...all].filter((slot) => then?.storage.get(slot) !== now?.storage.get(slot));
    // Slots of a contract that has ended are not listed.
    return { address, before: then, after: now, slots: then !== undefined && now === undefined ? [] : slots };
  });
}

function isChanged({ before, after, slots }: Change): boolean {
  const [then, now] = [before ?? NONE, after ?? NONE];
  const isEnded = before !== undefined && after === undefined;
  const isSame = then.balance === now.balance && then.nonce === now.nonce && then.code === now.code;
  return isEnded || !isSame || slots.length > 0;
}

/** An account of nothing is none (EIP-161). */
function present(account: EthereumAccount | undefined): EthereumAccount | undefined {
  return account === undefined || isEmpty(account) ? undefined : account;
}

function isEmpty({ balance, nonce, code }: EthereumAccount): boolean {
  return balance === 0n && nonce === 0n && code === "0x";
}

function full({ before = NONE, slots }: Change, isShown: (value: string) => boolean): object {
  const { balance, nonce, code, storage } = before;
  const words = slots.map((slot) => [slot, storage.get(slot) ?? ZERO] as const);
  const shown = words.filter(([, value]) => isShown(value));
  return {
    balance: hex(balance),
    ...(nonce > 0n && { nonce: Number(nonce) }),
    ...(code !== "0x" && { code, codeHash: hashOf(code) }),
    ...(shown.length > 0 && { storage: Object.fromEntries(shown) }),
  };
}

function different({ before = NONE, after = NONE, slots }: Change): object {
  const words = slots.flatMap((slot) => {
    const value = after.storage.get(slot);
    return value === undefined ? [] : [[slot, value] as const];
  });
  return {
    ...(before.balance !== after.balance && { balance: hex(after.balance) }),
    ...(before.nonce !== after.nonce && after.nonce > 0n && { nonce: Number(after.nonce) }),
    ...(before.code !== after.code && { code: after.code, codeHash: hashOf(after.code) }),
    ...(words.length > 0 && { storage: Object.fromEntries(words) }),
  };
}

function hashOf(code: string): string {
  return toHex(keccak(fromHex(code)));
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
