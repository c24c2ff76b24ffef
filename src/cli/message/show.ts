import type { Output } from "../command.js";
import { jsonText } from "../json.js";
import { noteUnused, readAbis } from "../read-abi.js";
import { factsOf } from "./facts.js";
import { factsJson } from "./json.js";
import { type ChainValues, onMessage } from "./open.js";
import { factsText } from "./text.js";

/** Handles `fvm message show`. */
export async function showMessage(
  { abi: files, ...values }: ChainValues & { readonly abi: readonly string[] },
  cid: string,
  json: boolean,
  output: Output,
): Promise<number> {
  const abi = await readAbis(files);
  const facts = await onMessage(values, cid, "message show", output, factsOf);
  const usedAbis = new Set<string>();
  output.answer(json ? jsonText(factsJson(facts, abi)) : factsText(facts, abi, usedAbis));
  if (!json) noteUnused(files, usedAbis, output);
  return 0;
}
