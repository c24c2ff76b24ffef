import type { FailedCall } from "./explanation.js";

/** Characters of other people's text that are shown. */
const MOST_CHARACTERS = 300;

/** Text of an actor or a contract, in quotes, on one line, cut if it is long. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return `"${line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line}"`;
}

/** An actor, such as `f0104 (multisig)`. */
export function actorText({ actor, type }: Pick<FailedCall, "actor" | "type">): string {
  return type === undefined ? actor : `${actor} (${type})`;
}

/** A method, such as `method Propose (2)`, with a contract's function, if that is known. */
export function methodText({
  method,
  methodName,
  functionSignature,
}: Pick<FailedCall, "method" | "methodName" | "functionSignature">): string {
  const name = methodName === undefined ? `method ${method}` : `method ${methodName} (${method})`;
  return functionSignature === undefined ? name : `${name} with function ${functionSignature}`;
}

/** Whole gas, with its thousands apart. */
export function gasText(gas: number | bigint): string {
  return gas.toLocaleString("en-US");
}
