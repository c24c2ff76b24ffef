import type { ExportProgress } from "../../chain/store/export-snapshot.js";
import type { EpochRange } from "../../chain/store/ranges.js";
import { USUAL_STATES } from "../../chain/store/usual-states.js";
import { cidText } from "../../encoding/cid.js";
import { defineCommand } from "../command.js";
import { untilInterrupted } from "../interrupt.js";
import { jsonText } from "../json.js";
import { checkOutputFile } from "../output-file.js";
import { bytesText, count, progressLine } from "../progress-line.js";
import { UsageError } from "../usage-error.js";
import { dataOption, jsonOption, withChain } from "./options.js";

const NAME = "chain export";

export const chainExport = defineCommand({
  name: NAME,
  parameters: ["FILE"],
  summary: "Write a snapshot of a chain, as Lotus does.",
  details:
    "All headers and messages, the state of genesis and those of the last epochs; the same bytes each time. With a name\n" +
    "that ends with .zst it is compressed. FILE is there when it is whole, in place of one that was there before.",
  options: {
    data: dataOption,
    epoch: {
      type: "text",
      value: "N",
      help: "The head: the tipset of this epoch, or the last one before it.",
    },
    states: {
      type: "text",
      value: "N",
      help: "Epochs whose states are in it, beside that of genesis. Default: 2000, or as many as the folder has.",
    },
    format: { type: "choice", choices: ["1", "2"], help: "Version of the snapshot (FRC-0108). Default: 1." },
    "skip-old-messages": { type: "flag", help: "Without messages of epochs whose states are not in it." },
    receipts: { type: "flag", help: "Also receipts and events of these epochs, as far as they are there." },
    json: jsonOption,
  },
  examples: [
    "fvm chain export snapshot.car --data chain",
    "fvm chain export recent.car.zst --data chain --states 900 --skip-old-messages --format 2",
  ],
  async run({ json, epoch, states, format, receipts, ...values }, [file = ""], output) {
    const { exportSnapshot } = await import("../../chain/store/export-snapshot.js");
    checkOutputFile("FILE", file, NAME);
    const [wanted, asked] = [numberOf("epoch", epoch), numberOf("states", states)];
    const began = performance.now();
    const onProgress = ({ epoch: at, head }: ExportProgress) =>
      output.progress(
        progressLine({ done: head - at, total: head, unit: "epochs", elapsed: performance.now() - began }),
      );
    const work = (signal: AbortSignal) =>
      withChain(values, NAME, async (store) => {
        const newest = await store.head();
        const head = await store.chain.tipsetAt(wanted ?? newest.epoch, newest, "before", { signal });
        if (head === undefined)
          throw new UsageError(`--epoch is ${epoch}, and the head's is ${newest.epoch}`, NAME);
        const content = {
          states: statesOf(store.states, head.epoch, asked),
          version: format === "2" ? 2 : 1,
        } as const;
        const written = await exportSnapshot(store.chain, head, file, {
          ...content,
          skipOldMessages: values["skip-old-messages"],
          receipts,
          signal,
          onProgress,
        });
        return { head: head.epoch, key: head.key.map(cidText), file, ...content, ...written };
      });
    const result = await untilInterrupted(work);
    const { head, states: there, blocks, bytes } = result;
    const text = `head at epoch ${head}, states of ${count(there)} epochs; ${count(blocks)} blocks of ${bytesText(bytes)}`;
    output.answer(json ? jsonText(result) : text);
    return 0;
  },
});

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[0-9]{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`--${option} is ${text}, not a number of epochs`, NAME);
}

/** Epochs whose states are to be in it. Throws `UsageError` if the folder lacks some. */
function statesOf(ranges: readonly EpochRange[], head: number, asked: number | undefined): number {
  const range = ranges.find(({ from, to }) => from <= head && head <= to);
  const there = range === undefined ? 0 : head - range.from + 1;
  if (asked === undefined) return Math.min(there, USUAL_STATES);
  if (asked <= there || range?.from === 0) return Math.min(asked, there);
  throw new UsageError(
    `--states is ${asked}, and of those up to epoch ${head} the folder has ${there}`,
    NAME,
  );
}
