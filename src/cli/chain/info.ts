import type { ChainInfo } from "../../chain/store/chain-info.js";
import type { EpochRange } from "../../chain/store/ranges.js";
import { defineCommand } from "../command.js";
import { countValue } from "../input/values.js";
import { jsonText } from "../json.js";
import { bytesText, count } from "../progress-line.js";
import { table } from "../table.js";
import { UsageError } from "../usage-error.js";
import { dataOption, jsonOption, withChain } from "./options.js";

const NAME = "chain info";

export const chainInfo = defineCommand({
  name: NAME,
  parameters: [],
  summary: "Show what is in a chain's folder, or one of its tipsets.",
  options: {
    data: dataOption,
    epoch: {
      type: "text",
      value: "N",
      help: "Show the tipset of this epoch, or the last one before it.",
    },
    json: jsonOption,
  },
  examples: ["fvm chain info --data chain", "fvm chain info --data chain --epoch 5000000"],
  async run({ json, epoch, ...values }, _args, output) {
    if (epoch !== undefined) {
      const { tipsetText } = await import("./tipset-text.js");
      const { tipsetInfo } = await import("../../chain/store/tipset-info.js");
      const wanted = countValue("epoch", epoch, NAME);
      const info = await withChain(values, NAME, (store) => tipsetInfo(store, wanted));
      if (info === undefined) throw new UsageError(`--epoch is ${wanted}, after the head`, NAME);
      output.answer(json ? jsonText(info) : tipsetText(info, wanted));
      return 0;
    }
    const { chainInfo } = await import("../../chain/store/chain-info.js");
    const info = await withChain(values, NAME, chainInfo);
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
  return table(rows);
}

/** Such as `0, 100-149`. */
function rangesText(ranges: readonly EpochRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ") || "none";
}
