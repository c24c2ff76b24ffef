import { type Cid, cidFromParts } from "../../../src/encoding/cid.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { dataCommitmentCid } from "../../../src/vm/proofs/commitments.js";

/** 32 equal bytes. */
export function filled(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

export function sealedCid(commitment: Uint8Array = filled(0x11)): Cid {
  return cidFromParts(0xf102, 0xb401, commitment);
}

export function unsealedCid(commitment: Uint8Array = filled(0x22)): Cid {
  return dataCommitmentCid(commitment);
}

/** Bytes in the form of Groth16 proofs: compressed points that are not on the curve. */
export function groth16Form(proofs: number): Uint8Array {
  const bytes = new Uint8Array(192 * proofs);
  for (let at = 0; at < bytes.length; at += 192) for (const point of [0, 48, 144]) bytes[at + point] = 0x80;
  return bytes;
}

export interface Sector {
  readonly sealType?: number;
  readonly sectorNumber?: number;
  readonly ticket?: Uint8Array;
  readonly seed?: Uint8Array;
  readonly sealed?: Cid;
  readonly unsealed?: Cid;
  readonly proof?: Uint8Array;
}

/** A SealVerifyInfo tuple. */
export function writeSeal(writer: CborWriter, sector: Sector = {}): CborWriter {
  const { sealType = 8, sectorNumber = 7, ticket = filled(3), seed = filled(4) } = sector;
  const partitions = sealType % 5 < 3 ? 1 : 10;
  writer.array(8).i64(sealType).array(2).u64(1000).u64(sectorNumber).array(2).u64(1).u64(2);
  writer
    .bytes(ticket)
    .bytes(seed)
    .bytes(sector.proof ?? groth16Form(partitions));
  return writer.cid(sector.sealed ?? sealedCid()).cid(sector.unsealed ?? unsealedCid());
}

export function encodeSeals(...sectors: readonly Sector[]): Uint8Array {
  const writer = new CborWriter().array(sectors.length);
  for (const sector of sectors) writeSeal(writer, sector);
  return writer.finish();
}

export function encodeAggregate(
  sectors: readonly Sector[],
  { sealType = 8, aggregateType = 1 }: { sealType?: number; aggregateType?: number } = {},
): Uint8Array {
  const writer = new CborWriter().array(5).u64(1000).i64(sealType).i64(aggregateType);
  writer.bytes(new Uint8Array(8)).array(sectors.length);
  for (const { sectorNumber = 7, ticket = filled(3), seed = filled(4), ...cids } of sectors) {
    writer.array(5).u64(sectorNumber).bytes(ticket).bytes(seed);
    writer.cid(cids.sealed ?? sealedCid()).cid(cids.unsealed ?? unsealedCid());
  }
  return writer.finish();
}

export function encodePost(
  sectors: readonly Sector[],
  {
    types = [13],
    randomness = filled(0xff),
    miner = 1000,
    proof = groth16Form(1),
  }: { types?: readonly number[]; randomness?: Uint8Array; miner?: number | bigint; proof?: Uint8Array } = {},
): Uint8Array {
  const writer = new CborWriter().array(4).bytes(randomness).array(types.length);
  for (const type of types) writer.array(2).i64(type).bytes(proof);
  writer.array(sectors.length);
  for (const { sealType = 8, sectorNumber = 7, sealed = sealedCid() } of sectors) {
    writer.array(3).i64(sealType).u64(sectorNumber).cid(sealed);
  }
  return writer.u64(miner).finish();
}

export function encodeUpdate({
  updateType = 3,
  oldSealed = sealedCid(),
  newSealed = sealedCid(filled(0x12)),
  newUnsealed = unsealedCid(),
  proof = [...groth16Form(16)],
}: {
  updateType?: number;
  oldSealed?: Cid;
  newSealed?: Cid;
  newUnsealed?: Cid;
  proof?: readonly number[];
} = {}): Uint8Array {
  const writer = new CborWriter().array(5).i64(updateType).cid(oldSealed).cid(newSealed).cid(newUnsealed);
  writer.array(proof.length);
  for (const byte of proof) writer.u64(byte);
  return writer.finish();
}
