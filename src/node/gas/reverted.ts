/** Errors of messages that fail. Source: Lotus api/api_errors.go, chain/types/ethtypes/eth_types.go `ParseEthRevert`. */

import { CBOR } from "../../encoding/codecs.js";
import { LOTUS_NAMES } from "../../inspect/tracers/exit-texts.js";
import { hexOf } from "../../inspect/tracers/hex.js";
import { readCbor } from "../../inspect/tracers/payload.js";
import { bytesEqual, hexBytes, NO_BYTES } from "../../util/bytes.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { failureText } from "../chain/failure-text.js";
import { RpcError, rpcCode } from "../rpc/errors.js";

/** Outcome of a message that was tried. */
export type TriedResult = Pick<ApplyResult, "receipt" | "failure">;

/** The error of a message that has failed: with its exit code, and the data with which a contract has reverted. */
export function executionReverted(result: TriedResult): RpcError {
  const { exitCode, returnData } = result.receipt;
  const data = readCbor({ codec: CBOR, data: returnData }, (reader) => reader.bytes().slice());
  const reason =
    data === undefined ? "" : `, revert reason=[${data.length === 0 ? "none" : revertReason(data)}]`;
  const text = `message execution failed (exit=[${exitName(exitCode)}]${reason}, vm error=[${failureText(result)}])`;
  return new RpcError(rpcCode.executionReverted, text, hexOf(data ?? NO_BYTES));
}

function exitName(code: number): string {
  const name = LOTUS_NAMES[code];
  return name === undefined ? `${code}` : `${name}(${code})`;
}

const SELECTOR_BYTES = 4;
const WORD = 32;
/** Selectors of `Error(string)` and `Panic(uint256)`. */
const ERROR = hexBytes("08c379a0");
const PANIC = hexBytes("4e487b71");
/** Source: Solidity's documentation, "Panic via assert and error via require". */
const PANICS: Readonly<Record<string, string>> = {
  "0": "Panic()",
  "1": "Assert()",
  "17": "ArithmeticOverflow()",
  "18": "DivideByZero()",
  "33": "InvalidEnumVariant()",
  "34": "InvalidStorageArray()",
  "49": "PopEmptyArray()",
  "50": "ArrayIndexOutOfBounds()",
  "65": "OutOfMemory()",
  "81": "CalledUninitializedFunction()",
};

/** A contract's words, by the data with which it reverts. */
function revertReason(data: Uint8Array): string {
  if (data.length < SELECTOR_BYTES + WORD) return hexOf(data);
  const selector = data.subarray(0, SELECTOR_BYTES);
  const rest = data.subarray(SELECTOR_BYTES);
  if (bytesEqual(selector, PANIC)) {
    const code = wordAt(rest, 0);
    return PANICS[`${code}`] ?? `Panic(0x${code.toString(16)})`;
  }
  return (bytesEqual(selector, ERROR) ? errorText(rest) : undefined) ?? hexOf(data);
}

/** Undefined: it is no text. */
function errorText(data: Uint8Array): string | undefined {
  const size = BigInt(data.length);
  const offset = wordAt(data, 0);
  if (offset + BigInt(WORD) > size) return undefined;
  const start = Number(offset) + WORD;
  const length = wordAt(data, Number(offset));
  if (BigInt(start) + length > size) return undefined;
  return `Error(${new TextDecoder().decode(data.subarray(start, start + Number(length)))})`;
}

function wordAt(data: Uint8Array, offset: number): bigint {
  return BigInt(hexOf(data.subarray(offset, offset + WORD)));
}
