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
  },
} as const satisfies Record<string, DrandBeacon>;

/** The beacon of networks of one's own. */
export const MOCK_BEACON: MockBeacon = { kind: "mock" };

/** The beacon of an epoch. Source: Lotus chain/beacon/beacon.go, `BeaconForEpoch`. */
export function beaconAt(beacons: readonly [BeaconStart, ...BeaconStart[]], epoch: number): Beacon {
  return (beacons.findLast((start) => epoch >= start.epoch) ?? beacons[0]).beacon;
}
