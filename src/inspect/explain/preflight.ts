import type { CauseKind } from "./explanation.js";
import { gasText } from "./words.js";

/** How the executor says that a message cannot begin (src/vm/executor/preflight.ts), and what that means. */
const REFUSALS: readonly {
  readonly pattern: RegExp;
  readonly kind: CauseKind;
  say(a: string, b: string): string;
}[] = [
  {
    pattern: /^Out of gas \((\d+) > (-?\d+)\)$/,
    kind: "inclusion",
    say: (needed, limit) =>
      `its gas limit of ${gasText(BigInt(limit))} does not pay for its inclusion in the chain, which takes ${gasText(BigInt(needed))}`,
  },
  {
    pattern: /^Sender invalid$/,
    kind: "sender",
    say: () => "there is no actor with the sender's address",
  },
  {
    pattern: /^Send not from valid sender$/,
    kind: "sender",
    say: () => "its sender is no account: only accounts and Ethereum accounts send messages",
  },
  {
    pattern: /^Actor sequence invalid: (\d+) != (\d+)$/,
    kind: "nonce",
    say: (has, next) =>
      `its nonce is ${has}, and the sender's next one is ${next}: ${BigInt(has) < BigInt(next) ? "a message with this nonce was executed before" : "messages with the nonces between are missing"}`,
  },
  {
    pattern: /^Actor balance less than needed: (\S+) < (\S+)$/,
    kind: "balance",
    say: (has, needed) => `its sender has ${has} FIL, and the gas limit at the fee cap costs ${needed} FIL`,
  },
];

/** Why a message could not begin. */
export function preflightCause(text: string): { kind: CauseKind; text: string } {
  for (const { pattern, kind, say } of REFUSALS) {
    const [all, a = "", b = ""] = pattern.exec(text) ?? [];
    if (all !== undefined) return { kind, text: say(a, b) };
  }
  return { kind: "sender", text };
}
