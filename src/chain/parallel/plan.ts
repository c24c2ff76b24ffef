import type { Address } from "../../address/address.js";
import { MissingBlock } from "../../ipld/block-access.js";
import { encodeMessage, type Message } from "../../message/message.js";
import { METHOD_SEND } from "../../message/methods.js";
import { forgetPromise } from "../../util/waits.js";
import type { StateTree } from "../../vm/state-tree/state-tree.js";
import {
  type ActorKey,
  type Foreseen,
  type PredictedPlace,
  type Prediction,
  predecessorsOf,
  rewardRoots,
} from "./prediction.js";
import type { PlannedPlace } from "./shared-tipset.js";

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
}

/** Whether a message is worth a thread: a transfer takes less than telling others of it. */
export function isCall({ method }: Message): boolean {
  return method !== METHOD_SEND;
}

/** @param tree the state that the epoch begins with */
export function planOf(epoch: readonly EpochPlace[], tree: StateTree, prediction: Prediction): Plan {
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
    return { message, sender: keyOf(message.from), receiver, code: codeOf(receiver) };
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
  return { places, foreseen };
}

const NO_ROOTS = { read: [], written: [] } as const;
const AT_ITS_TURN = { message: undefined, rawLength: 0 } as const;

function aheadOf(place: MessagePlace): Omit<PlannedPlace, "predecessors"> {
  if (place.isUnsigned === true || !isCall(place.message)) return AT_ITS_TURN;
  return { message: encodeMessage(place.message), rawLength: place.rawLength };
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
