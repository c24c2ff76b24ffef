/** States before and after real messages, if there are vectors on this machine. */
import { relative } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Cid } from "../../../src/encoding/cid.js";
import { diffStates } from "../../../src/inspect/state/diff-states.js";
import { defaultVectorFolder, vectorFiles } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../../src/vm/machine/options.js";
import type { StateDiff } from "../../../src/vm/state-tree/state-diff.js";
import { skipLoudly } from "../../support/skip.js";

/** One of so many files. */
const STEP = 90;

interface Flush extends Pick<MachineOptions, "blockstore" | "blockCache"> {
  readonly before: Cid;
  readonly after: Cid;
  /** What the machine says. */
  readonly changes: StateDiff;
}

/** Executes a vector, and notes each flush; why not, if it does not pass. */
async function flushesOf(file: string, found: (flush: Flush) => Promise<void>): Promise<string | undefined> {
  const options = new Map<Machine, MachineOptions>();
  const roots = new Map<Machine, Cid>();
  const { create } = Machine;
  const { flush } = Machine.prototype;
  vi.spyOn(Machine, "create").mockImplementation(async (given) => {
    const machine = await create.call(Machine, given);
    options.set(machine, given);
    return machine;
  });
  vi.spyOn(Machine.prototype, "flush").mockImplementation(async function (this: Machine, how) {
    const given = options.get(this) as MachineOptions;
    const changes = await this.changes();
    const before = roots.get(this) ?? given.stateRoot;
    const after = await flush.call(this, how);
    roots.set(this, after);
    const { blockstore, blockCache } = given;
    await found({ before: before as Cid, after, changes, blockstore, ...(blockCache && { blockCache }) });
    return after;
  });
  try {
    const [report] = await runVectors([file], { repeat: 0 });
    if (report?.status === "skipped") return report.reason ?? "skipped";
    expect(report).toMatchObject({ status: "passed", reason: undefined });
    return undefined;
  } finally {
    vi.restoreAllMocks();
  }
}

const root = defaultVectorFolder();
if (root === undefined) {
  skipLoudly("states of vectors: there is no folder vectors, and FVM_VECTORS is not set");
} else {
  let [states, actors] = [0, 0];
  const sample = vectorFiles([root]).filter((_, i) => i % STEP === STEP / 3);
  const cases = sample.map((file) => [relative(root, file), file] as const);
  test.for(cases)("%s", { timeout: 300_000 }, async ([name, file], { skip }) => {
    const reason = await flushesOf(file, async ({ before, after, changes, blockstore, blockCache }) => {
      const diff = await diffStates(blockstore, before, after, blockCache && { blockCache });
      expect([...diff.actors]).toEqual([...changes.actors]);
      expect(diff.addresses).toEqual(changes.addresses);
      states++;
      actors += diff.actors.size;
    });
    if (reason === undefined) return;
    console.warn(`SKIPPED ${name}: ${reason}`);
    skip(reason);
  });
  afterAll(() => {
    console.warn(`${actors} changed actors of ${states} states of ${cases.length} vectors`);
    if (cases.length > 0) expect(actors).toBeGreaterThan(states);
  });
}
