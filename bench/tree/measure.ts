import type { Machine } from "#src/vm/machine/machine.js";
import { accountAddress } from "../growth/add-accounts.js";
import { type BigState, Overlay } from "../growth/big-state.js";
import { randomSends, type Send } from "../growth/random-sends.js";
import { expectSame } from "../micro/measure.js";
import { MESSAGE, NETWORK } from "../micro/network.js";
import { median } from "../statistics.js";
import type { Build } from "./builds.js";

/** Each changes two accounts of its own; all of them, the actor of burnt funds, too. */
const SENDS = 200;
/** Epochs without messages, one machine each. */
const EMPTY = 200;

/** Parts of the work, in microseconds of processor time. */
export type Times = Readonly<Record<string, number>>;

/** Medians of the rounds, in the order of the builds; what comes out must be the same. */
export async function measureState(
  state: BigState,
  builds: readonly Build[],
  rounds: number,
): Promise<Times[]> {
  const measured = builds.map(() => [] as Times[]);
  for (let round = -1; round < rounds; round++) {
    const sends = randomSends(state.count, SENDS, round);
    const roots = new Set<string>();
    // Who comes second finds the state's bytes in the processor's caches.
    const order = [...builds.keys()];
    if (round % 2 === 0) order.reverse();
    for (const i of order) {
      const build = builds[i] as Build;
      const times = await roundOf(build, state, sends, roots);
      // The first round warms up.
      if (round >= 0) measured[i]?.push(times);
    }
    expectSame("number of roots", roots.size, 1);
  }
  return measured.map((rounds) => {
    const parts = Object.keys(rounds[0] ?? {});
    return Object.fromEntries(parts.map((part) => [part, median(rounds.map((times) => times[part] ?? 0))]));
  });
}

async function roundOf(
  build: Build,
  state: BigState,
  sends: readonly Send[],
  roots: Set<string>,
): Promise<Times> {
  const times: Record<string, number> = {};
  const all = async (before: string) => {
    const machine = await machineOn(build, state);
    const executed = timed(() => sends.forEach((pair) => void send(machine, pair)));
    const flushed = await timedAsync(async () => roots.add(await machine.flush()));
    machine.close();
    times[`${before}: sends`] = executed;
    times[`${before}: flush`] = flushed;
    times[`${before}: both`] = executed + flushed;
  };
  build.forget("blocks");
  await all("nothing in memory");
  build.forget("decoded");
  await all("nothing decoded");
  await all("decoded");
  const epochs: number[] = [];
  for (let i = 0; i < EMPTY; i++) {
    epochs.push(
      await timedAsync(async () => {
        const machine = await machineOn(build, state);
        await machine.flush();
        machine.close();
      }),
    );
  }
  // So short that collections of garbage decide about their sum.
  times["empty epoch"] = median(epochs);
  return times;
}

function machineOn({ Machine }: Build, { blockstore, stateRoot }: BigState): Promise<Machine> {
  const options = {
    network: NETWORK,
    stateRoot,
    blockstore: new Overlay(blockstore),
    epoch: 1,
    baseFee: 100n,
  };
  return Machine.create({ ...options, codeCache: false });
}

function send(machine: Machine, [from, to]: Send): void {
  const [sender, receiver] = [accountAddress(from), accountAddress(to)];
  const message = { ...MESSAGE, from: sender, to: receiver, value: 1n, gasLimit: 10_000_000 };
  expectSame("exit code", machine.executeSync(message).receipt.exitCode, 0);
}

function timed(work: () => void): number {
  const start = process.cpuUsage();
  work();
  return since(start);
}

async function timedAsync(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  return since(start);
}

function since(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
