/** Numbers of the proof types of a network's sectors. Source: ref-fvm shared/src/sector/registered_proof.rs. */
export interface SectorTypes {
  readonly windowPoSt: number;
  /** Of PoReps with a seed. */
  readonly seal: number;
  /** Of PoReps without one (FIP-0092). */
  readonly sealWithoutSeed: number;
  /** Bytes of a sector. */
  readonly size: number;
  /** Partitions of a sector's PoRep, each with a proof of its own. */
  readonly partitions: number;
}

/** Places of sector sizes among the proof types. */
const SIZES = {
  small: { place: 0, size: 2048, partitions: 1 },
  usual: { place: 3, size: 32 * 2 ** 30, partitions: 10 },
} as const;
/** Networks whose actors accept small sectors only. Source: builtin-actors runtime/build.rs. */
const SMALL_SECTORS = new Set(["devnet"]);
/** The first network version with other window proofs. */
const NEWER_WINDOW_POST = 19;

/** Types of a network whose actors are of this bundle. */
export function sectorTypes(bundle: string, networkVersion: number): SectorTypes {
  const { place, size, partitions } = SIZES[SMALL_SECTORS.has(bundle) ? "small" : "usual"];
  return {
    windowPoSt: (networkVersion < NEWER_WINDOW_POST ? 5 : 10) + place,
    seal: 5 + place,
    sealWithoutSeed: 15 + place,
    size,
    partitions,
  };
}
