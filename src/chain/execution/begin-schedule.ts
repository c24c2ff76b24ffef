import { setImmediate } from "node:timers/promises";
import { BlockCache, shareCache } from "../../blockstore/block-cache.js";
import type { Cid } from "../../encoding/cid.js";
import { native } from "../../native/index.js";
import { type Machine, walkMachine } from "../../vm/machine/machine.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { Sequencer } from "../../vm/parallel/sequencer.js";
import { Disturbance } from "../parallel/disturbance.js";
import { MAIN_THREAD } from "../parallel/effect-logs.js";
import { type EpochPlace, isCall, planOf, roomOf } from "../parallel/plan.js";
import { Schedule } from "../parallel/schedule.js";
import { SharedTipset, type TipsetRoom } from "../parallel/shared-tipset.js";
import type { AheadTask, Crew } from "./crew.js";
import type { TipsetContext } from "./tipset.js";

/** An epoch of which threads execute messages before their turn. */
export interface HelpedEpoch {
  readonly machine: Machine;
  /** Options that the machine was made with. */
  readonly options: MachineOptions;
  readonly stateRoot: Cid;
  readonly context: TipsetContext;
  readonly places: readonly EpochPlace[];
}

/** Whether an epoch may be worth a crew's effort, and it has time for it. */
export async function isWorthCrew(crew: Crew, places: readonly EpochPlace[]): Promise<boolean> {
  if (!isCallGas(places, crew.leastGas)) return false;
  // So that this thread hears of those that are through with the epoch before.
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    await setImmediate();
    if (crew.threads.idle > 0) return true;
  }
  return false;
}

/** Whether the gas limits of calls amount to so much. */
function isCallGas(places: readonly EpochPlace[], leastGas: number): boolean {
  let gas = 0;
  for (const place of places) {
    if (!("message" in place && isCall(place.message))) continue;
    gas += Number(place.message.gasLimit);
    if (gas >= leastGas) return true;
  }
  return false;
}

/** Turns of the event loop until threads that are through have said so. */
const MOST_TURNS = 4;

/** The messages of an epoch, in order, with the help of a crew. */
export interface HelpedRun {
  readonly schedule: Schedule;
  /** Ends the help: the machine goes on by itself. */
  end(): void;
}

/** Puts a crew to an epoch; undefined: it would be of no use. Rejects as operations of the machine. */
export async function beginSchedule(
  crew: Crew,
  { machine, options, stateRoot, context, places }: HelpedEpoch,
  signal: AbortSignal | undefined,
): Promise<HelpedRun | undefined> {
  const { prediction, seed } = crew;
  const share = native.blockShare();
  const sequencer = new Sequencer(machine, share);
  const { tipset, ended } = beginAhead(crew, roomOf(places), {
    share: share.id,
    cache: shareCache(options.blockCache ?? BlockCache.shared),
    seed,
    stateRoot,
    context,
  });
  const end = () => {
    tipset.end();
    sequencer.release();
    share.clear();
    // A thread that is lost may still write.
    void ended.then((areWhole) => areWhole && crew.giveMemory(tipset.buffer));
  };
  try {
    // biome-ignore lint/correctness/useYield: it waits for nothing.
    const plan = await walkMachine(machine, "execute", signal, function* ({ tree }) {
      return planOf(places, tree, prediction, crew.leastGas);
    });
    if (!plan.isWorthHelp) {
      end();
      return undefined;
    }
    tipset.run(plan.places);
    const schedule = new Schedule({
      tipset,
      sequencer,
      prediction,
      foreseen: plan.foreseen,
      turns: crew.turns,
      disturbance: seed === undefined ? undefined : new Disturbance(seed, MAIN_THREAD),
    });
    return { schedule, end };
  } catch (error) {
    end();
    throw error;
  }
}

/** A tipset that threads were given. */
interface AheadTipset {
  readonly tipset: SharedTipset;
  /** Resolves when all threads are through with it, to whether none was lost. */
  readonly ended: Promise<boolean>;
}

/** Gives a tipset to the threads that have nothing to do. What those that are lost were at is given up. */
function beginAhead(crew: Crew, room: TipsetRoom, task: Omit<AheadTask, "buffer" | "thread">): AheadTipset {
  const { threads } = crew;
  const count = threads.idle;
  const tipset = SharedTipset.begin(room, count, crew.takeMemory());
  const { buffer } = tipset;
  const begin = async (thread: number): Promise<boolean> => {
    try {
      await threads.run({ ...task, buffer, thread });
      return true;
    } catch {
      tipset.giveUpAll(thread);
      return false;
    }
  };
  const all = Promise.all(Array.from({ length: count }, (_, i) => begin(MAIN_THREAD + 1 + i)));
  return { tipset, ended: all.then((done) => done.every((isDone) => isDone)) };
}
