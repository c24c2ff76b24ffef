import { hexBytes } from "../../util/bytes.js";

/** A drand network: what its users know of it beforehand. */
export interface DrandBeacon {
  readonly kind: "drand";
  readonly name: string;
  /**
   * Whether an entry signs the one before it. Then keys are in G1 and signatures in G2; else the other way round
   * (FIP-0063).
   */
  readonly isChained: boolean;
  /** Seconds between rounds. */
  readonly period: number;
  /** When round 1 was: seconds since 1970. */
  readonly genesis: number;
  /** The group's: a compressed point. */
  readonly publicKey: Uint8Array;
  /** Hash of what its users know of it, by which drand's clients name it: 32 bytes. */
  readonly hash: Uint8Array;
  /** Hash of the group of its beginning: 32 bytes. */
  readonly groupHash: Uint8Array;
}

/**
 * The beacon of networks of one's own, whose entries anybody can make: the hash of the round. Counts as chained. Source:
 * Lotus chain/beacon/mock.go.
 */
export interface MockBeacon {
  readonly kind: "mock";
}

/** A source of randomness outside the chain. */
export type Beacon = DrandBeacon | MockBeacon;

/** A beacon, and the first epoch that it is for. */
export interface BeaconStart {
  readonly epoch: number;
  readonly beacon: Beacon;
}

/** The drand networks that Filecoin has had. Source: Lotus build/buildconstants/drand.go. */
export const DRAND = {
  incentinet: {
    kind: "drand",
    name: "incentinet",
    isChained: true,
    period: 30,
    genesis: 1_595_873_820,
    publicKey: hexBytes(
      "8cad0c72c606ab27d36ee06de1d5b2db1faf92e447025ca37575ab3a8aac2eaae83192f846fc9e158bc738423753d000",
    ),
    hash: hexBytes("80c8b872c714f4c00fdd3daa465d5514049f457f01f85a4caf68cdcd394ba039"),
    groupHash: hexBytes("d9406aaed487f7af71851b4399448e311f2328923d454e971536c05398ce2d9b"),
  },
  mainnet: {
    kind: "drand",
    name: "mainnet",
    isChained: true,
    period: 30,
    genesis: 1_595_431_050,
    publicKey: hexBytes(
      "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    ),
    hash: hexBytes("8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"),
    groupHash: hexBytes("176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"),
  },
  testnet: {
    kind: "drand",
    name: "testnet",
    isChained: true,
    period: 25,
    genesis: 1_590_445_175,
    publicKey: hexBytes(
      "922a2e93828ff83345bae533f5172669a26c02dc76d6bf59c80892e12ab1455c229211886f35bb56af6d5bea981024df",
    ),
    hash: hexBytes("84b2234fb34e835dccd048255d7ad3194b81af7d978c3bf157e3469592ae4e02"),
    groupHash: hexBytes("4dd408e5fdff9323c76a9b6f087ba8fdc5a6da907bd9217d9d10f2287d081957"),
  },
  quicknet: {
    kind: "drand",
    name: "quicknet",
    isChained: false,
    period: 3,
    genesis: 1_692_803_367,
    publicKey: hexBytes(
      "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    ),
    hash: hexBytes("52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"),
    groupHash: hexBytes("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"),
  },
} as const satisfies Record<string, DrandBeacon>;

/** The beacon of networks of one's own. */
export const MOCK_BEACON: MockBeacon = { kind: "mock" };

/** The beacon of an epoch. Source: Lotus chain/beacon/beacon.go, `BeaconForEpoch`. */
export function beaconAt(beacons: readonly [BeaconStart, ...BeaconStart[]], epoch: number): Beacon {
  return (beacons.findLast((start) => epoch >= start.epoch) ?? beacons[0]).beacon;
}
