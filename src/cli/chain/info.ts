import type { ChainInfo } from "../../chain/store/chain-info.js";
import type { EpochRange } from "../../chain/store/ranges.js";
import { defineCommand } from "../command.js";
import { jsonText } from "../json.js";
import { bytesText, count } from "../progress-line.js";
import { dataOption, jsonOption, withChain } from "./options.js";

export const chainInfo = defineCommand({
  name: "chain info",
  parameters: [],
  summary: "Show what is in a chain's folder.",
  options: { data: dataOption, json: jsonOption },
  examples: ["fvm chain info --data chain"],
  async run({ json, ...values }, _args, output) {
    const { chainInfo } = await import("../../chain/store/chain-info.js");
    const info = await withChain(values, "chain info", chainInfo);
    output.answer(json ? jsonText(info) : infoText(info));
    return 0;
  },
});

function infoText(info: ChainInfo): string {
  const { head, headers, missingActors, unfinished } = info;
  const rows: [string, string][] = [
    ["network", info.network],
    ["genesis", info.genesis ?? `not there: headers begin at epoch ${headers.from}`],
    ["head", `epoch ${head.epoch}, ${head.time}`],
    ...head.key.map((cid): [string, string] => ["", cid]),
    ["", `network version ${head.networkVersion}, executed on state ${head.stateRoot}`],
    ["states", rangesText(info.states)],
    ["validated", rangesText(info.validated)],
    ["blocks", `${count(info.blocks)}, files of ${bytesText(info.fileBytes)}`],
    ...missingActors.map(({ actorsVersion, network, remedy }): [string, string] => [
      "missing",
      `builtin actors v${actorsVersion} of ${network}: ${remedy}`,
    ]),
    ...unfinished.map((work): [string, string] => ["unfinished", `fvm chain ${work}`]),
  ];
  return rows.map(([name, text]) => `${name.padEnd(10)}  ${text}`).join("\n");
}

/** Such as `0, 100-149`. */
function rangesText(ranges: readonly EpochRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ") || "none";
}
