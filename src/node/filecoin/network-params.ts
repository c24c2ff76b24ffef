import type { ChainNetwork } from "../../chain/networks/networks.js";
import { heightOf, UPGRADES, type UpgradeName } from "../../chain/networks/upgrades.js";
import type { GoJson } from "./state-json.js";

/** Facts of a network that only Lotus's own parameters tell. */
interface NetworkFacts {
  readonly preCommitChallengeDelay: number;
  readonly breezeGasTampingDuration: number;
  /** Upgrades that change no rule of execution, and the next one, which has no date. */
  readonly claus: number;
  readonly phoenix: number;
  readonly xx: number;
}

/** Source: Lotus build/buildconstants/params_*.go. */
const FACTS: Readonly<Record<string, NetworkFacts>> = {
  mainnet: {
    preCommitChallengeDelay: 150,
    breezeGasTampingDuration: 120,
    claus: 343_200,
    phoenix: 3_855_480,
    xx: 9_999_999_999,
  },
  calibrationnet: {
    preCommitChallengeDelay: 150,
    breezeGasTampingDuration: 120,
    claus: 270,
    phoenix: 1_428_094,
    xx: 999_999_999_999_999,
  },
  butterflynet: {
    preCommitChallengeDelay: 150,
    breezeGasTampingDuration: 120,
    claus: -11,
    phoenix: -26,
    xx: 999_999_999_999_999,
  },
};
/** Values of networks of one's own. */
const OWN: NetworkFacts = {
  preCommitChallengeDelay: 10,
  breezeGasTampingDuration: 0,
  claus: -12,
  phoenix: -26,
  xx: 200,
};

/** Heights that Lotus gives upgrades with which a network has begun. Source: params_2k.go, and Lotus's test kit. */
const BEFORE_GENESIS: Readonly<Partial<Record<UpgradeName, number>>> = {
  Breeze: -1,
  Smoke: -1,
  Ignition: -2,
  Refuel: -3,
  Tape: -4,
  Assembly: -1,
  Liftoff: -6,
  Kumquat: -7,
  Calico: -9,
  Persian: -10,
  Orange: -11,
  Trust: -13,
  Norwegian: -14,
  Turbo: -15,
  Hyperdrive: -16,
  Chocolate: -17,
  OhSnap: -18,
  Skyr: -19,
  Shark: -20,
  Hygge: -21,
  Lightning: -22,
  Thunder: -23,
  Watermelon: -24,
  Dragon: -25,
  Waffle: -27,
  TukTuk: -28,
  Teep: -29,
  Tock: -30,
  GoldenWeek: -31,
  FireHorse: -32,
};

/** Lotus's `NetworkParams`. */
export function networkParamsJson(
  network: ChainNetwork,
  { networkName, genesisTimestamp }: { readonly networkName: string; readonly genesisTimestamp: GoJson },
): GoJson {
  const facts = FACTS[network.name] ?? OWN;
  const at = (name: UpgradeName) => upgradeHeight(network, name);
  return {
    NetworkName: networkName,
    BlockDelaySecs: network.blockDelay,
    ConsensusMinerMinPower: String(network.leastPower),
    PreCommitChallengeDelay: facts.preCommitChallengeDelay,
    ForkUpgradeParams: {
      UpgradeSmokeHeight: at("Smoke"),
      UpgradeBreezeHeight: at("Breeze"),
      UpgradeIgnitionHeight: at("Ignition"),
      UpgradeLiftoffHeight: at("Liftoff"),
      UpgradeAssemblyHeight: at("Assembly"),
      UpgradeRefuelHeight: at("Refuel"),
      UpgradeTapeHeight: at("Tape"),
      UpgradeKumquatHeight: at("Kumquat"),
      BreezeGasTampingDuration: facts.breezeGasTampingDuration,
      UpgradeCalicoHeight: at("Calico"),
      UpgradePersianHeight: at("Persian"),
      UpgradeOrangeHeight: at("Orange"),
      UpgradeClausHeight: facts.claus,
      UpgradeTrustHeight: at("Trust"),
      UpgradeNorwegianHeight: at("Norwegian"),
      UpgradeTurboHeight: at("Turbo"),
      UpgradeHyperdriveHeight: at("Hyperdrive"),
      UpgradeChocolateHeight: at("Chocolate"),
      UpgradeOhSnapHeight: at("OhSnap"),
      UpgradeSkyrHeight: at("Skyr"),
      UpgradeSharkHeight: at("Shark"),
      UpgradeHyggeHeight: at("Hygge"),
      UpgradeLightningHeight: at("Lightning"),
      UpgradeThunderHeight: at("Thunder"),
      UpgradeWatermelonHeight: at("Watermelon"),
      UpgradeDragonHeight: at("Dragon"),
      UpgradePhoenixHeight: facts.phoenix,
      UpgradeWaffleHeight: at("Waffle"),
      UpgradeTuktukHeight: at("TukTuk"),
      UpgradeTeepHeight: at("Teep"),
      UpgradeTockHeight: at("Tock"),
      UpgradeGoldenWeekHeight: at("GoldenWeek"),
      UpgradeFireHorseHeight: at("FireHorse"),
      UpgradeXxHeight: facts.xx,
    },
    Eip155ChainID: network.chainId,
    GenesisTimestamp: genesisTimestamp,
  };
}

/** By its name, or after genesis by the version that it leads to; else as if it had come before genesis. */
function upgradeHeight(network: ChainNetwork, name: UpgradeName): number | null {
  const named = heightOf(network, name);
  if (named !== undefined) return named;
  const version = UPGRADES.find(([known]) => known === name)?.[1];
  const nameless = network.upgrades.find(
    (upgrade) => upgrade.name === undefined && upgrade.height >= 0 && upgrade.networkVersion === version,
  );
  return nameless?.height ?? BEFORE_GENESIS[name] ?? null;
}
