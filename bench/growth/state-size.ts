/** Plain sends between accounts of a state that gets larger, and writing what they changed. */
import { BlockCache } from "#src/blockstore/block-cache.js";
import type { Cid } from "#src/encoding/cid.js";
import { Machine } from "#src/vm/machine/machine.js";
import { expectSame } from "../micro/measure.js";
import { MESSAGE, NETWORK } from "../micro/network.js";
import { median, spreadOf } from "../statistics.js";
import { accountAddress } from "./add-accounts.js";
import { type BigState, bigState, Overlay } from "./big-state.js";
import type { Section } from "./curve.js";
import type { GrowthOptions } from "./options.js";
import { randomSends, type Send } from "./random-sends.js";

/** Sends per round; their accounts are all different. */
const SENDS = 200;
const ROUNDS = 8;
/** Sender, receiver and the actor of burnt funds. */
const CHANGED_PER_SEND = 3;

interface Samples {
  /** Nanoseconds per send. */
  readonly cold: number[];
  readonly warm: number[];
  /** Nanoseconds per changed actor. */
  readonly flush: number[];
  /** Bytes per send, of each machine; then per changed actor. */
  readonly read: number[];
  readonly written: number[];
}

export async function stateSize({ max, note }: GrowthOptions): Promise<Section> {
  const sizes = powersOfTen(1_000, max);
  note("the compiler of JavaScript sees the code");
  await measureState(await bigState(sizes[0] ?? 0), ROUNDS);
  const measured: { size: number; samples: Samples }[] = [];
  for (const size of sizes) {
    const start = performance.now();
    note(`a state of ${size.toLocaleString("en")} actors`);
    const state = await bigState(size);
    note(`  made in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
    measured.push({ size, samples: await measureState(state, ROUNDS) });
  }
  const points = (times: "cold" | "warm" | "flush", bytes?: "read" | "written") =>
    measured.map(({ size, samples }) => ({
      size,
      ns: spreadOf(samples[times]),
      ...(bytes && { work: median(samples[bytes]) }),
    }));
  return {
    name: "state",
    title: "Accounts in the state",
    sizes: "actors",
    per: "send, and per changed actor",
    scale: "linear",
    curves: [
      { name: "send, nothing decoded", law: "work", counts: "median", points: points("cold", "read") },
      { name: "send, nodes decoded", law: "logarithmic", counts: "median", points: points("warm") },
      { name: "flush, per changed actor", law: "work", counts: "median", points: points("flush", "written") },
    ],
  };
}

export function powersOfTen(first: number, last: number): number[] {
  const sizes: number[] = [];
  for (let size = first; size <= last; size *= 10) sizes.push(size);
  return sizes;
}

async function measureState(state: BigState, rounds: number): Promise<Samples> {
  const samples: Samples = { cold: [], warm: [], flush: [], read: [], written: [] };
  for (let round = 0; round < rounds; round++) {
    const sends = randomSends(state.count, SENDS, round);
    const { gas, root } = await onMachine(state, async (machine, store) => {
      const before = store.bytesRead;
      const gas = sends.map((pair) => {
        // Neither bytes nor decoded nodes are left; what the machine holds stays.
        BlockCache.shared.clear();
        return timed(samples.cold, () => send(machine, pair));
      });
      samples.read.push((store.bytesRead - before) / SENDS);
      return { gas, root: await machine.flush() };
    });
    // Decodes the paths of all sends, for the machines after it.
    await onMachine(state, async (machine) => sends.map((pair) => send(machine, pair)));
    await onMachine(state, async (machine) => {
      for (const [index, pair] of sends.entries()) {
        expectSame(
          "gas",
          timed(samples.warm, () => send(machine, pair)),
          gas[index],
        );
      }
      expectSame("root", await machine.flush(), root);
    });
    await onMachine(state, async (machine, store) => {
      let last: Cid | undefined;
      for (const pair of sends) {
        send(machine, pair);
        const start = process.hrtime.bigint();
        last = await machine.flush();
        samples.flush.push(Number(process.hrtime.bigint() - start) / CHANGED_PER_SEND);
      }
      expectSame("root", last, root);
      samples.written.push(store.bytesWritten / SENDS / CHANGED_PER_SEND);
    });
  }
  return samples;
}

async function onMachine<T>(
  { blockstore, stateRoot }: BigState,
  use: (machine: Machine, store: Overlay) => Promise<T>,
): Promise<T> {
  const store = new Overlay(blockstore);
  const options = { network: NETWORK, stateRoot, blockstore: store, epoch: 1, baseFee: 100n };
  const machine = await Machine.create({ ...options, codeCache: false });
  const result = await use(machine, store);
  machine.close();
  return result;
}

/** Returns the gas. */
function send(machine: Machine, [from, to]: Send) {
  const [sender, receiver] = [accountAddress(from), accountAddress(to)];
  const message = { ...MESSAGE, from: sender, to: receiver, value: 1n, gasLimit: 10_000_000 };
  const { receipt } = machine.executeSync(message);
  expectSame("exit code", receipt.exitCode, 0);
  return receipt.gasUsed;
}

function timed<T>(samples: number[], work: () => T): T {
  const start = process.hrtime.bigint();
  const result = work();
  samples.push(Number(process.hrtime.bigint() - start));
  return result;
}
