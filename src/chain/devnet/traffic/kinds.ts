import { idAddress } from "../../../address/address.js";
import { METHOD_SEND } from "../../../message/methods.js";
import { SingletonId } from "../../../vm/state-tree/actor-state.js";
import { SigningKey } from "../../signatures/keys.js";
import { callCounter, deployCounter, INVOKE_EVM } from "./contracts.js";
import type { Draft, Scene } from "./draft.js";
import { useMultisig } from "./multisigs.js";

const FIL = 10n ** 18n;
const SEND_GAS = 10_000_000;
const NO_SUCH_ACTOR = idAddress(2 ** 40);
const NO_SUCH_METHOD = 0xbad;
/** More than anybody has, and less than no block may hold. */
const TOO_MUCH = 1_900_000_000n * FIL;
/** Enough for a message to be in a block, and for no contract. */
const LITTLE_GAS = 2_000_000;

/**
 * Kinds of messages: transfers, transfers to new accounts, new contracts, calls that log, multisigs' creation, proposals and
 * approvals, and messages that fail or cost their miner something.
 */
export type TrafficKind = "send" | "create" | "deploy" | "call" | "multisig" | "fail";

/** Draws a message of a kind. */
export const KINDS: Readonly<Record<TrafficKind, (scene: Scene) => Draft>> = {
  /** Value to somebody who is there. */
  send: ({ draw, world, sender }: Scene): Draft => ({
    to: draw.pick(world.senders.filter((key) => canReceiveFrom(sender, key))).address,
    ...transferOf(sender),
    value: BigInt(draw.below(1_000_000)),
    gasLimit: SEND_GAS,
  }),
  /** Value to somebody new, who sends messages later. */
  create: ({ draw, world, sender }: Scene): Draft => {
    const type = sender.type === "delegated" ? sender.type : draw.pick(["secp256k1", "bls"] as const);
    const key = SigningKey.fromSeed(type, draw.bytes());
    return {
      to: key.address,
      ...transferOf(sender),
      value: BigInt(1 + draw.below(10)) * FIL,
      gasLimit: SEND_GAS,
      learn: ({ exitCode }) => {
        if (exitCode === 0) world.addSender(key);
      },
    };
  },
  /** A new contract. */
  deploy: deployCounter,
  /** A call of a contract, which logs. */
  call: callCounter,
  /** A multisig's creation, or a proposal, or an approval. */
  multisig: useMultisig,
  /** A message that fails, or whose miner pays for it. */
  fail: (scene: Scene): Draft => scene.draw.pick(FAILURES)(scene),
};

const FAILURES: readonly ((scene: Scene) => Draft)[] = [
  (scene) => ({ ...KINDS.send(scene), value: TOO_MUCH }),
  (scene) => ({ ...KINDS.send(scene), fees: "cheap" }),
  (scene) => ({ ...KINDS.send(scene), fees: "unpayable" }),
  (scene) => ({ ...callCounter(scene), gasLimit: LITTLE_GAS }),
  (scene) => callCounter(scene, 0),
  (scene) => ({ ...KINDS.send(scene), ...missing(scene.sender) }),
];

/** A call of what is not there. */
function missing({ type }: SigningKey): Partial<Draft> {
  // Transactions of Ethereum accounts have one method, and their receivers accept it.
  if (type === "delegated") return { to: NO_SUCH_ACTOR };
  return { to: idAddress(SingletonId.Reward), method: NO_SUCH_METHOD };
}

/** Ethereum accounts send to addresses that Ethereum knows. */
function canReceiveFrom(sender: SigningKey, receiver: { readonly type: string }): boolean {
  return sender.type !== "delegated" || receiver.type === "delegated";
}

/** How an account transfers value. */
function transferOf({ type }: SigningKey): { readonly method: number } {
  return { method: type === "delegated" ? INVOKE_EVM : METHOD_SEND };
}
