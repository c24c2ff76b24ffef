import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { MinerCall } from "./announcement.js";
import { sealedCid } from "./commitments.js";
import type { Draw } from "./draw.js";
import { type Param, params } from "./params.js";
import { aggregateProof } from "./proofs.js";
import type { SectorTypes } from "./sector-types.js";

/** Sectors that their provider commits without announcing them (FIP-0092). */
export interface CommittedSectors {
  readonly miner: ActorId;
  readonly numbers: readonly number[];
  readonly types: SectorTypes;
  /** Epoch of the randomness with which they were sealed: in the past. */
  readonly sealedAt: number;
  /** Epoch. */
  readonly expiration: number;
  /** Index of the deadline in which they are proven: not one that is open, or next. */
  readonly deadline: number;
}

const PROVE_COMMIT_SECTORS_NI = 36;
/** The first network version with it. */
export const WITHOUT_SEED = 23;
/** Number of an aggregate's type. */
export const SNARK_PACK_V2 = 1;

/** How a provider commits sectors that are sealed without a seed. */
export function commitmentWithoutSeed(draw: Draw, sectors: CommittedSectors): MinerCall {
  const { miner, numbers, types, sealedAt, expiration, deadline } = sectors;
  const fields = numbers.map(
    (number): Param => [
      number,
      Number(miner),
      { cid: sealedCid(draw.bytes()) },
      number,
      sealedAt,
      expiration,
    ],
  );
  const all = [fields, aggregateProof(draw), types.sealWithoutSeed, SNARK_PACK_V2, deadline, false];
  return { method: PROVE_COMMIT_SECTORS_NI, params: params(all) };
}
