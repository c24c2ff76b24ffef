import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ImportProgress, ImportResult } from "../../chain/store/import-snapshot.js";
import { isFvmError } from "../../errors.js";
import { defineCommand } from "../command.js";
import { checkExistingFile } from "../existing-file.js";
import { existingFolder } from "../existing-folder.js";
import { untilInterrupted } from "../interrupt.js";
import { jsonText } from "../json.js";
import { bytesText, count, progressLine, rateText, stageClock, timeLeft } from "../progress-line.js";
import { UsageError } from "../usage-error.js";
import { bundlesOption, dataOption, jsonOption, networkOption, withChain } from "./options.js";

const NAME = "chain import";

const takeHeadOption = {
  type: "flag",
  help: "Make the file's head the folder's even if its chain is lighter, or ends before the folder's.",
} as const;

export const chainImport = defineCommand({
  name: NAME,
  parameters: ["FILE"],
  summary: "Take a snapshot of a chain into a folder.",
  details:
    "FILE is a CAR as Lotus and Forest write it, of version 1 or 2, compressed with zstd or not. Each block is checked\n" +
    "against its CID. Ctrl-C or a crash loses nothing: the next call goes on. A further snapshot of the same chain adds\n" +
    "what is new; of two forks the heavier one's head becomes the folder's, by the\n" +
    "weights that their headers state.",
  options: {
    data: dataOption,
    network: networkOption,
    bundles: bundlesOption,
    "take-head": takeHeadOption,
    json: jsonOption,
  },
  examples: [
    "fvm chain import snapshot.car.zst --data chain",
    "fvm chain import devnet.car --data devnet --network network.json",
  ],
  async run({ json, ...values }, [file = ""], output) {
    const { importSnapshot } = await import("../../chain/store/import-snapshot.js");
    const { bundleFolders } = await import("../../tools/bundles/folders.js");
    const { actorsIn } = await import("../../tools/bundles/actors-source.js");
    // Before there is a folder.
    checkExistingFile("FILE", file, NAME);
    const actors = actorsIn(bundleFolders(existingFolder("bundles", values.bundles, NAME)));
    const progress = importProgress();
    const work = (signal: AbortSignal) =>
      withChain(
        values,
        NAME,
        async (store) => {
          const result = await importSnapshot(store, file, {
            actors,
            takeHead: values["take-head"],
            signal,
            onProgress: (state) => output.progress(progress(state)),
          }).catch((error) => {
            throw withNetworkFile(error, file);
          });
          return { ...result, states: store.states };
        },
        true,
      );
    const result = await untilInterrupted(work);
    if (json) output.answer(jsonText(result));
    else output.answer(resultText(result));
    for (const { actorsVersion, network, remedy } of result.missingActors) {
      output.note(`builtin actors v${actorsVersion} of ${network} are missing: ${remedy}`);
    }
    return 0;
  },
});

const NETWORK_FILE = ".network.json";

/** For an unknown genesis: names the network's file, if there is one beside the snapshot. */
function withNetworkFile(error: unknown, file: string): unknown {
  if (!isFvmError(error, "UNKNOWN_GENESIS")) return error;
  const folder = dirname(file);
  const names = readdirSync(folder).filter((name) => name.endsWith(NETWORK_FILE));
  const own = `${basename(file).replace(/(\.car)?(\.zst)?$/, "")}${NETWORK_FILE}`;
  const found = names.includes(own) ? own : names[0];
  if (found === undefined || (found !== own && names.length > 1)) return error;
  return new UsageError(`its genesis is of no known network: try --network ${join(folder, found)}`, NAME);
}

const CHANGES: Readonly<Record<ImportResult["change"], string>> = {
  first: "the folder's first",
  later: "later than the folder's, which it goes on from",
  known: "in the folder's chain already",
  heavier: "of a fork that is heavier than the folder's",
  lighter: "of a fork that is lighter than the folder's, and not taken",
  taken: "taken instead of the folder's",
};

function resultText({ head, change, weights, blocks, added, before }: ImportResult): string {
  const earlier = before === 0 ? "" : `, ${count(before)} by earlier calls`;
  const hint = change === "lighter" ? "; --take-head takes it" : "";
  const why = weights === undefined ? "" : ` (weights ${weights.snapshot} and ${weights.folder}${hint})`;
  return `head at epoch ${head}, ${CHANGES[change]}${why}; ${count(blocks)} blocks read, ${count(added)} of them new${earlier}`;
}

/** Lines of progress, each stage with a clock of its own. */
function importProgress(): (progress: ImportProgress) => string {
  const clock = stageClock();
  return (progress) => {
    const elapsed = clock(progress.stage);
    if (progress.stage === "headers") {
      const { head, epoch } = progress;
      return progressLine({ done: head - epoch, total: head, unit: "epochs of headers", elapsed });
    }
    const { bytes, size, from, blocks } = progress;
    const left = timeLeft({ done: bytes, total: size, before: from, elapsed });
    return `${bytesText(bytes)} of ${bytesText(size)}${rateText(blocks, elapsed, "blocks")}${left}`;
  };
}
