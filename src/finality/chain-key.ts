import { DAG_CBOR, KECCAK_256 } from "../encoding/codecs.js";
import { CborWriter } from "../ipld/cbor.js";
import { native } from "../native/index.js";
import { concatBytes, latin1Bytes } from "../util/bytes.js";
import type { FinalityTipset } from "./tipset.js";

/** Prefixes of what is hashed. */
const NODE = Uint8Array.of(0);
const LEAF = Uint8Array.of(1);
const EMPTY = new Uint8Array(32);

/**
 * The hash of a chain of tipsets, which participants sign: the root of a binary Merkle tree over them, 32 bytes. Source:
 * go-f3 gpbft/chain.go, merkle/merkle.go.
 */
export function chainKey(chain: readonly FinalityTipset[]): Uint8Array {
  return subtree(chain.map(tipsetValue), Math.ceil(Math.log2(Math.max(1, chain.length))));
}

/** The root of a tree of so many levels, which is filled from the left. */
function subtree(values: readonly Uint8Array[], depth: number): Uint8Array {
  const [first] = values;
  if (first === undefined) return EMPTY;
  if (depth === 0) return keccak(LEAF, first);
  const half = 2 ** (depth - 1);
  return keccak(NODE, subtree(values.slice(0, half), depth - 1), subtree(values.slice(half), depth - 1));
}

function tipsetValue({ epoch, key, powerTable, commitments }: FinalityTipset): Uint8Array {
  const keyCid = native.cidOf(DAG_CBOR, new CborWriter().bytes(key).finish());
  return concatBytes(bigEndian(BigInt(epoch)), commitments, latin1Bytes(keyCid), latin1Bytes(powerTable));
}

/** Eight bytes of a signed or unsigned integer of 64 bits. */
export function bigEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value));
  return bytes;
}

function keccak(...parts: readonly Uint8Array[]): Uint8Array {
  return native.hash(KECCAK_256, concatBytes(...parts)) as Uint8Array;
}
