/** Messages of vectors, if there are any on this machine, each on a machine of its own. */
import { relative } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Cid } from "../../../src/encoding/cid.js";
import { defaultVectorFolder, vectorFiles } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import type { VectorStore } from "../../../src/tools/vectors/store.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../../src/vm/machine/options.js";
import { type Execution, executeApart, executeTogether } from "../../support/split.js";

/** One of so many files. */
const STEP = 120;

/** The machines that a vector's run has made. */
interface Run {
  readonly options: MachineOptions;
  readonly executions: Execution[];
  stateRoot?: Cid;
}

/** Executes a vector, and watches; its status if it does not pass. */
async function runsOf(file: string): Promise<Run[] | string> {
  const runs = new Map<Machine, Run>();
  const { create } = Machine;
  const { execute, executeSync, flush } = Machine.prototype;
  const note = (machine: Machine, message: Execution["message"], how: Execution["how"] = {}) =>
    runs.get(machine)?.executions.push({ message, how });
  vi.spyOn(Machine, "create").mockImplementation(async (options) => {
    const machine = await create.call(Machine, options);
    runs.set(machine, { options, executions: [] });
    return machine;
  });
  vi.spyOn(Machine.prototype, "execute").mockImplementation(function (this: Machine, message, how) {
    note(this, message, how);
    return execute.call(this, message, how);
  });
  vi.spyOn(Machine.prototype, "executeSync").mockImplementation(function (this: Machine, message, how) {
    note(this, message, how);
    return executeSync.call(this, message, how);
  });
  vi.spyOn(Machine.prototype, "flush").mockImplementation(async function (this: Machine, options) {
    const stateRoot = await flush.call(this, options);
    Object.assign(runs.get(this) ?? {}, { stateRoot });
    return stateRoot;
  });
  try {
    const [report] = await runVectors([file], { repeat: 1 });
    if (report?.status === "skipped") return report.reason ?? "skipped";
    expect(report).toMatchObject({ status: "passed", reason: undefined });
    return [...runs.values()];
  } finally {
    vi.restoreAllMocks();
  }
}

const root = defaultVectorFolder();
if (root === undefined) {
  console.warn("SKIPPED splitting of vectors: there is no folder vectors, and FVM_VECTORS is not set");
  test.skip("vectors");
} else {
  let messages = 0;
  const sample = vectorFiles([root]).filter((_, i) => i % STEP === STEP / 2);
  const cases = sample.map((file) => [relative(root, file), file] as const);
  test.for(cases)("%s", { timeout: 300_000 }, async ([, file], { skip }) => {
    const runs = await runsOf(file);
    if (typeof runs === "string") return skip(runs);
    const store = runs[0]?.options.blockstore as VectorStore;
    const outcomes = [];
    for (const way of [executeTogether, executeApart]) {
      store.rewind();
      const executed = [];
      for (const { options, executions } of runs) {
        executed.push(await way(options, executions));
      }
      outcomes.push(executed);
    }
    const [together, apart] = outcomes;
    expect(together?.map(({ stateRoot }) => stateRoot)).toEqual(runs.map(({ stateRoot }) => stateRoot));
    expect(apart).toEqual(together);
    messages += runs.reduce((sum, { executions }) => sum + executions.length, 0);
  });
  afterAll(() => {
    console.warn(`${messages} messages of ${cases.length} vectors, each on a machine of its own`);
    if (cases.length > 0) expect(messages).toBeGreaterThan(cases.length);
  });
}
