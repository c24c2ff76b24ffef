import { idAddress } from "../../../address/address.js";
import { METHOD_SEND } from "../../../message/methods.js";
import { SingletonId } from "../../../vm/state-tree/actor-state.js";
import { INVOKE_EVM } from "../../signatures/eth-transaction.js";
import { SigningKey } from "../../signatures/keys.js";
import type { Draft, Scene } from "./draft.js";
import { COUNTER_FAILURES } from "./evm/counting.js";
import { anybody } from "./senders.js";

const FIL = 10n ** 18n;
const SEND_GAS = 10_000_000;
const NO_SUCH_ACTOR = idAddress(2 ** 40);
const NO_SUCH_METHOD = 0xbad;
/** More than anybody has, and less than no block may hold. */
const TOO_MUCH = 1_900_000_000n * FIL;
/** The first network version with contracts. */
const CONTRACTS_VERSION = 18;

/** Value to somebody who is there. */
export function send({ draw, world }: Scene): Draft {
  const from = anybody(draw, world);
  return {
    from,
    to: draw.pick(world.senders.filter((key) => canReceiveFrom(from, key))).address,
    method: transferMethod(from),
    value: BigInt(draw.below(1_000_000)),
    gasLimit: SEND_GAS,
  };
}

/** Value to somebody new, who sends messages later. */
export function create({ draw, world }: Scene): Draft {
  const from = anybody(draw, world);
  const type = from.type === "delegated" ? from.type : draw.pick(["secp256k1", "bls"] as const);
  const key = SigningKey.fromSeed(type, draw.bytes());
  return {
    from,
    to: key.address,
    method: transferMethod(from),
    value: BigInt(1 + draw.below(10)) * FIL,
    gasLimit: SEND_GAS,
    learn: ({ exitCode }) => {
      if (exitCode === 0) world.addSender(key);
    },
  };
}

/** A message that fails, or whose miner pays for it. */
export function fail(scene: Scene): Draft {
  const failures = scene.networkVersion < CONTRACTS_VERSION ? FAILURES : [...FAILURES, ...COUNTER_FAILURES];
  return scene.draw.pick(failures)(scene);
}

const FAILURES: readonly ((scene: Scene) => Draft)[] = [
  (scene) => ({ ...send(scene), value: TOO_MUCH }),
  (scene) => ({ ...send(scene), fees: "cheap" }),
  (scene) => ({ ...send(scene), fees: "unpayable" }),
  (scene) => {
    const draft = send(scene);
    return { ...draft, ...missing(draft.from) };
  },
];

/** A call of what is not there. */
function missing({ type }: SigningKey): Pick<Draft, "to" | "method"> {
  // Transactions of Ethereum accounts have one method, and their receivers accept it.
  if (type === "delegated") return { to: NO_SUCH_ACTOR, method: INVOKE_EVM };
  return { to: idAddress(SingletonId.Reward), method: NO_SUCH_METHOD };
}

/** Ethereum accounts send to addresses that Ethereum knows. */
function canReceiveFrom(sender: SigningKey, receiver: SigningKey): boolean {
  return sender.type !== "delegated" || receiver.type === "delegated";
}

/** How an account transfers value. */
function transferMethod({ type }: SigningKey): number {
  return type === "delegated" ? INVOKE_EVM : METHOD_SEND;
}
