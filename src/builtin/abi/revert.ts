import { hex } from "../../util/bytes.js";

const ERROR_SELECTOR = "08c379a0";
const PANIC_SELECTOR = "4e487b71";
const WORD = 32;

/** Meanings of the codes of Solidity's `Panic(uint256)`. Source: Solidity's manual, "Panic via assert". */
export const PANICS: Readonly<Record<string, string>> = {
  0: "generic panic",
  1: "assert(false)",
  17: "arithmetic underflow or overflow",
  18: "division or modulo by zero",
  33: "enum overflow",
  34: "invalid encoded storage byte array accessed",
  49: "out-of-bounds array access; popping on an empty array",
  50: "out-of-bounds access of an array or bytesN",
  65: "out of memory",
  81: "uninitialized function",
};

/** A reason that Solidity itself gives with a revert. */
export type BuiltinRevert =
  /** `require` and `revert` with a text. */
  | { readonly kind: "error"; readonly reason: string }
  /** A check that the compiler has put in; `reason` says what the code means, in the words of Geth. */
  | { readonly kind: "panic"; readonly code: bigint; readonly reason: string };

/** The reason in what a contract gave with a revert, if it is `Error(string)` or `Panic(uint256)`. */
export function builtinRevert(data: Uint8Array): BuiltinRevert | undefined {
  const selector = hex(data.subarray(0, 4));
  const args = data.subarray(4);
  if (selector === ERROR_SELECTOR) {
    const reason = stringAt(args);
    return reason === undefined ? undefined : { kind: "error", reason };
  }
  const code = selector === PANIC_SELECTOR ? wordAt(args, 0) : undefined;
  if (code === undefined) return undefined;
  const reason = PANICS[`${code}`] ?? `unknown panic code: 0x${code.toString(16)}`;
  return { kind: "panic", code, reason };
}

/** The only argument, a text, which begins where the first word says, with its length. */
function stringAt(args: Uint8Array): string | undefined {
  const start = wordAt(args, 0);
  const length = start === undefined ? undefined : wordAt(args, start);
  if (start === undefined || length === undefined) return undefined;
  const end = start + BigInt(WORD) + length;
  if (end > args.length) return undefined;
  return new TextDecoder().decode(args.subarray(Number(start) + WORD, Number(end)));
}

function wordAt(args: Uint8Array, at: number | bigint): bigint | undefined {
  if (BigInt(at) + BigInt(WORD) > args.length) return undefined;
  return BigInt(`0x${hex(args.subarray(Number(at), Number(at) + WORD))}`);
}
