import { idAddress } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { CborReader, CborWriter } from "../../ipld/cbor.js";
import { type ActorId, type ActorState, SingletonId, withState } from "../../vm/state-tree/actor-state.js";
import type { Manifest } from "../../vm/state-tree/manifest.js";
import type { ChainNetwork } from "../networks/networks.js";
import type { Upgrade, UpgradeName } from "../networks/upgrades.js";

/** Changes that an upgrade makes to a state. */
export type Migration =
  | { readonly kind: "none" }
  /** All actors get the code of the same name from the new bundle; `adapt` does what else is to be done. */
  | { readonly kind: "code"; readonly adapt?: Adaptation }
  /** States of actors are rewritten, which this package does not do. */
  | { readonly kind: "rewrite"; readonly what: string };

/** Changes an actor whose code has been swapped; undefined: it stays as it is. Synchronous; may be called again. */
export interface Adaptation {
  readonly actor: ActorId;
  adapt(actor: ActorState, setting: AdaptationSetting): ActorState | undefined;
}

/** Facts that adaptations depend on. */
export interface AdaptationSetting {
  readonly blocks: Blocks;
  readonly network: ChainNetwork;
  readonly upgrade: Upgrade;
  /** The new builtin actors. */
  readonly manifest: Manifest;
}

const NONE: Migration = { kind: "none" };
const CODE: Migration = { kind: "code" };

/** An upgrade that rewrites parts of the state: `what` names them. */
const rewrite = (what: string): Migration => ({ kind: "rewrite", what });

const RESERVE = 90;

/** The reserve, which was a multisig, becomes an account whose key is its own ID address (FIP-0085). */
const unkeyedReserve: Adaptation = {
  actor: RESERVE,
  adapt(actor, { blocks, manifest }) {
    if (actor.code !== manifest.code("multisig")) return undefined;
    const state = blocks.put(DAG_CBOR, new CborWriter().array(1).latin1(idAddress(RESERVE)).finish());
    return { ...actor, code: manifest.account, state, delegatedAddress: undefined };
  },
};

const POWER_FIELDS = 15;
/** Fields of the power actor's state before those of the ramp. */
const BEFORE_RAMP = 11;

/** The power actor learns when its new rules begin to count, and over how many epochs (FIP-0081). */
const powerRamp: Adaptation = {
  actor: SingletonId.Power,
  adapt(actor, { blocks, network, upgrade }) {
    const reader = new CborReader(blocks.get(actor.state));
    reader.tuple(POWER_FIELDS);
    const writer = new CborWriter().array(POWER_FIELDS + 2);
    for (let field = 0; field < POWER_FIELDS; field++) {
      if (field === BEFORE_RAMP) writer.i64(upgrade.height).u64(network.powerRampDuration);
      writer.rawLatin1(reader.rawLatin1());
    }
    reader.end();
    return withState(actor, blocks.put(DAG_CBOR, writer.finish()));
  },
};

/** Source: Lotus chain/consensus/filcns/upgrades.go; go-state-types builtin/v14 to v18, migration. */
export const MIGRATIONS: Readonly<Record<UpgradeName, Migration>> = {
  Breeze: rewrite("balances"),
  Smoke: NONE,
  Ignition: rewrite("the genesis's vesting"),
  Refuel: rewrite("the reserve's vesting"),
  Assembly: rewrite("all actors' states"),
  Tape: NONE,
  Liftoff: rewrite("the network's name"),
  Kumquat: NONE,
  Calico: rewrite("multisigs"),
  Persian: NONE,
  Orange: NONE,
  Trust: rewrite("all actors' states"),
  Norwegian: NONE,
  Turbo: rewrite("all actors' states"),
  Hyperdrive: rewrite("miners and the power actor"),
  Chocolate: rewrite("miners"),
  OhSnap: rewrite("miners"),
  Skyr: rewrite("the system actor and deals"),
  Shark: rewrite("miners, deals and verified clients"),
  Hygge: rewrite("the init actor and addresses"),
  Lightning: rewrite("miners and the power actor"),
  Thunder: NONE,
  Watermelon: rewrite("miners"),
  WatermelonFix: CODE,
  WatermelonFix2: CODE,
  Dragon: rewrite("miners and deals"),
  CalibrationDragonFix: CODE,
  Waffle: { kind: "code", adapt: unkeyedReserve },
  TukTuk: { kind: "code", adapt: powerRamp },
  Teep: rewrite("miners and contracts"),
  Tock: NONE,
  TockFix: CODE,
  GoldenWeek: CODE,
  FireHorse: CODE,
};
