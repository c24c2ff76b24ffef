import { setFlagsFromString } from "node:v8";
import type { ChainStore } from "../../chain/store/chain-store.js";
import type { EpochRange } from "../../chain/store/ranges.js";
import type { ChainValidation, ValidationProgress } from "../../chain/sync/validate-chain.js";
import type { StoreValidation, ValidateStoreOptions } from "../../chain/sync/validate-store.js";
import { defineCommand, type Output } from "../command.js";
import { existingFolder } from "../existing-folder.js";
import { ExitStatus } from "../exit-status.js";
import { countValue } from "../input/values.js";
import { untilInterrupted } from "../interrupt.js";
import { jsonText } from "../json.js";
import { count, rateText, timeLeft } from "../progress-line.js";
import { queueOptions } from "../queue/options.js";
import { checkQueueOptions, validateByQueue } from "../queue/validate.js";
import { UsageError } from "../usage-error.js";
import { dataOption, jsonOption, withChain } from "./options.js";

const NAME = "chain validate";

/** Blocks in memory: those that some hundred tipsets have in common with the next one. */
const CACHE_BYTES = 32 << 20;
/** Decoded blocks and actors: those of some hundred tipsets. They take several times as much in JavaScript's heap. */
const DECODED_BYTES = 8 << 20;
/** JavaScript's heaps may grow by so much over what is alive in them, in percent, before garbage is collected. */
const HEAP_GROWTH = 50;

export const chainValidate = defineCommand({
  name: NAME,
  parameters: [],
  summary: "Check a chain's blocks, execute its tipsets, and compare with what its headers say.",
  details:
    "Checks headers, elections, tickets, beacon entries, signatures, messages, base fees and weights, and the state and\n" +
    "receipts that each tipset leads to. At the first difference it says which block, what was expected and what was\n" +
    "found, and explains it as far as the folder has the other state. Proofs of storage are taken for valid, unless\n" +
    "--proof-keys names a folder with the keys for them (fvm proofs): then what was found right before is checked, too.\n" +
    "\n" +
    "The folder remembers what was found right; --again checks that, too. Ctrl-C or a crash loses little: the next call\n" +
    "goes on. The head is executed each time, because no header says yet what it should lead to.\n" +
    "\n" +
    "With --queue workers on any machines do it, `fvm worker --queue`, with the same answer. Then the queue remembers what\n" +
    "was done, and not the folder, and Ctrl-C leaves it there for the next call.\n" +
    "\n" +
    "Exit code 0 if all is right, 1 at a difference, 2 on bad input.",
  options: {
    data: dataOption,
    from: {
      type: "text",
      value: "EPOCH",
      help: "Default: the first at which the folder has what it takes: states and messages.",
    },
    to: { type: "text", value: "EPOCH", help: "Default: the head's epoch." },
    jobs: {
      type: "count",
      value: "N",
      fallback: 1,
      help: "Validate in N threads, where states are there from which they can begin. Default: 1.",
    },
    workers: {
      type: "count",
      value: "N",
      fallback: 0,
      least: 0,
      help: "Execute messages of each tipset in N threads, too, with the same results; without --jobs. Default: 0.",
    },
    "proof-keys": {
      type: "text",
      value: "DIR",
      help: "Verify proofs of storage, winning PoSts among them, with the keys in this folder.",
    },
    again: { type: "flag", help: "Also what was found right before." },
    ...queueOptions,
    ranges: {
      type: "text",
      value: "FILE",
      help: "With --queue: write a line of JSON for each range that is done, with roots, gas, time and worker.",
    },
    "range-seconds": {
      type: "count",
      value: "N",
      fallback: 30,
      help: "With --queue: how long a worker is at a range, by what others took. Default: 30.",
    },
    "all-states": {
      type: "flag",
      help: "With --queue: ranges begin anywhere, because workers' stores have all states, whatever the folder has.",
    },
    "keep-blocks": {
      type: "flag",
      help: "With --queue: workers put states that they make into the last of their stores. Default: nowhere.",
    },
    limit: {
      type: "text",
      value: "N",
      help: "Receipts and actors that the explanation of a difference lists. Default: 20.",
    },
    json: jsonOption,
  },
  examples: [
    "fvm chain validate --data chain",
    "fvm chain validate --data chain --from 4154640 --to 4157520 --jobs 8 --json",
    "fvm chain validate --data chain --queue redis://queue.example:6379",
  ],
  async run(values, _args, output) {
    const { from, to, jobs, workers, again, limit, json, queue } = values;
    const proofKeys = existingFolder("proof-keys", values["proof-keys"], NAME);
    const { differenceJson, differenceText } = await import("../../chain/sync/difference-text.js");
    const { BlockCache } = await import("../../blockstore/block-cache.js");
    // A long chain then takes as much memory as a short one.
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
    BlockCache.shared.maxBytes = CACHE_BYTES;
    BlockCache.shared.maxDecodedBytes = DECODED_BYTES;
    if (jobs > 1 && workers > 0) throw new UsageError("--workers goes without --jobs", NAME);
    checkQueueOptions(values, NAME);
    if (queue !== undefined && (jobs > 1 || workers > 0)) {
      throw new UsageError("--queue goes without --jobs and --workers", NAME);
    }
    if (queue !== undefined && proofKeys !== undefined) {
      throw new UsageError("--queue goes without --proof-keys", NAME);
    }
    const bounds = { ...epochOf("from", from), ...epochOf("to", to) };
    const maxListed = limit === undefined ? undefined : countValue("limit", limit, NAME);
    return untilInterrupted((signal) =>
      withChain(values, NAME, async (store) => {
        const common = { ...bounds, again, ...(maxListed !== undefined && { maxListed }), signal };
        const { difference, ...result } =
          queue === undefined
            ? await validateHere(
                store,
                { ...common, jobs, workers, ...(proofKeys !== undefined && { proofKeys }) },
                output,
              )
            : await validateByQueue(store, { ...values, queue }, common, output);
        const { letter } = store.network;
        const shown = { letter, ...(maxListed !== undefined && { maxMessages: maxListed }) };
        if (json) {
          const found = difference && { difference: differenceJson(difference, { letter }) };
          output.answer(jsonText({ ...result, ...found }));
        } else {
          output.answer(difference === undefined ? summary(result) : differenceText(difference, shown));
        }
        return result.ok ? 0 : ExitStatus.Failed;
      }),
    );
  },
});

async function validateHere(
  store: ChainStore,
  options: ValidateStoreOptions,
  output: Output,
): Promise<StoreValidation> {
  const { validateStore } = await import("../../chain/sync/validate-store.js");
  const line = progressLines(options.to ?? (await store.head()).epoch, options.from);
  const onProgress = (progress: ValidationProgress) => output.progress(line(progress));
  return validateStore(store, { ...options, onProgress });
}

function epochOf<N extends keyof EpochRange>(name: N, text: string | undefined): Partial<Record<N, number>> {
  if (text === undefined) return {};
  if (/^[0-9]{1,10}$/.test(text)) return { [name]: Number(text) } as Partial<Record<N, number>>;
  throw new UsageError(`--${name} is ${text}, not an epoch`, NAME);
}

const UNCHECKED: { readonly [K in ChainValidation["unchecked"][number]]: string } = {
  winningPost: "winning PoSts",
  firstState: "the state that the first epoch is executed on",
};

function summary({ tipsets, messages, remembered, from, to, unchecked }: StoreValidation): string {
  const range = `epochs ${from} to ${to}`;
  if (tipsets === 0) return `${range}: no tipset in these epochs`;
  const before =
    remembered === 0 ? "" : `; ${count(remembered)} tipsets found right before (--again executes them)`;
  const skipped = unchecked.map((name) => UNCHECKED[name]).join(", ");
  const end = skipped === "" ? "" : `\nnot checked: ${skipped}`;
  return `${range} are valid: ${count(tipsets)} tipsets, ${count(messages)} messages${before}${end}`;
}

/** Such as `epoch 1,200 of 4,000, 31 tipsets/s, 240 messages/s, 2 min left`. */
function progressLines(to: number, from = 0): (progress: ValidationProgress) => string {
  const began = performance.now();
  let first: ValidationProgress | undefined;
  return (progress) => {
    first ??= progress;
    const elapsed = performance.now() - began;
    const speed = (name: "tipsets" | "messages") =>
      rateText(progress[name] - (first as ValidationProgress)[name], elapsed, name);
    const done = progress.epoch - first.epoch;
    const left = timeLeft({ done, total: Math.max(to - first.epoch, done), elapsed });
    return `epoch ${count(progress.epoch)} of ${count(Math.max(to, from))}${speed("tipsets")}${speed("messages")}${left}`;
  };
}
