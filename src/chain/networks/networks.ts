import type { NetworkLetter } from "../../address/text.js";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { type BeaconStart, DRAND } from "./beacons.js";
import { type UpgradeSchedule, upgradesAt } from "./upgrades.js";

/** A network: what its nodes agree on beforehand. */
export interface ChainNetwork extends UpgradeSchedule {
  readonly name: string;
  /** First letter of its addresses. */
  readonly letter: NetworkLetter;
  /** Ethereum's number of it. */
  readonly chainId: number;
  /** Seconds. */
  readonly blockDelay: number;
  readonly genesis: GenesisBlock;
  /** Raw power from which on a miner may always mine, bytes. Source: Lotus build, `ConsensusMinerMinPower`. */
  readonly leastPower: bigint;
  /** Sources of randomness, from the first epoch on, in order. */
  readonly beacons: readonly [BeaconStart, ...BeaconStart[]];
  readonly supply: SupplyRules;
  /** The first epoch on whose tipset the base fee follows from premiums (FIP-0115); below 0: all. */
  readonly premiumBaseFeeFrom: number;
  /** Epochs over which the power actor changes over to the rules of network version 24 (FIP-0081). */
  readonly powerRampDuration: number;
  /** Whether actors may write debug output on all machines. */
  readonly actorDebugging: boolean;
  /** Name of the network whose released bundles of builtin actors it has. */
  readonly bundle: string;
  /** Manifests of the builtin actors by network version, where they are not the bundles' that are released. */
  readonly manifests?: Readonly<Record<number, Cid>>;
}

/** The block with which a network begins. */
export interface GenesisBlock {
  /** CID of its header. */
  readonly cid: Cid;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** Rules that a network's supply depends on beside its state. */
export interface SupplyRules {
  /** Epoch at which the grants of the beginning start to vest. */
  readonly vestingStart: number;
  /** attoFIL that count as the reserve's (f090) at the beginning, up to network version 24. */
  readonly reserveAtFirst: bigint;
  /** As `reserveAtFirst`, from network version 25 on (FIP-0100). */
  readonly reserveFromTeep: bigint;
}

const MILLION_FIL = 10n ** 24n;
const EPOCHS_IN_DAY = 2880;
const EPOCHS_IN_YEAR = 365 * EPOCHS_IN_DAY;

/** Networks that anybody can join. Source: Lotus build/buildconstants/params_*.go. */
export const CHAIN_NETWORKS = {
  mainnet: {
    name: "mainnet",
    letter: "f",
    chainId: 314,
    blockDelay: 30,
    genesis: {
      cid: parseCid("bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2"),
      timestamp: 1_598_306_400,
    },
    leastPower: 10n << 40n,
    beacons: [
      { epoch: 0, beacon: DRAND.incentinet },
      { epoch: 51_000, beacon: DRAND.mainnet },
      { epoch: 3_855_480, beacon: DRAND.quicknet },
    ],
    supply: {
      vestingStart: 148_888,
      reserveAtFirst: 300n * MILLION_FIL,
      reserveFromTeep: 300n * MILLION_FIL,
    },
    premiumBaseFeeFrom: 6_052_800,
    powerRampDuration: EPOCHS_IN_YEAR,
    actorDebugging: false,
    bundle: "mainnet",
    genesisVersion: 0,
    upgrades: upgradesAt({
      Breeze: 41_280,
      Smoke: 51_000,
      Ignition: 94_000,
      Refuel: 130_800,
      Assembly: 138_720,
      Tape: 140_760,
      Liftoff: 148_888,
      Kumquat: 170_000,
      Calico: 265_200,
      Persian: 272_400,
      Orange: 336_458,
      Trust: 550_321,
      Norwegian: 665_280,
      Turbo: 712_320,
      Hyperdrive: 892_800,
      Chocolate: 1_231_620,
      OhSnap: 1_594_680,
      Skyr: 1_960_320,
      Shark: 2_383_680,
      Hygge: 2_683_348,
      Lightning: 2_809_800,
      Thunder: 2_870_280,
      Watermelon: 3_469_380,
      Dragon: 3_855_360,
      Waffle: 4_154_640,
      TukTuk: 4_461_240,
      Teep: 4_878_840,
      Tock: 5_138_040,
      GoldenWeek: 5_348_280,
      FireHorse: 6_052_800,
    }),
  },
  calibnet: {
    name: "calibrationnet",
    letter: "t",
    chainId: 314_159,
    blockDelay: 30,
    genesis: {
      cid: parseCid("bafy2bzacecyaggy24wol5ruvs6qm73gjibs2l2iyhcqmvi7r7a4ph7zx3yqd4"),
      timestamp: 1_667_326_380,
    },
    leastPower: 32n << 30n,
    beacons: [
      { epoch: 0, beacon: DRAND.mainnet },
      { epoch: 1_428_094, beacon: DRAND.quicknet },
    ],
    supply: { vestingStart: -5, reserveAtFirst: 300n * MILLION_FIL, reserveFromTeep: 1_200n * MILLION_FIL },
    premiumBaseFeeFrom: 3_694_534,
    powerRampDuration: 3 * EPOCHS_IN_DAY,
    actorDebugging: false,
    bundle: "calibrationnet",
    genesisVersion: 0,
    upgrades: upgradesAt(
      {
        Breeze: -1,
        Smoke: -2,
        Ignition: -3,
        Refuel: -4,
        Assembly: 30,
        Tape: 60,
        Liftoff: -5,
        Kumquat: 90,
        Calico: 120,
        Persian: 240,
        Orange: 300,
        Trust: 330,
        Norwegian: 360,
        Turbo: 390,
        Hyperdrive: 420,
        Chocolate: 450,
        OhSnap: 480,
        Skyr: 510,
        Shark: 16_800,
        Hygge: 322_354,
        Lightning: 489_094,
        Thunder: 492_214,
        Watermelon: 1_013_134,
        WatermelonFix: 1_070_494,
        WatermelonFix2: 1_108_174,
        Dragon: 1_427_974,
        CalibrationDragonFix: 1_493_854,
        Waffle: 1_779_094,
        TukTuk: 2_078_794,
        Teep: 2_523_454,
        Tock: 2_543_614,
        TockFix: 2_558_014,
        GoldenWeek: 3_007_294,
        FireHorse: 3_694_534,
      },
      {
        Watermelon: "12-rc1",
        WatermelonFix: "12-rc2",
        Dragon: "13-rc3",
        Teep: "v16.0.0",
        Tock: "v16.0.0",
      },
    ),
  },
  butterflynet: {
    name: "butterflynet",
    letter: "t",
    chainId: 3_141_592,
    blockDelay: 30,
    genesis: {
      cid: parseCid("bafy2bzacebt5wxzyrgizu2uunetxtkc6aom3ult236vviv2nseiwnquu6anha"),
      timestamp: 1_777_963_020,
    },
    leastPower: 2n << 30n,
    beacons: [{ epoch: 0, beacon: DRAND.quicknet }],
    supply: { vestingStart: -7, reserveAtFirst: 300n * MILLION_FIL, reserveFromTeep: 1_600n * MILLION_FIL },
    premiumBaseFeeFrom: -32,
    powerRampDuration: EPOCHS_IN_YEAR,
    actorDebugging: false,
    bundle: "butterflynet",
    genesisVersion: 28,
    upgrades: [],
  },
} as const satisfies Record<string, ChainNetwork>;
