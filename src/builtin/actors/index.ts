import { account } from "./account.js";
import { cron } from "./cron.js";
import { dataCap } from "./data-cap.js";
import { eam, ethAccount, evm, placeholder } from "./ethereum.js";
import { init } from "./init.js";
import { storageMarket } from "./market.js";
import { storageMiner } from "./miner.js";
import { multisig } from "./multisig.js";
import { paymentChannel } from "./payment-channel.js";
import { storagePower } from "./power.js";
import { reward } from "./reward.js";
import { type ActorSpec, atVersion, type ByVersion } from "./spec.js";
import { system } from "./system.js";
import { verifiedRegistry } from "./verified-registry.js";

/** All actor types, under the names that manifests give them. */
const SPECS = {
  system,
  init,
  cron,
  account,
  storagepower: storagePower,
  storageminer: storageMiner,
  storagemarket: storageMarket,
  paymentchannel: paymentChannel,
  multisig,
  reward,
  verifiedregistry: verifiedRegistry,
  datacap: dataCap,
  placeholder,
  evm,
  eam,
  ethaccount: ethAccount,
} satisfies Record<string, ByVersion<ActorSpec>>;

/** Type of a builtin actor, as manifests name it. */
export type ActorType = keyof typeof SPECS;

/** All types. */
export const ACTOR_TYPES = Object.keys(SPECS) as readonly ActorType[];

/** Whether a name in a manifest is that of a type that is known here. */
export function isActorType(name: string): name is ActorType {
  return Object.hasOwn(SPECS, name);
}

/** Methods and state of a type in a version of the actors; undefined: it has no such type. */
export function specOf(type: ActorType, actorsVersion: number): ActorSpec | undefined {
  return atVersion(SPECS[type], actorsVersion);
}

/** All that is known of a type. */
export function specsOf(type: ActorType): ByVersion<ActorSpec> {
  return SPECS[type];
}
