import { existsSync } from "node:fs";
import type { GarbageProgress } from "../../chain/store/collect-garbage.js";
import { defineCommand } from "../command.js";
import { untilInterrupted } from "../interrupt.js";
import { jsonText } from "../json.js";
import { bytesText, count, progressLine, stageClock } from "../progress-line.js";
import { UsageError } from "../usage-error.js";
import { dataOption, jsonOption, withChain } from "./options.js";

const NAME = "chain gc";

export const chainGc = defineCommand({
  name: NAME,
  parameters: [],
  summary: "Delete blocks that a chain does not need any more.",
  details:
    "What stays: headers, messages and receipts of the chain, the states of the last epochs and of genesis, builtin\n" +
    "actors. The file does not become smaller, it uses the room again; --compact writes one without it. Ctrl-C or a\n" +
    "crash loses nothing: the next call goes on.",
  options: {
    data: dataOption,
    states: { type: "count", value: "N", fallback: 2000, help: "Epochs whose states stay. Default: 2000." },
    compact: {
      type: "text",
      value: "DIR",
      help: "Also copy what stays into a new folder, without free room.",
    },
    json: jsonOption,
  },
  examples: ["fvm chain gc --data chain --states 3000"],
  async run({ states, compact, json, ...values }, _args, output) {
    const { collectGarbage } = await import("../../chain/store/collect-garbage.js");
    if (compact !== undefined && existsSync(compact)) {
      throw new UsageError(`--compact is ${compact}, which is there already`, NAME);
    }
    const progress = garbageProgress();
    const work = (signal: AbortSignal) =>
      withChain(values, NAME, async (store) => {
        const onProgress = (state: GarbageProgress) => output.progress(progress(state));
        const result = await collectGarbage(store, { states, signal, onProgress });
        if (compact !== undefined) await store.database.copyTo(compact);
        return { ...result, fileBytes: store.database.stat().fileBytes };
      });
    const result = await untilInterrupted(work);
    const { kept, freed, freedBytes, fileBytes } = result;
    const text = `${count(freed)} blocks of ${bytesText(freedBytes)} deleted, ${count(kept)} kept; files of ${bytesText(fileBytes)}`;
    output.answer(json ? jsonText(result) : text);
    return 0;
  },
});

function garbageProgress(): (progress: GarbageProgress) => string {
  const clock = stageClock();
  return (progress) => {
    const elapsed = clock(progress.stage);
    if (progress.stage === "sweep") {
      return progressLine({ done: progress.done, total: progress.blocks, unit: "blocks looked at", elapsed });
    }
    const { head, epoch } = progress;
    return progressLine({ done: head - epoch, total: head, unit: "epochs marked", elapsed });
  };
}
