import type { Address } from "../../address/address.js";
import { MissingBlock } from "../../ipld/block-access.js";
import { encodeMessageLatin1, type Message } from "../../message/message.js";
import { METHOD_SEND } from "../../message/methods.js";
import { forgetPromise } from "../../util/waits.js";
import type { StateTree } from "../../vm/state-tree/state-tree.js";
import {
  type ActorKey,
  type Foreseen,
  foreseen as foreseenOf,
  type PredictedPlace,
  type Prediction,
  predecessorsOf,
  rewardRoots,
} from "./prediction.js";
import type { PlannedPlace, TipsetRoom } from "./shared-tipset.js";

/** A message of a block. */
export interface MessagePlace {
  readonly message: Message;
  readonly rawLength: number;
  readonly isUnsigned?: boolean;
}

/** A place of an epoch: a message of a block, or a block's reward. */
export type EpochPlace = MessagePlace | { readonly miner: Address };

/** Places that may be executed before their turn, and when. */
export interface Plan {
  readonly places: readonly PlannedPlace[];
  readonly foreseen: readonly (Foreseen | undefined)[];
  /**
   * False: as far as is known, the calls that do not wait for a reward use little gas, or nearly each call follows
   * another one.
   */
  readonly isWorthHelp: boolean;
}

/** Share of the gas in one chain of messages from which on threads would be of little use. */
const LONG_CHAIN = 0.7;

/** Whether a message is worth a thread: a transfer takes less than telling others of it. */
export function isCall({ method }: Message): boolean {
  return method !== METHOD_SEND;
}

/** Room that the places of an epoch take. */
export function roomOf(epoch: readonly EpochPlace[]): TipsetRoom {
  let messageBytes = 0;
  for (const place of epoch) {
    if ("message" in place && isCall(place.message)) messageBytes += place.message.params.length + REST_BYTES;
  }
  return { count: epoch.length, messageBytes };
}

/** Bytes of a message beside its parameters; few have more than half of them. */
const REST_BYTES = 256;

/**
 * @param tree the state that the epoch begins with
 * @param leastGas of calls that are worth help
 */
export function planOf(
  epoch: readonly EpochPlace[],
  tree: StateTree,
  prediction: Prediction,
  leastGas: number,
): Plan {
  const ids = new Map<Address, ActorKey>();
  const keyOf = (address: Address): ActorKey => {
    const known = ids.get(address) ?? atHand(() => tree.resolveAddress(address)) ?? address;
    ids.set(address, known);
    return known;
  };
  const codeOf = (actor: ActorKey) =>
    typeof actor === "string" ? undefined : atHand(() => tree.getActor(actor)?.code);
  const foreseen = epoch.map((place): Foreseen | undefined => {
    if ("miner" in place || !isCall(place.message)) return undefined;
    const { message } = place;
    const receiver = keyOf(message.to);
    return foreseenOf(message, keyOf(message.from), receiver, codeOf(receiver));
  });
  const predicted = epoch.map((place, i): PredictedPlace => {
    if ("miner" in place) return { sender: undefined, ...rewardRoots(keyOf(place.miner)) };
    const call = foreseen[i];
    return { sender: keyOf(place.message.from), ...(call === undefined ? NO_ROOTS : prediction.roots(call)) };
  });
  const predecessors = predecessorsOf(predicted);
  const places = epoch.map((place, i): PlannedPlace => {
    const { message, rawLength } = "miner" in place ? AT_ITS_TURN : aheadOf(place);
    return { message, rawLength, predecessors: predecessors[i] ?? [] };
  });
  const foreseeable = { epoch, foreseen, predecessors };
  return { places, foreseen, isWorthHelp: isWorthHelp(foreseeable, prediction, leastGas) };
}

interface ForeseeableEpoch {
  readonly epoch: readonly EpochPlace[];
  readonly foreseen: readonly (Foreseen | undefined)[];
  readonly predecessors: readonly (readonly number[])[];
}

/**
 * Kinds of messages that nothing is known of are worth a try, from which something will be. Rewards are paid at their
 * turn, so what follows one of them is the main thread's, too: nobody can be at it before its turn.
 */
function isWorthHelp(
  { epoch, foreseen, predecessors }: ForeseeableEpoch,
  prediction: Prediction,
  leastGas: number,
): boolean {
  if (foreseen.some((call) => call !== undefined && !prediction.knows(call))) return true;
  const chains: number[] = [];
  const isBarred: boolean[] = [];
  let all = 0;
  let barred = 0;
  let longest = 0;
  for (const [place, call] of foreseen.entries()) {
    const gas = call === undefined ? 0 : Number(prediction.gas(call));
    const before = predecessors[place] ?? [];
    const chain = before.reduce((most, at) => Math.max(most, chains[at] as number), 0) + gas;
    chains.push(chain);
    longest = Math.max(longest, chain);
    isBarred.push("miner" in (epoch[place] as EpochPlace) || before.some((at) => isBarred[at]));
    if (isBarred[place]) barred += gas;
    all += gas;
  }
  return all - barred >= leastGas && Math.max(longest, barred) < LONG_CHAIN * all;
}

const NO_ROOTS = { read: [], written: [] } as const;
const AT_ITS_TURN = { message: undefined, rawLength: 0 } as const;

function aheadOf(place: MessagePlace): Omit<PlannedPlace, "predecessors"> {
  if (place.isUnsigned === true || !isCall(place.message)) return AT_ITS_TURN;
  return { message: encodeMessageLatin1(place.message), rawLength: place.rawLength };
}

/** An answer, if it is known without waiting. Whatever goes wrong is for who executes the message. */
function atHand<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MissingBlock) forgetPromise(error.pending);
    return undefined;
  }
}
