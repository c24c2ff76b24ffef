/** Proofs as actors hand them to syscalls, in CBOR. Source: shared/src/sector/{seal,post}.rs. */

import type { Cid } from "../../encoding/cid.js";
import type { CborReader } from "../../ipld/cbor.js";
import type { I64, U64 } from "../../util/u64.js";

export interface SealVerifyInfo {
  readonly sealType: I64;
  readonly miner: U64;
  readonly sectorNumber: U64;
  readonly ticket: Uint8Array;
  readonly seed: Uint8Array;
  readonly proof: Uint8Array;
  readonly sealed: Cid;
  readonly unsealed: Cid;
}

export interface AggregateSealVerifyInfo {
  readonly sectorNumber: U64;
  readonly ticket: Uint8Array;
  readonly seed: Uint8Array;
  readonly sealed: Cid;
  readonly unsealed: Cid;
}

export interface AggregateInfo {
  readonly miner: U64;
  readonly sealType: I64;
  readonly aggregateType: I64;
  readonly proof: Uint8Array;
  readonly sectors: readonly AggregateSealVerifyInfo[];
}

export interface WindowPostInfo {
  readonly randomness: Uint8Array;
  readonly proofs: readonly { readonly postType: I64; readonly proof: Uint8Array }[];
  readonly sectors: readonly { readonly sealType: I64; readonly sectorNumber: U64; readonly sealed: Cid }[];
  readonly miner: U64;
}

export interface UpdateInfo {
  readonly updateType: I64;
  readonly oldSealed: Cid;
  readonly newSealed: Cid;
  readonly newUnsealed: Cid;
  readonly proof: Uint8Array;
}

export interface PieceInfo {
  /** Bytes, padding included. */
  readonly size: U64;
  readonly cid: Cid;
}

export function readSeal(reader: CborReader): SealVerifyInfo {
  reader.tuple(8);
  const sealType = reader.i64();
  reader.tuple(2);
  const miner = reader.u64();
  const sectorNumber = reader.u64();
  readDealIds(reader);
  const ticket = reader.bytes();
  const seed = reader.bytes();
  const proof = reader.bytes();
  return { sealType, miner, sectorNumber, ticket, seed, proof, sealed: reader.cid(), unsealed: reader.cid() };
}

export function readSeals(reader: CborReader): SealVerifyInfo[] {
  return readArray(reader, readSeal);
}

export function readAggregate(reader: CborReader): AggregateInfo {
  reader.tuple(5);
  const miner = reader.u64();
  const sealType = reader.i64();
  const aggregateType = reader.i64();
  const proof = reader.bytes();
  const sectors = readArray(reader, () => {
    reader.tuple(5);
    const sectorNumber = reader.u64();
    const ticket = reader.bytes();
    const seed = reader.bytes();
    return { sectorNumber, ticket, seed, sealed: reader.cid(), unsealed: reader.cid() };
  });
  return { miner, sealType, aggregateType, proof, sectors };
}

export function readWindowPost(reader: CborReader): WindowPostInfo {
  reader.tuple(4);
  const randomness = reader.bytes();
  const proofs = readArray(reader, () => {
    reader.tuple(2);
    return { postType: reader.i64(), proof: reader.bytes() };
  });
  const sectors = readArray(reader, () => {
    reader.tuple(3);
    return { sealType: reader.i64(), sectorNumber: reader.u64(), sealed: reader.cid() };
  });
  return { randomness, proofs, sectors, miner: reader.u64() };
}

export function readUpdate(reader: CborReader): UpdateInfo {
  reader.tuple(5);
  const updateType = reader.i64();
  const oldSealed = reader.cid();
  const newSealed = reader.cid();
  const newUnsealed = reader.cid();
  // Unlike the others, this proof is an array of numbers.
  const proof = Uint8Array.from(readArray(reader, () => reader.u8()));
  return { updateType, oldSealed, newSealed, newUnsealed, proof };
}

export function readPieces(reader: CborReader): PieceInfo[] {
  return readArray(reader, () => {
    reader.tuple(2);
    return { size: reader.u64(), cid: reader.cid() };
  });
}

/** Nothing uses them. */
function readDealIds(reader: CborReader): void {
  for (let count = reader.array(); count > 0; count--) reader.u64();
}

function readArray<T>(reader: CborReader, read: (reader: CborReader) => T): T[] {
  return Array.from({ length: reader.array() }, () => read(reader));
}
