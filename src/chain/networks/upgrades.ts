/** The upgrades of Filecoin's networks, in order, with the version that each leads to. Source: Lotus chain/consensus/filcns/upgrades.go. */
export const UPGRADES = [
  ["Breeze", 1],
  ["Smoke", 2],
  ["Ignition", 3],
  ["Refuel", 3],
  ["Assembly", 4],
  ["Tape", 5],
  ["Liftoff", 5],
  ["Kumquat", 6],
  ["Calico", 7],
  ["Persian", 8],
  ["Orange", 9],
  ["Trust", 10],
  ["Norwegian", 11],
  ["Turbo", 12],
  ["Hyperdrive", 13],
  ["Chocolate", 14],
  ["OhSnap", 15],
  ["Skyr", 16],
  ["Shark", 17],
  ["Hygge", 18],
  ["Lightning", 19],
  ["Thunder", 20],
  ["Watermelon", 21],
  ["WatermelonFix", 21],
  ["WatermelonFix2", 21],
  ["Dragon", 22],
  ["CalibrationDragonFix", 22],
  ["Waffle", 23],
  ["TukTuk", 24],
  ["Teep", 25],
  ["Tock", 26],
  ["TockFix", 26],
  ["GoldenWeek", 27],
  ["FireHorse", 28],
] as const satisfies readonly (readonly [name: string, version: number])[];

/** Name of an upgrade. */
export type UpgradeName = (typeof UPGRADES)[number][0];

/** An upgrade of a network. */
export interface Upgrade {
  /** Its last epoch with the old version. Below 0: the network has begun with it, or never has it. */
  readonly height: number;
  /** The new version. */
  readonly networkVersion: number;
  readonly name?: UpgradeName;
  /** Label of the bundle of builtin actors that it brought instead of the released one. */
  readonly bundleLabel?: string;
}

/** A network's versions over time. */
export interface UpgradeSchedule {
  /** Network version before the first upgrade. */
  readonly genesisVersion: number;
  /** In order. */
  readonly upgrades: readonly Upgrade[];
}

/** The network version of an epoch. Source: Lotus chain/stmgr/forks.go, `GetNetworkVersion`. */
export function networkVersionAt(schedule: UpgradeSchedule, epoch: number): number {
  return lastUpgrade(schedule, epoch)?.networkVersion ?? schedule.genesisVersion;
}

/** The upgrade whose version an epoch has; undefined before the first. */
export function lastUpgrade({ upgrades }: UpgradeSchedule, epoch: number): Upgrade | undefined {
  const next = upgrades.findIndex(({ height }) => height >= epoch);
  return next === -1 ? upgrades.at(-1) : upgrades[next - 1];
}

/** Height of an upgrade; undefined if the network never has it. */
export function heightOf({ upgrades }: UpgradeSchedule, name: UpgradeName): number | undefined {
  return upgrades.find((upgrade) => upgrade.name === name)?.height;
}

/**
 * The upgrades at these heights, in order; those without one are left out.
 *
 * @param bundleLabels of bundles that upgrades brought instead of the released ones
 */
export function upgradesAt(
  heights: Readonly<Partial<Record<UpgradeName, number>>>,
  bundleLabels: Readonly<Partial<Record<UpgradeName, string>>> = {},
): readonly Upgrade[] {
  return UPGRADES.flatMap(([name, networkVersion]) => {
    const height = heights[name];
    const bundleLabel = bundleLabels[name];
    if (height === undefined) return [];
    return [{ name, height, networkVersion, ...(bundleLabel !== undefined && { bundleLabel }) }];
  });
}
