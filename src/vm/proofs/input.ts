/**
 * Which inputs reach a proof verifier at all. Each function returns what to verify, or undefined for
 * input that the reference refuses with an error, be it in its own checks or those of its proof library.
 * Sources: fvm/src/kernel/filecoin.rs, crates filecoin-proofs-api and filecoin-proofs 19.1.
 */
import { varint } from "../../encoding/varint.js";
import { latin1Bytes } from "../../util/bytes.js";
import { compareU64, type I64, type U64 } from "../../util/u64.js";
import type { WindowPostRules } from "../network/rules.js";
import { dataCommitment, isFieldElement, replicaCommitment } from "./commitments.js";
import type {
  AggregateInfo,
  AggregateSealVerifyInfo,
  SealVerifyInfo,
  UpdateInfo,
  WindowPostInfo,
} from "./encoding.js";
import { hasGroth16Form } from "./groth16.js";
import type { AggregateProof, SealProof, UpdateProof, WindowPost } from "./verifier.js";

/** Each series of registered types has one for 2 KiB, 8 MiB, 512 MiB, 32 GiB and 64 GiB sectors. */
const SIZES_PER_SERIES = 5;

/** By size: partitions of a seal proof and of an update proof, sectors in a partition of a window PoSt. */
const SEAL_PARTITIONS = [1, 1, 1, 10, 10];
const UPDATE_PARTITIONS = [1, 4, 16, 16, 16];
const WINDOW_POST_SECTORS = [2, 2, 2, 2349, 2300];

/** Non-interactive proofs are aggregates, from this seal type on. */
const FIRST_NON_INTERACTIVE = 15;

export function sealProof(info: SealVerifyInfo, maxSealType: number): SealProof | undefined {
  const sealType = knownType(info.sealType, maxSealType);
  const sector = sealedSector(info);
  if (sealType === undefined || sector === undefined) return undefined;
  const partitions = SEAL_PARTITIONS[sealType % SIZES_PER_SERIES] ?? 0;
  if (sealType < FIRST_NON_INTERACTIVE && !hasGroth16Form(info.proof, partitions)) return undefined;
  return { sealType, proverId: proverId(info.miner), ...sector, proof: info.proof };
}

export function aggregateProof(info: AggregateInfo, maxSealType: number): AggregateProof | undefined {
  const sealType = knownType(info.sealType, maxSealType);
  const aggregateType = knownType(info.aggregateType, 1);
  const sectors = all(info.sectors.map(sealedSector));
  if (sealType === undefined || aggregateType === undefined || sectors === undefined) return undefined;
  if (sectors.length === 0) return undefined;
  return { sealType, aggregateType, proverId: proverId(info.miner), sectors, proof: info.proof };
}

/** @param maxSealType also of sectors that prove spacetime */
export function windowPost(
  info: WindowPostInfo,
  rules: WindowPostRules,
  maxSealType: number,
): WindowPost | undefined {
  const [only, ...others] = info.proofs;
  if (only === undefined || others.length > 0 || info.sectors.length === 0) return undefined;
  const postType = Number(only.postType);
  if (!rules.firstTypes.some((first) => first <= postType && postType < first + SIZES_PER_SERIES))
    return undefined;
  const sectors = all(
    info.sectors.map(({ sealType, sectorNumber, sealed }) => {
      const known = knownType(sealType, maxSealType);
      const sealedCommitment = nonZero(fieldElement(replicaCommitment(sealed)));
      if (known === undefined || sealedCommitment === undefined) return undefined;
      const sameSize = known % SIZES_PER_SERIES === postType % SIZES_PER_SERIES;
      return sameSize ? { sectorNumber, sealedCommitment } : undefined;
    }),
  );
  if (sectors === undefined || info.randomness.length !== 32) return undefined;
  const unique = byNumber(sectors);
  const partitions = Math.ceil(unique.length / (WINDOW_POST_SECTORS[postType % SIZES_PER_SERIES] ?? 1));
  if (!hasGroth16Form(only.proof, partitions)) return undefined;
  return {
    postType,
    proverId: proverId(info.miner),
    randomness: maskedRandomness(info.randomness),
    sectors: unique,
    proof: only.proof,
  };
}

export function updateProof(info: UpdateInfo): UpdateProof | undefined {
  const updateType = knownType(info.updateType, SIZES_PER_SERIES - 1);
  const oldSealedCommitment = fieldElement(replicaCommitment(info.oldSealed));
  const newSealedCommitment = fieldElement(replicaCommitment(info.newSealed));
  const newUnsealedCommitment = dataCommitment(info.newUnsealed);
  if (updateType === undefined || newUnsealedCommitment === undefined) return undefined;
  if (oldSealedCommitment === undefined || newSealedCommitment === undefined) return undefined;
  const { proof } = info;
  if (!hasGroth16Form(proof, UPDATE_PARTITIONS[updateType] ?? 0)) return undefined;
  return { updateType, oldSealedCommitment, newSealedCommitment, newUnsealedCommitment, proof };
}

function sealedSector(info: AggregateSealVerifyInfo): AggregateProof["sectors"][number] | undefined {
  const { sectorNumber, ticket, seed } = info;
  const sealedCommitment = nonZero(fieldElement(replicaCommitment(info.sealed)));
  const unsealedCommitment = nonZero(dataCommitment(info.unsealed));
  if (sealedCommitment === undefined || unsealedCommitment === undefined) return undefined;
  if (ticket.length !== 32 || seed.length !== 32) return undefined;
  return { sectorNumber, ticket, seed, sealedCommitment, unsealedCommitment };
}

/** A miner's ID as proofs bind it: a varint, filled up with zeros. */
export function proverId(miner: U64): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set(latin1Bytes(varint(miner)));
  return bytes;
}

/** Two bits less make any 32 bytes a field element. */
export function maskedRandomness(randomness: Uint8Array): Uint8Array {
  const masked = Uint8Array.from(randomness);
  masked[31] = (masked[31] ?? 0) & 0x3f;
  return masked;
}

/** The reference keeps sectors in a map: the last one of a number counts. */
function byNumber<T extends { readonly sectorNumber: U64 }>(sectors: readonly T[]): T[] {
  const unique = new Map(sectors.map((sector) => [sector.sectorNumber, sector]));
  return [...unique.values()].sort((a, b) => compareU64(a.sectorNumber, b.sectorNumber));
}

function knownType(type: I64, max: number): number | undefined {
  return type >= 0 && type <= max ? Number(type) : undefined;
}

function fieldElement(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes !== undefined && isFieldElement(bytes) ? bytes : undefined;
}

function nonZero(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes?.some((byte) => byte !== 0) ? bytes : undefined;
}

/** The values, if all are there. */
function all<T>(values: readonly (T | undefined)[]): T[] | undefined {
  return values.includes(undefined) ? undefined : (values as T[]);
}
