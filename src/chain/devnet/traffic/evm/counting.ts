import type { Draft, Scene } from "../draft.js";
import { caller } from "../senders.js";
import { evmCall, evmCreate } from "./call.js";
import { COUNTER_INITCODE } from "./counter.js";

const DEPLOY_GAS = 300_000_000;
const CALL_GAS = 100_000_000;
/** Enough for a message to be in a block, and for no contract. */
const LITTLE_GAS = 2_000_000;
const WORD_BYTES = 32;
/** Words with which the contract is called; each has a slot. */
const WORDS = 20;
/** Reverts. */
const BAD_WORD = 0;

/** Creates the counting contract. */
export function deployCounter({ draw, world }: Scene): Draft {
  return evmCreate(caller(draw, world), COUNTER_INITCODE, DEPLOY_GAS, (made) => world.counters.push(made));
}

/** Calls a counting contract, or creates the first one. @param word default: one that it counts */
export function callCounter(scene: Scene, word = 1 + scene.draw.below(WORDS)): Draft {
  const { draw, world } = scene;
  if (world.counters.length === 0) return deployCounter(scene);
  const input = Buffer.alloc(WORD_BYTES);
  input.writeUInt32BE(word, WORD_BYTES - 4);
  return evmCall(caller(draw, world), draw.pick(world.counters), input, CALL_GAS);
}

/** Calls that revert, or run out of gas. */
export const COUNTER_FAILURES: readonly ((scene: Scene) => Draft)[] = [
  (scene) => callCounter(scene, BAD_WORD),
  (scene) => ({ ...callCounter(scene), gasLimit: LITTLE_GAS }),
];
