/**
 * Types of a network's sectors, and what depends on them. Numbers of proof types. Source: ref-fvm
 * shared/src/sector/registered_proof.rs.
 */
export interface SectorTypes {
  readonly windowPoSt: number;
  /** PoReps with a seed. */
  readonly seal: number;
  /** PoReps without one (FIP-0092). */
  readonly sealWithoutSeed: number;
  /** Bytes of a sector. */
  readonly size: number;
  /** Partitions of a sector's PoRep, each with a proof of its own. */
  readonly partitions: number;
  /** Epochs between a sector's announcement and its proof. */
  readonly challengeDelay: number;
}

/** Places of sector sizes among the proof types. */
const SIZES = {
  small: { place: 0, size: 2048, partitions: 1 },
  usual: { place: 3, size: 32 * 2 ** 30, partitions: 10 },
} as const;
/** Networks whose actors accept small sectors only. Source: builtin-actors runtime/build.rs. */
const SMALL_SECTORS = new Set(["devnet"]);
/** Networks whose sectors can be proven soon. Source: builtin-actors runtime/build.rs, `short-precommit`. */
const SHORT_DELAY = new Set(["devnet", "caterpillarnet", "testing", "testing-fake-proofs"]);
/** Epochs. Source: builtin-actors runtime/src/runtime/policy.rs. */
const DELAY = { usual: 150, short: 10 } as const;
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
    challengeDelay: DELAY[SHORT_DELAY.has(bundle) ? "short" : "usual"],
  };
}
