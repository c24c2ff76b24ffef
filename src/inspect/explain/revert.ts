import type { ContractAbi } from "../../builtin/abi/contract-abi.js";
import type { AbiArgument } from "../../builtin/abi/decoder.js";
import { builtinRevert } from "../../builtin/abi/revert.js";
import type { BuiltinActors } from "../../builtin/builtin-actors.js";
import { decodedText } from "../../builtin/values/text.js";
import { hex } from "../../util/bytes.js";
import type { RevertReason } from "./explanation.js";
import type { PathCall } from "./failure-path.js";
import { quoted } from "./words.js";

/** With which contracts revert. */
export const EVM_REVERTED = 33;
const SELECTOR_BYTES = 4;

/** The reason of the innermost contract that reverted; undefined if none did. */
export function revertReason(
  path: readonly PathCall[],
  actors: BuiltinActors,
  abi: ContractAbi | undefined,
): RevertReason | undefined {
  const reverted = path.findLast(
    ({ call: { end }, shown }) => shown.type === "evm" && end.kind === "exit" && end.code === EVM_REVERTED,
  );
  if (reverted === undefined) return undefined;
  const { type, method, end } = reverted.shown;
  const value = end?.kind === "exit" ? end.value : undefined;
  const decoded = actors.decodeReturn(type, method, value, EVM_REVERTED);
  const data = decoded?.value.kind === "bytes" ? decoded.value.value : new Uint8Array();
  const known = builtinRevert(data);
  if (known !== undefined) return known;
  if (data.length < SELECTOR_BYTES) return { kind: "bytes", data };
  const selector = `0x${hex(data.subarray(0, SELECTOR_BYTES))}`;
  return { kind: "custom", selector, data, match: abi?.revert(data) };
}

function matchText(name: string, args: readonly AbiArgument[]): string {
  const shown = args.map(({ name, value }) => `${name === "" ? "" : `${name}: `}${decodedText(value)}`);
  return `${name}(${shown.join(", ")})`;
}

/** The reason in words. */
export function revertText(revert: RevertReason): string {
  switch (revert.kind) {
    case "error":
      return `Error(${quoted(revert.reason)})`;
    case "panic":
      return `Panic(0x${revert.code.toString(16).padStart(2, "0")}): ${revert.reason}`;
    case "custom":
      if (revert.match?.args !== undefined) return matchText(revert.match.name, revert.match.args);
      return `an error of its own with selector ${revert.selector} and ${revert.data.length - SELECTOR_BYTES} bytes of arguments`;
    case "bytes":
      return revert.data.length === 0 ? "no reason" : `the bytes 0x${hex(revert.data)}`;
  }
}
