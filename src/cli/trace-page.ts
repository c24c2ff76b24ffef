import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { PageSource } from "../inspect/page/message.js";
import { Page } from "../inspect/page/page.js";
import { compareChanges } from "../inspect/state/compare-changes.js";
import type { ApplyResult } from "../vm/executor/apply-result.js";
import type { Machine } from "../vm/machine/machine.js";
import type { StateDiff } from "../vm/state-tree/state-diff.js";
import { Tracer } from "../vm/trace/trace.js";
import type { Output } from "./command.js";
import { type RunValues, runInput, type Setting } from "./input/run.js";
import { checkOutputFile } from "./output-file.js";
import { noteUnused, readAbis } from "./read-abi.js";

/** Entries of each map that are listed as changed. */
const ENTRIES = 1000;

interface PageValues extends RunValues {
  /** The file to write. */
  readonly html: string;
  /** Files of contracts' ABIs. */
  readonly abi: readonly string[];
  readonly debugging: boolean;
}

/** @param earlier changes of the messages before; those of this one are added */
async function addWithState(
  page: Page,
  source: PageSource,
  machine: Machine,
  changes: StateDiff,
  earlier: StateDiff[],
): Promise<void> {
  page.add({ ...source, state: await compareChanges(machine, changes, { earlier, maxEntries: ENTRIES }) });
  earlier.push(changes);
}

/** Writes a page of all messages. Answers the exit code; throws as `runInput`, `UsageError` if it cannot write, `FvmError` INVALID_ABI. */
export async function writeTracePage(
  { html, abi: files, debugging, ...values }: PageValues,
  vectors: readonly string[],
  output: Output,
): Promise<number> {
  checkOutputFile("--html", html, "trace");
  const abi = await readAbis(files);
  const page = new Page(`fvm trace ${vectors.map((file) => basename(file)).join(" ")}`, {
    ...(abi && { abi }),
  });
  const tracer = new Tracer();
  let origin = "";
  let earlier: StateDiff[] = [];
  const watcher = {
    ...(debugging ? { debug: {} } : {}),
    observer: tracer.observer,
    onBegin({ name }: Setting) {
      origin = name;
      earlier = [];
    },
    changes: true,
    onResult(result: ApplyResult, machine?: Machine) {
      const source = { trace: tracer.trace(), result, origin };
      if (machine === undefined || result.changes === undefined) {
        page.add(source);
        return undefined;
      }
      return addWithState(page, source, machine, result.changes, earlier);
    },
  };
  const status = await runInput(values, vectors, watcher, output, "trace");
  noteUnused(files, page.sources, output);
  if (page.messageCount === 0) return status;
  const text = page.html();
  writeFileSync(html, text);
  output.note(`${html}: ${summary(page, Buffer.byteLength(text))}`);
  return status;
}

/** Messages, size, and what there is no room for. */
function summary(page: Page, bytes: number): string {
  const { messageCount: count } = page;
  const messages = `${count.toLocaleString("en-US")} message${count === 1 ? "" : "s"}`;
  const parts = page.notListed();
  const rest = parts.length === 0 ? "" : `; ${parts.join(", ")} not listed one by one`;
  return `${messages}, ${sizeText(bytes)}${rest}`;
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
