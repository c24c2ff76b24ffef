/** States before and after real messages, if there are vectors on this machine. */
import { relative } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Cid } from "../../../src/encoding/cid.js";
import { compareChanges } from "../../../src/inspect/state/compare-changes.js";
import { compareStates, type StateComparison } from "../../../src/inspect/state/compare-states.js";
import { diffStates } from "../../../src/inspect/state/diff-states.js";
import type { StateAt } from "../../../src/inspect/state/inspected-state.js";
import { changeText, deltaOf } from "../../../src/inspect/state/text.js";
import { defaultVectorFolder, vectorFiles } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../../src/vm/machine/options.js";
import type { StateDiff } from "../../../src/vm/state-tree/state-diff.js";
import { skipLoudly } from "../../support/skip.js";

/** One of so many files. */
const STEP = 90;

interface Flush extends Pick<MachineOptions, "blockstore" | "blockCache"> {
  readonly network: number;
  readonly before: Cid;
  readonly after: Cid;
  /** Changes as the machine tells them. */
  readonly changes: StateDiff;
  /** The same, decoded. */
  readonly comparison: StateComparison;
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
    const comparison = await compareChanges(this, changes);
    const before = roots.get(this) ?? given.stateRoot;
    const after = await flush.call(this, how);
    roots.set(this, after);
    const { blockstore, blockCache } = given;
    const network = this.network.version;
    const where = { network, before: before as Cid, after, blockstore };
    await found({ ...where, changes, comparison, ...(blockCache && { blockCache }) });
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

/** The decoded form says what the other one says, and all of it can be read. */
function checkComparison(diff: StateDiff, { actors, addresses }: StateComparison): void {
  expect(addresses).toEqual(diff.addresses);
  expect(actors.map(({ id, kind }) => [id, kind])).toEqual(
    Array.from(diff.actors, ([id, { kind }]) => [id, kind]),
  );
  for (const { id, type, changes } of actors) {
    const change = diff.actors.get(id);
    // Values that builtin actors keep have names, if there are any.
    const parts = changes.filter(({ path }) => type !== undefined && path[0] === "state" && path.length > 1);
    expect(
      parts.filter(({ path }) => typeof path[1] !== "string").map((change) => changeText(change)),
    ).toEqual([]);
    expect(changes.filter(({ kind }) => kind === "unreadable")).toEqual([]);
    if (change?.kind !== "changed") continue;
    const fields = new Set(changes.map(({ path }) => path[0]));
    expect(fields.has("state")).toBe("state" in change);
    expect(fields.has("nonce")).toBe("nonce" in change);
    expect(fields.has("code")).toBe("code" in change);
    const balance = changes.find(({ path }) => path[0] === "balance");
    if (balance?.kind === "changed") expect(deltaOf(balance.before, balance.after)).toBe(change.balance);
    else expect(change.balance).toBe(undefined);
  }
}

const root = defaultVectorFolder();
if (root === undefined) {
  skipLoudly("states of vectors: there is no folder vectors, and FVM_VECTORS is not set");
} else {
  let [states, actors, parts] = [0, 0, 0];
  const sample = vectorFiles([root]).filter((_, i) => i % STEP === STEP / 3);
  const cases = sample.map((file) => [relative(root, file), file] as const);
  test.for(cases)("%s", { timeout: 300_000 }, async ([name, file], { skip }) => {
    const reason = await flushesOf(file, async (flush) => {
      const { network, before, after, changes, comparison, blockstore, blockCache } = flush;
      const options = blockCache && { blockCache };
      const diff = await diffStates(blockstore, before, after, options);
      expect([...diff.actors]).toEqual([...changes.actors]);
      expect(diff.addresses).toEqual(changes.addresses);
      const roots = [before, after].map((root) => ({ root, network })) as [StateAt, StateAt];
      expect(await compareStates(blockstore, ...roots, options)).toEqual(comparison);
      checkComparison(diff, comparison);
      parts += comparison.actors.reduce((sum, { changes }) => sum + changes.length, 0);
      states++;
      actors += diff.actors.size;
    });
    if (reason === undefined) return;
    console.warn(`SKIPPED ${name}: ${reason}`);
    skip(reason);
  });
  afterAll(() => {
    console.warn(`${parts} changes of ${actors} actors of ${states} states of ${cases.length} vectors`);
    if (cases.length > 0) expect(actors).toBeGreaterThan(states);
    if (cases.length > 0) expect(parts).toBeGreaterThan(actors);
  });
}
