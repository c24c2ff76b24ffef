/** Messages of a model, executed by several threads, settled in order: the results are those of one after the other. */
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { Disturbance } from "../../../src/chain/parallel/disturbance.js";
import { type PredictedPlace, Prediction, predecessorsOf } from "../../../src/chain/parallel/prediction.js";
import { Schedule, type Turns } from "../../../src/chain/parallel/schedule.js";
import { SharedTipset } from "../../../src/chain/parallel/shared-tipset.js";
import { overSignal, type Speculation, speculateAll } from "../../../src/chain/parallel/speculate.js";
import { ThreadPool } from "../../../src/threads/thread-pool.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import type { PlacedMessage } from "../../../src/vm/parallel/placed-message.js";
import type { Sequencer } from "../../../src/vm/parallel/sequencer.js";
import { randomNumbers } from "../../support/test-data.js";

interface CounterMessage {
  readonly counters: readonly number[];
  readonly size: number;
}

interface Model {
  encodeCounters(message: CounterMessage): string;
  readonly CounterSpeculation: new () => Speculation;
  readonly CounterSequencer: new () => Pick<Sequencer, "repeat" | "execute" | "tell">;
}

let model: Model;
beforeAll(async () => {
  model = (await import(new URL("./fixtures/counters.mjs", import.meta.url).href)) as Model;
});

/** Messages drawn from a seed: some have counters of their own, some share them, some are for the main thread. */
function drawn(seed: number, count: number): (CounterMessage & { readonly isMain: boolean })[] {
  const random = randomNumbers(seed);
  const range = 1 + random(2 * count);
  return Array.from({ length: count }, () => ({
    counters: Array.from({ length: 1 + random(4) }, () => random(range)),
    size: random(100) === 0 ? random(200_000) : random(50),
    isMain: random(6) === 0,
  }));
}

/** Messages of the model are bytes. */
function placed(place: number, message: Uint8Array): PlacedMessage {
  return { place, message: message as never, rawLength: place };
}

function encoded(message: CounterMessage): Uint8Array {
  return latin1Bytes(model.encodeCounters(message));
}

/** The main thread's part. */
class Run {
  readonly tipset: SharedTipset;
  readonly turns: Turns = { repeated: 0, refused: 0, executed: 0 };
  readonly sequencer = new model.CounterSequencer();
  readonly #messages: readonly CounterMessage[];
  readonly #schedule: Schedule;

  constructor(
    messages: ReturnType<typeof drawn>,
    {
      threads,
      seed,
      used,
      patience,
    }: { threads: number; seed?: number; used?: SharedArrayBuffer; patience?: number },
  ) {
    this.#messages = messages;
    const predicted = messages.map(
      ({ counters: [first = 0, ...others] }): PredictedPlace => ({
        sender: undefined,
        read: [first, ...others],
        written: [first, ...others.slice(0, 1)],
      }),
    );
    const predecessors = predecessorsOf(predicted);
    const places = messages.map((message, place) => ({
      message: message.isMain ? undefined : model.encodeCounters(message),
      rawLength: place,
      predecessors: predecessors[place] ?? [],
    }));
    const messageBytes = places.reduce((sum, { message = "" }) => sum + message.length, 0);
    this.tipset = SharedTipset.begin({ count: places.length, messageBytes }, threads, used, patience);
    this.tipset.run(places);
    this.#schedule = new Schedule({
      tipset: this.tipset,
      sequencer: this.sequencer,
      prediction: new Prediction(),
      // Some are of a kind of which something is known once one of them has been executed.
      foreseen: messages.map((_, i) => ({ sender: 0, receiver: 0, kind: `${i % 3 > 0 ? i : ""}` }) as never),
      turns: this.turns,
      disturbance: seed === undefined ? undefined : new Disturbance(seed, 0),
    });
  }

  #message(place: number): PlacedMessage {
    return placed(place, encoded(this.#messages[place] as CounterMessage));
  }

  /** A thread that is none. */
  speculate(thread: number, seed: number): Promise<void> {
    const view = new SharedTipset(this.tipset.buffer, thread, NO_PATIENCE);
    const disturbance = new Disturbance(seed, thread);
    const speculation = disturbance.around(new model.CounterSpeculation());
    const messageAt = (place: number) => placed(place, view.message(place));
    return speculateAll(view, speculation, messageAt, overSignal(view), disturbance.ignores);
  }

  async results(signal?: AbortSignal): Promise<unknown[]> {
    const results: unknown[] = [];
    try {
      for (const place of this.#messages.keys()) {
        results.push(await this.#schedule.execute(this.#message(place), "explicit", signal));
      }
      return results;
    } finally {
      this.tipset.end();
    }
  }
}

/** Results of one message after the other. */
async function sequential(messages: readonly CounterMessage[]): Promise<unknown[]> {
  const sequencer = new model.CounterSequencer();
  const results: unknown[] = [];
  for (const [place, message] of messages.entries()) {
    results.push(await sequencer.execute(placed(place, encoded(message)), "explicit"));
  }
  return results;
}

/** All threads are one, which must not stand still. */
const NO_PATIENCE = 0;
const SCHEDULES = Number(process.env.FVM_SCHEDULES ?? 300);

describe("on one thread, with trouble from a seed", () => {
  test(`${SCHEDULES} schedules`, async () => {
    const turns: Turns = { repeated: 0, refused: 0, executed: 0 };
    let used: SharedArrayBuffer | undefined;
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const messages = drawn(seed, 1 + (seed % 40));
      const threads = 1 + (seed % 4);
      const run = new Run(messages, { threads, seed, patience: NO_PATIENCE, ...(used && { used }) });
      const helpers = Array.from({ length: threads }, (_, i) => run.speculate(i + 1, seed));
      expect(await run.results(), `seed ${seed}`).toEqual(await sequential(messages));
      await Promise.all(helpers);
      used = run.tipset.buffer;
      for (const name of ["repeated", "refused", "executed"] as const) turns[name] += run.turns[name];
    }
    // All three ways are gone.
    expect(Math.min(turns.repeated, turns.refused, turns.executed)).toBeGreaterThan(SCHEDULES / 10);
  });
});

describe("on threads", () => {
  const THREADS = 3;
  let pool: ThreadPool<unknown, void>;
  beforeAll(() => {
    const script = new URL("./fixtures/counting-thread.mjs", import.meta.url);
    pool = new ThreadPool({ script, threads: THREADS, data: {} });
    return () => pool.terminate();
  });

  /** @param endsAt in the middle of the message at this place a thread ends */
  function begin({ tipset }: Run, seed: number | undefined, endsAt?: number): Promise<boolean>[] {
    return Array.from({ length: THREADS }, async (_, i) => {
      const thread = i + 1;
      const task = { buffer: tipset.buffer, thread, seed, endsAt };
      const lost = await pool.run(task, "speculate").then(
        () => false,
        () => true,
      );
      if (lost) tipset.giveUpAll(thread);
      return lost;
    });
  }

  /** Waits until a thread has ended with a place; in vain if all places are in one chain. */
  function someEnded({ tipset }: Run): Promise<unknown> {
    return Promise.race([tipset.untilEnded(0), setTimeout(20)]);
  }

  test.each([
    ["that nothing disturbs", undefined],
    ["with trouble from a seed", 7],
  ])("%s", async (_, seed) => {
    await pool.start();
    let repeated = 0;
    for (let turn = 1; turn <= 40; turn++) {
      const messages = drawn(turn, 60);
      const run = new Run(messages, { threads: THREADS, ...(seed && { seed: seed + turn }) });
      const helpers = begin(run, seed && seed + turn);
      await someEnded(run);
      expect(await run.results(), `turn ${turn}`).toEqual(await sequential(messages));
      expect(await Promise.all(helpers)).toEqual([false, false, false]);
      repeated += run.turns.repeated;
    }
    expect(repeated).toBeGreaterThan(0);
  });

  test("of which some end in the middle of a message", async () => {
    let ended = 0;
    for (let turn = 1; turn <= 12; turn++) {
      await pool.start();
      const messages = drawn(turn, 60);
      const run = new Run(messages, { threads: THREADS, seed: turn });
      const helpers = begin(run, undefined, turn % 3 === 0 ? 0 : turn);
      await someEnded(run);
      expect(await run.results(), `turn ${turn}`).toEqual(await sequential(messages));
      ended += (await Promise.all(helpers)).filter((lost) => lost).length;
    }
    expect(ended).toBeGreaterThan(0);
  });

  test("are done when the main thread gives up", async () => {
    await pool.start();
    const run = new Run(drawn(1, 60), { threads: THREADS });
    const helpers = begin(run, 1);
    const reason = new Error("enough");
    await expect(run.results(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await Promise.all(helpers)).toEqual([false, false, false]);
  });
});
