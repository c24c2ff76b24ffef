/** The part of `fvm chain validate` that has workers of a queue do it. */
import { closeSync, openSync, writeSync } from "node:fs";
import type { ChainStore } from "../../chain/store/chain-store.js";
import type { StoreValidation } from "../../chain/sync/validate-store.js";
import { cidText } from "../../encoding/cid.js";
import type { QueueProgress, RangeEnd } from "../../queue/spread.js";
import type { ValidateQueuedOptions } from "../../queue/validate-queued.js";
import type { Output } from "../command.js";
import { jsonText } from "../json.js";
import { count, progressLine } from "../progress-line.js";
import { UsageError } from "../usage-error.js";
import { queueUrl } from "./options.js";

interface QueueValues {
  readonly queue: string;
  readonly "queue-name": string | undefined;
  readonly tries: number;
  readonly ranges: string | undefined;
  readonly "range-seconds": number;
  readonly "all-states": boolean;
  readonly "keep-blocks": boolean;
}

/** Throws `UsageError` if there are options that say nothing without a queue. */
export function checkQueueOptions(
  values: { readonly [K in keyof QueueValues]: QueueValues[K] | undefined },
  command: string,
): void {
  if (values.queue !== undefined) return;
  const given = (["queue-name", "ranges", "all-states", "keep-blocks"] as const).find((name) => values[name]);
  if (given !== undefined) throw new UsageError(`--${given} goes with --queue`, command);
}

/** As `validateQueued`, with what people want to know on the way. */
export async function validateByQueue(
  store: ChainStore,
  values: QueueValues,
  options: Pick<ValidateQueuedOptions, "from" | "to" | "again" | "maxListed" | "signal">,
  output: Output,
): Promise<StoreValidation> {
  const { openQueue } = await import("../../queue/bullmq/bullmq-queue.js");
  const { validateQueued } = await import("../../queue/validate-queued.js");
  const { "queue-name": name, tries, ranges: file } = values;
  const onNote = (text: string) => output.note(`fvm: ${text}`);
  const queue = await openQueue(queueUrl(values.queue, "chain validate"), {
    tries,
    onNote,
    ...(name !== undefined && { name }),
  });
  const report = file === undefined ? undefined : openSync(file, "w");
  try {
    return await validateQueued(store, queue, {
      ...options,
      rangeMs: values["range-seconds"] * 1000,
      hasStates: values["all-states"],
      keepBlocks: values["keep-blocks"],
      onProgress: progressTeller(output),
      onRange(ended) {
        const { range, end } = ended;
        if (report !== undefined)
          writeSync(report, `${JSON.stringify(JSON.parse(jsonText(rangeFacts(ended))))}\n`);
        if (end.kind === "failed") {
          onNote(
            `epochs ${range.from} to ${range.to} are left aside after ${end.tries} tries: ${end.reason}`,
          );
        }
      },
    });
  } finally {
    if (report !== undefined) closeSync(report);
    await queue.close();
  }
}

/** Tells how far it has got, and of workers that get nothing to do. */
function progressTeller(output: Output): (progress: QueueProgress) => void {
  const began = performance.now();
  const told = new Set<string>();
  let before: number | undefined;
  return ({ epochs, total, workers, slots, refused }) => {
    for (const { name, code } of refused) {
      if (told.has(name)) continue;
      told.add(name);
      output.note(`fvm: worker ${name} has another version, ${code}, and gets nothing to do`);
    }
    // Epochs that were in the queue already tell nothing about speed.
    before ??= epochs;
    const elapsed = performance.now() - began;
    const line = progressLine({ done: epochs, total, unit: "epochs", elapsed, before });
    output.progress(`${line}, ${workersText(workers, slots)}`);
  };
}

function workersText(workers: number, slots: number): string {
  if (workers === 0) return "no workers: fvm worker --queue URL --store DIR";
  return `${count(workers)} ${workers === 1 ? "worker" : "workers"}, ${count(slots)} ranges at a time`;
}

function rangeFacts({ range, end, isKnown }: RangeEnd): object {
  if (end.kind === "failed") return { ...range, ...end };
  const { outcome, ms, worker } = end.value;
  const about = { ...range, kind: outcome.kind, ms: Math.round(ms), worker, wasKnown: isKnown };
  if (outcome.kind === "missing")
    return { ...about, epoch: outcome.epoch, missing: outcome.missing, cid: outcome.cid };
  const { tipsets, messages, gas, stateRoot, receiptsRoot, difference } = outcome;
  return {
    ...about,
    tipsets,
    messages,
    gas: gas.toString(),
    stateRoot: stateRoot && cidText(stateRoot),
    receiptsRoot: receiptsRoot && cidText(receiptsRoot),
    ok: difference === undefined,
  };
}
