import { SHA2_256 } from "../../encoding/codecs.js";
import { native } from "../../native/index.js";
import { bytesEqual, concatBytes, NO_BYTES } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import { beaconAt, type DrandBeacon } from "../networks/beacons.js";
import { drandBeacon } from "../networks/drand-info.js";
import type { ChainNetwork, GenesisBlock } from "../networks/networks.js";
import type { BeaconEntry } from "../types/header.js";
import { drandBytes, mockEntry } from "./beacon.js";

/** `mock`: anybody can make its entries. `quicknet`: a key signs them, and nobody else knows those to come. */
export type OwnBeaconKind = "mock" | "quicknet";
/** Kinds of beacons that a chain of one's own may have. */
export const OWN_BEACONS: readonly OwnBeaconKind[] = ["mock", "quicknet"];

/** Makes entries by their rounds. */
export type EntryMaker = (round: U64) => BeaconEntry;

/** When a network's epochs are. */
export interface EpochTimes {
  readonly name: string;
  /** Seconds. */
  readonly blockDelay: number;
  readonly genesis: Pick<GenesisBlock, "timestamp">;
}

/** Seconds between rounds, as quicknet's; fewer where epochs are shorter, since each needs a round. */
const PERIOD = 3;
const DIGEST_BYTES = 32;

/** A drand network of one, as quicknet is one of many: who has the seed can make its entries ahead of time. */
export class OwnBeacon {
  readonly #secret: Uint8Array;

  private constructor(
    secret: Uint8Array,
    readonly beacon: DrandBeacon,
  ) {
    this.#secret = secret;
  }

  /** The beacon of a network, which follows from a seed. Round 1 is a block's delay before genesis. */
  static fromSeed(seed: Uint8Array | string, { name, blockDelay, genesis }: EpochTimes): OwnBeacon {
    const [secret, publicKey] = keysOf(seed);
    const beacon = drandBeacon({
      name,
      isChained: false,
      period: Math.min(PERIOD, blockDelay),
      genesis: genesis.timestamp - blockDelay,
      publicKey,
      groupHash: native.hash(SHA2_256, publicKey) as Uint8Array,
    });
    return new OwnBeacon(secret, beacon);
  }

  /** As `fromSeed`; undefined: it is the mock. */
  static ofKind(kind: OwnBeaconKind, seed: Uint8Array | string, times: EpochTimes): OwnBeacon | undefined {
    return kind === "mock" ? undefined : OwnBeacon.fromSeed(seed, times);
  }

  /** The beacon that a network begins with, if it is the seed's. */
  static of(network: ChainNetwork, seed: Uint8Array | string): OwnBeacon | undefined {
    const beacon = beaconAt(network.beacons, 0);
    if (beacon.kind !== "drand" || beacon.isChained) return undefined;
    const [secret, publicKey] = keysOf(seed);
    return bytesEqual(publicKey, beacon.publicKey) ? new OwnBeacon(secret, beacon) : undefined;
  }

  readonly entry: EntryMaker = (round) => {
    const data = native.blsSignInG1(this.#secret, drandBytes(round, NO_BYTES, this.beacon));
    return { round, data: data as Uint8Array };
  };
}

/** Maker of a chain's entries: its own beacon's, else the mock's. */
export function entryMaker(own: OwnBeacon | undefined): EntryMaker {
  return own?.entry ?? mockEntry;
}

function keysOf(seed: Uint8Array | string): readonly [secret: Uint8Array, publicKey: Uint8Array] {
  const digest = native.blake2b(concatBytes(Buffer.from("beacon key:"), Buffer.from(seed)), DIGEST_BYTES);
  const secret = native.blsSecret(digest) as Uint8Array;
  return [secret, native.blsPublicKeyInG2(secret) as Uint8Array];
}
