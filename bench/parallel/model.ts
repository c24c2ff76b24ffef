/** A model of tipsets on any number of cores, out of what their messages take, read and write on one. */
import { readdirSync } from "node:fs";
import { executeTipset } from "#src/chain/execution/execute-tipset.js";
import { cronMessage, rewardMessage } from "#src/chain/execution/implicit-messages.js";
import { machineOptionsFor } from "#src/chain/execution/machine-for.js";
import type { ChainNode } from "#src/chain/execution/node.js";
import type { Tipset } from "#src/chain/execution/tipset.js";
import { isCall } from "#src/chain/parallel/plan.js";
import { type ActorKey, type PredictedPlace, predecessorsOf } from "#src/chain/parallel/prediction.js";
import { LEAD } from "#src/chain/parallel/shared-tipset.js";
import type { Cid } from "#src/encoding/cid.js";
import type { Message } from "#src/message/message.js";
import { native } from "#src/native/index.js";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { readVector, vectorFiles } from "#src/tools/vectors/files.js";
import { Library } from "#src/tools/vectors/library.js";
import { surroundingsOf } from "#src/tools/vectors/run.js";
import { nodeOf, tipsetsOf } from "#src/tools/vectors/run-tipsets.js";
import { isSenderRefused } from "#src/vm/executor/apply-result.js";
import { bodyOf, Machine } from "#src/vm/machine/machine.js";
import { Sequencer } from "#src/vm/parallel/sequencer.js";
import { BenchError } from "../bench-error.js";
import { withSelected } from "./selected.js";

/** Microseconds that the parts of help take, as `npm run bench:parallel` finds them on two cores. */
const COSTS = {
  /** To begin with a tipset: the main thread, and another one after it. */
  begin: 300,
  beginAhead: 600,
  /** To plan, each message. */
  plan: 3,
  /** To execute before the turn: so many times as long, and so much more. */
  aheadFactor: 1.15,
  ahead: 8,
  /** To repeat an effect. */
  repeat: 9,
};

/** A place of a tipset. */
export interface ModelPlace {
  /** Microseconds at its turn. */
  readonly time: number;
  /** Whether threads may execute it. */
  readonly isCall: boolean;
  readonly predecessors: readonly number[];
}

/** A tipset on one core. */
export interface ModelTipset {
  readonly name: string;
  readonly places: readonly ModelPlace[];
  /** Microseconds of cron, the flush, and all else that is one thread's. */
  readonly rest: number;
}

/** Microseconds of a tipset on so many cores. */
export function modelledTime({ places, rest }: ModelTipset, cores: number): number {
  const alone = rest + places.reduce((sum, { time }) => sum + time, 0);
  if (cores === 1) return alone;
  // Whoever has claimed a place, it is done at this time.
  const doneAt = places.map(() => Number.POSITIVE_INFINITY);
  const claimed = places.map(() => false);
  const ahead = places.map(() => false);
  let turn = 0;
  let main = COSTS.begin + COSTS.plan * places.length;
  const others = Array.from({ length: cores - 1 }, () => main + COSTS.beginAhead);
  const isReady = (place: number, now: number) =>
    (places[place] as ModelPlace).predecessors.every((before) => (doneAt[before] as number) <= now);
  while (turn < places.length) {
    const next = Math.min(...others);
    if (main <= next) {
      const { time } = places[turn] as ModelPlace;
      if (ahead[turn] === true) {
        main = Math.max(main, doneAt[turn] as number) + COSTS.repeat;
      } else {
        claimed[turn] = true;
        main += time;
        doneAt[turn] = main;
      }
      turn++;
      continue;
    }
    const thread = others.indexOf(next);
    let place = places.length - 1;
    const isFree = (at: number) => claimed[at] === false && (places[at] as ModelPlace).isCall;
    while (place >= turn + LEAD && !(isFree(place) && isReady(place, next))) place--;
    if (place >= turn + LEAD) {
      claimed[place] = true;
      ahead[place] = true;
      others[thread] = next + (places[place] as ModelPlace).time * COSTS.aheadFactor + COSTS.ahead;
      doneAt[place] = others[thread] as number;
    } else {
      // Until something else has happened.
      const later = [main, ...others].filter((time) => time > next);
      others[thread] = Math.min(...later);
    }
  }
  return main + rest;
}

/** Tipsets of a folder's vectors that are worth help. Throws `BenchError` if there are none. */
export async function modelTipsets(folder: string, filter: string, leastGas: number): Promise<ModelTipset[]> {
  const library = new Library(bundleFolders());
  const found: ModelTipset[] = [];
  if (readdirSync(folder).length === 0) throw new BenchError(`${folder} is empty`);
  for (const file of vectorFiles([folder]).filter((name) => name.includes(filter))) {
    const vector = readVector(file);
    const [variant] = vector.variants;
    if (vector.class !== "tipset" || variant === undefined) continue;
    const surroundings = surroundingsOf(vector, variant, { library });
    const node = nodeOf(vector, variant, surroundings);
    let root = vector.stateRoot;
    for (const tipset of tipsetsOf(vector, variant)) {
      const after = await executeTipset(node, root, tipset, { selected: true });
      const gas = after.blocks
        .flatMap(({ messages }) => messages)
        .reduce((sum, { receipt }) => sum + Number(receipt.gasUsed), 0);
      if (gas >= leastGas && tipset.epoch === tipset.parentEpoch + 1) {
        const executed = withSelected(tipset, after.blocks);
        found.push(await measured(`${vector.id} ${tipset.epoch}`, node, root, executed));
      }
      root = after.stateRoot;
    }
    surroundings.blockCache.clear();
  }
  if (found.length === 0) throw new BenchError(`${folder} has no tipsets of ${leastGas} gas`);
  return found;
}

/** Rounds of which each place's shortest counts. */
const ROUNDS = 7;

/** A tipset of selected messages, each measured at its turn. */
export async function measured(
  name: string,
  node: ChainNode,
  root: Cid,
  tipset: Tipset,
): Promise<ModelTipset> {
  let times: number[] = [];
  let rest = Number.POSITIVE_INFINITY;
  let seen: Seen[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const one = await execute(node, root, tipset);
    times = one.places.map(({ time }, i) => Math.min(time, times[i] ?? time));
    rest = Math.min(rest, one.rest);
    seen = one.places;
  }
  const predecessors = predecessorsOf(seen);
  const places = seen.map(({ isCall }, i) => ({
    time: times[i] as number,
    isCall,
    predecessors: predecessors[i] ?? [],
  }));
  return { name, places, rest };
}

interface Seen extends PredictedPlace {
  readonly time: number;
  readonly isCall: boolean;
}

async function execute(
  node: ChainNode,
  root: Cid,
  { epoch, parentEpoch: _, blocks, ...context }: Tipset,
): Promise<{ readonly places: Seen[]; readonly rest: number }> {
  const begin = performance.now();
  using machine = await Machine.create(await machineOptionsFor(node, root, { ...context, epoch }, undefined));
  const { tree } = bodyOf(machine);
  const share = native.blockShare();
  const sequencer = new Sequencer(machine, share);
  const places: Seen[] = [];
  const run = async (message: Message, rawLength: number, kind: "explicit" | "implicit") => {
    const start = performance.now();
    const placed = { place: places.length, message, rawLength };
    const { result, roots } = await sequencer.tell(placed, kind);
    const time = (performance.now() - start) * 1000;
    const sender: ActorKey | undefined = kind === "implicit" ? undefined : tree.resolveAddress(message.from);
    places.push({ time, isCall: kind === "explicit" && isCall(message), sender, ...roots });
    return result;
  };
  for (const { miner, winCount, messages } of blocks) {
    let gasReward = 0n;
    let penalty = 0n;
    for (const { message, rawLength, isUnsigned = false } of messages) {
      let result = await run(message, rawLength, "explicit");
      if (isUnsigned && isSenderRefused(result)) {
        places.pop();
        result = await run(message, rawLength, "implicit");
      }
      gasReward += result.minerTip;
      penalty += result.penalty;
    }
    await run(rewardMessage(epoch, { miner, penalty, gasReward, winCount }), 0, "implicit");
  }
  sequencer.release();
  share.clear();
  await machine.execute(cronMessage(epoch), { kind: "implicit", rawLength: 0 });
  await machine.flush();
  const all = (performance.now() - begin) * 1000;
  return { places, rest: all - places.reduce((sum, { time }) => sum + time, 0) };
}
