/**
 * A sector's data commitment, from the commitments of its pieces.
 * Sources: fvm/src/kernel/filecoin.rs `compute_unsealed_sector_cid`, filecoin-proofs `pieces.rs`.
 */
import type { Cid } from "../../encoding/cid.js";
import { native } from "../../native/index.js";
import { concatBytes } from "../../util/bytes.js";
import { dataCommitment, dataCommitmentCid } from "./commitments.js";
import type { PieceInfo } from "./encoding.js";

/** Bytes of a sector, by registered seal proof type modulo 5. */
const SECTOR_SIZES = [2n << 10n, 8n << 20n, 512n << 20n, 32n << 30n, 64n << 30n];

/** Zero pieces that pad a sector are of 128 bytes to 2 TiB. */
const LEAST_PAD = 7n;
const GREATEST_PAD = 41n;

/** A subtree of the sector's Merkle tree. Sizes wrap around at 64 bits, as in the reference. */
interface Piece {
  /** Bytes of data without padding. */
  readonly size: bigint;
  readonly commitment: Uint8Array;
}

/**
 * @param sealType a known registered seal proof type
 * @returns undefined where the reference gives an error
 */
export function unsealedSectorCid(sealType: number, infos: readonly PieceInfo[]): Cid | undefined {
  const sectorSize = SECTOR_SIZES[sealType % SECTOR_SIZES.length] ?? 0n;
  const pieces = infos.length === 0 ? [zeroPiece(sectorSize)] : padded(infos, sectorSize);
  const commitment = pieces && root(pieces, sectorSize);
  return commitment && dataCommitmentCid(commitment);
}

/** The pieces, each aligned to its size, and zero pieces up to the sector's end. */
function padded(infos: readonly PieceInfo[], sectorSize: bigint): Piece[] | undefined {
  const pieces: Piece[] = [];
  let sum = 0n;
  const pad = (alignment: bigint): boolean => {
    const gap = u64(-sum) % alignment;
    for (let level = 0n; gap >> level > 0n; level++) {
      if (((gap >> level) & 1n) === 0n) continue;
      if (level < LEAST_PAD || level > GREATEST_PAD) return false;
      pieces.push(zeroPiece(1n << level));
    }
    sum = u64(sum + gap);
    return true;
  };
  for (const info of infos) {
    const size = BigInt(info.size);
    if (size === 0n || !pad(size)) return undefined;
    const commitment = dataCommitment(info.cid);
    if (commitment === undefined) return undefined;
    pieces.push({ size: unpaddedSize(size), commitment });
    sum = u64(sum + size);
  }
  return pad(sectorSize) ? pieces : undefined;
}

/** Joins neighbours of equal size, filling gaps with zero pieces, until one is left. */
function root(pieces: readonly Piece[], sectorSize: bigint): Uint8Array | undefined {
  const sizes = pieces.map((piece) => paddedSize(piece.size));
  if (BigInt(pieces.length) > unpaddedSize(sectorSize) / 127n) return undefined;
  if (u64(sizes.reduce((total, size) => total + size, 0n)) > sectorSize) return undefined;
  if (!sizes.every(isPowerOfTwo)) return undefined;

  const stack: Piece[] = [];
  const top = (): Piece => stack[stack.length - 1] as Piece;
  const push = (piece: Piece): void => {
    let joined = piece;
    for (let left = stack.pop(); left !== undefined; left = stack.pop()) {
      if (left.size !== joined.size) {
        stack.push(left);
        break;
      }
      const commitment = join(left.commitment, joined.commitment);
      joined = { size: left.size + joined.size, commitment };
    }
    stack.push(joined);
  };
  // A zero piece as large as its neighbour; there is none beside pieces joined from ones below 128 bytes.
  const pushPadding = (): boolean => {
    const { size } = top();
    const padded = paddedSize(size);
    if (!isPowerOfTwo(padded) || padded < 64n) return false;
    push({ size, commitment: zeroCommitment(log2(padded)) });
    return true;
  };
  for (const piece of pieces) {
    while (stack.length > 0 && top().size < piece.size) if (!pushPadding()) return undefined;
    push(piece);
  }
  while (stack.length > 1) if (!pushPadding()) return undefined;
  return top().commitment;
}

/** @param size a power of two */
function zeroPiece(size: bigint): Piece {
  return { size: unpaddedSize(size), commitment: zeroCommitment(log2(size)) };
}

/** By level: the commitment of 2^level zero bytes, 2^5 being one leaf. */
const zeroCommitments: Uint8Array[] = [];

function zeroCommitment(level: number): Uint8Array {
  let commitment = zeroCommitments[level];
  if (commitment === undefined) {
    const half = level <= 6 ? new Uint8Array(32) : zeroCommitment(level - 1);
    commitment = join(half, half);
    zeroCommitments[level] = commitment;
  }
  return commitment;
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  return native.sha256Trunc(concatBytes(left, right));
}

/** In every 32 bytes two bits are padding. */
function unpaddedSize(size: bigint): bigint {
  return size - size / 128n;
}

function paddedSize(size: bigint): bigint {
  return u64(size + size / 127n);
}

function isPowerOfTwo(size: bigint): boolean {
  return size > 0n && (size & (size - 1n)) === 0n;
}

/** @param size a power of two */
function log2(size: bigint): number {
  return size.toString(2).length - 1;
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
