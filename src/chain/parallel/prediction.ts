import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import type { Gas } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { latin1 } from "../../util/bytes.js";
import { type ActorId, SingletonId } from "../../vm/state-tree/actor-state.js";
import { INVOKE_EVM } from "../signatures/eth-transaction.js";

/** Kinds of messages that are remembered, at least. */
const KEPT = 4096;
/** Roots of a kind that are remembered; a message that touches more has no habits. */
const MAX_ROOTS = 64;
const SELECTOR_BYTES = 4;

/** An actor, or an address whose actor is not known. */
export type ActorKey = ActorId | Address;

/** A message as far as it is known before it is executed. */
export interface Foreseen {
  readonly message: Message;
  readonly sender: ActorKey;
  readonly receiver: ActorKey;
  /** The receiver's; undefined if it is not known. */
  readonly code: Cid | undefined;
  /** Messages of the same kind have the same habits. */
  readonly kind: string;
}

/** @param code as in `Foreseen` */
export function foreseen(
  message: Message,
  sender: ActorKey,
  receiver: ActorKey,
  code: Cid | undefined,
): Foreseen {
  return { message, sender, receiver, code, kind: kindOf(message, receiver, code) };
}

/** Actors whose roots a message reads and writes. */
export interface Roots {
  readonly read: readonly ActorKey[];
  readonly written: readonly ActorKey[];
}

/** The receiver itself, whoever that is. */
const RECEIVER = Symbol();
type Habitual = ActorKey | typeof RECEIVER;

interface Habit {
  readonly read: readonly Habitual[];
  readonly written: readonly Habitual[];
  readonly gasUsed: Gas;
}

/**
 * Roots that messages will read and write, by what others of their kind did: the same function of the same contract, or
 * the same method of the same code. What is wrong costs time, and changes no result.
 */
export class Prediction {
  readonly #habits = new BoundedMap<string, Habit>(KEPT);

  /** Without habits it is the receiver's root, read and written. */
  roots(foreseen: Foreseen): Roots {
    const { receiver, kind } = foreseen;
    const habit = this.#habits.get(kind);
    if (habit === undefined) return { read: [receiver], written: [receiver] };
    const named = (actor: Habitual) => (actor === RECEIVER ? receiver : actor);
    return { read: habit.read.map(named), written: habit.written.map(named) };
  }

  /** Whether there is a habit. */
  knows({ kind }: Foreseen): boolean {
    return this.#habits.get(kind) !== undefined;
  }

  /** Gas that the message will use: at most its limit. */
  gas({ kind, message }: Foreseen): Gas {
    return this.#habits.get(kind)?.gasUsed ?? message.gasLimit;
  }

  /** A message has been executed. */
  learn(foreseen: Foreseen, { read, written }: Roots, gasUsed: Gas): void {
    if (read.length + written.length > MAX_ROOTS) return;
    const { receiver, kind } = foreseen;
    const unnamed = (actor: ActorKey) => (actor === receiver ? RECEIVER : actor);
    this.#habits.set(kind, { read: read.map(unnamed), written: written.map(unnamed), gasUsed });
  }
}

/** Roots of a block's reward. */
export function rewardRoots(miner: ActorKey): Roots {
  const actors = [SingletonId.Reward, SingletonId.Power, miner];
  return { read: actors, written: actors };
}

function kindOf({ method, params }: Message, receiver: ActorKey, code: Cid | undefined): string {
  if (method === INVOKE_EVM) return `${receiver} ${selector(params)}`;
  return `${code ?? receiver} ${method}`;
}

/** The first bytes of a contract's input, which is a byte string of CBOR: they name the function. */
function selector(params: Uint8Array): string {
  const length = (params[0] ?? 0) & 0x1f;
  const header = 1 + (length < 24 ? 0 : 1 << (length - 24));
  return latin1(params.subarray(header, header + SELECTOR_BYTES));
}

/** A place as prediction sees it. */
export interface PredictedPlace extends Roots {
  /** Undefined: the network. */
  readonly sender: ActorKey | undefined;
}

/**
 * For each place the places before it that it waits for: of each root that it reads the one that writes it last, and
 * the last one of the same sender. A root that is written is read, too.
 */
export function predecessorsOf(places: readonly PredictedPlace[]): number[][] {
  const writers = new Map<ActorKey, number>();
  const senders = new Map<ActorKey, number>();
  return places.map(({ sender, read, written }, place) => {
    const found = new Set<number>();
    const add = (before: number | undefined) => before !== undefined && found.add(before);
    for (const actor of [...read, ...written]) add(writers.get(actor));
    for (const actor of written) writers.set(actor, place);
    if (sender !== undefined) {
      add(senders.get(sender));
      senders.set(sender, place);
    }
    return [...found];
  });
}
