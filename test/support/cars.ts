/** CARs of version 2 and compressed ones, made here: the package writes neither. */
import { type Cid, cidParts } from "../../src/encoding/cid.js";
import { varint } from "../../src/encoding/varint.js";
import type { Car } from "../../src/ipld/car/car.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { concatBytes, hexBytes, joinBytes, latin1Bytes } from "../../src/util/bytes.js";

const PRAGMA = hexBytes("0aa16776657273696f6e02");

function numbers(...parts: readonly (readonly [bytes: 4 | 8, value: number | bigint])[]): Uint8Array {
  return joinBytes(
    parts.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes);
      if (bytes === 4) buffer.writeUInt32LE(Number(value));
      else buffer.writeBigUInt64LE(BigInt(value));
      return buffer;
    }),
  );
}

export interface Version2Options {
  readonly index?: "sorted" | "multihash";
  /** Bytes between header and data. */
  readonly padding?: number;
  readonly changed?: (index: Uint8Array) => Uint8Array;
}

/** A CAR of version 2. */
export function carV2(
  car: Car,
  { index, padding = 0, changed = (same) => same }: Version2Options = {},
): Uint8Array {
  const data = writeCar(car);
  const dataOffset = PRAGMA.length + 40 + padding;
  const indexOffset = index === undefined ? 0 : dataOffset + data.length;
  const header = numbers([8, 0], [8, 0], [8, dataOffset], [8, data.length], [8, indexOffset]);
  const behind = index === undefined ? [] : [changed(indexOf(car, index))];
  return concatBytes(PRAGMA, header, new Uint8Array(padding), data, ...behind);
}

interface Place {
  readonly cid: Cid;
  readonly offset: number;
}

function places({ roots, blocks }: Car): Place[] {
  let offset = writeCar({ roots, blocks: [] }).length;
  return blocks.map(({ cid, data }) => {
    const place = { cid, offset };
    offset += varint(cid.length + data.length).length + cid.length + data.length;
    return place;
  });
}

function indexOf(car: Car, kind: "sorted" | "multihash"): Uint8Array {
  const all = places(car);
  if (kind === "sorted") return concatBytes(latin1Bytes(varint(0x0400)), tables(all));
  const byHash = groupBy(all, ({ cid }) => Number(cidParts(cid).hashCode));
  const parts = [...byHash].map(([code, some]) => concatBytes(numbers([8, code]), tables(some)));
  return concatBytes(latin1Bytes(varint(0x0401)), numbers([4, byHash.size]), ...parts);
}

/** `Map.groupBy`, which Node.js 20 does not have. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function tables(all: readonly Place[]): Uint8Array {
  const entries = all.map(({ cid, offset }) => concatBytes(cidParts(cid).digest, numbers([8, offset])));
  const byWidth = groupBy(entries, ({ length }) => length);
  const parts = [...byWidth].map(([width, some]) =>
    concatBytes(numbers([4, width], [8, width * some.length]), ...some.sort(Buffer.compare)),
  );
  return concatBytes(numbers([4, byWidth.size]), ...parts);
}

/** A frame of Zstandard that is not compressed: raw blocks, each of at most so many bytes. */
export function zstdFrame(data: Uint8Array, blockBytes = 128 * 1024): Uint8Array {
  // A window of 128 KiB, no checksum, no size.
  const parts = [hexBytes("28b52ffd"), Uint8Array.of(0, 7 << 3)];
  let at = 0;
  do {
    const content = data.subarray(at, at + blockBytes);
    at += blockBytes;
    const header = (content.length << 3) | (at >= data.length ? 1 : 0);
    parts.push(numbers([4, header]).subarray(0, 3), content);
  } while (at < data.length);
  return joinBytes(parts);
}

export function skippableFrame(content: Uint8Array, nibble = 0): Uint8Array {
  return concatBytes(numbers([4, 0x184d2a50 + nibble], [4, content.length]), content);
}

export interface ForestOptions {
  readonly blocksPerFrame?: number;
  /** Bytes of the index per skippable frame. */
  readonly indexFrameBytes?: number;
  readonly buckets?: number;
  readonly changed?: (index: Uint8Array) => Uint8Array;
}

/** A compressed CAR as Forest writes it, though nothing in it is compressed. */
export function forestCar({ roots, blocks }: Car, options: ForestOptions = {}): Uint8Array {
  const { blocksPerFrame = 3, indexFrameBytes = 1 << 30, changed = (same) => same } = options;
  const header = writeCar({ roots, blocks: [] });
  const frames = [zstdFrame(header)];
  let offset = frames[0]?.length ?? 0;
  const slots: { hash: bigint; offset: number }[] = [];
  for (let i = 0; i < blocks.length; i += blocksPerFrame) {
    const some = blocks.slice(i, i + blocksPerFrame);
    const frame = zstdFrame(writeCar({ roots, blocks: some }).subarray(header.length));
    for (const { cid } of some) slots.push({ hash: forestHash(cid), offset });
    frames.push(frame);
    offset += frame.length;
  }
  const index = changed(forestIndex(slots, options.buckets ?? Math.ceil(slots.length / 0.8)));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < index.length; at += indexFrameBytes)
    parts.push(skippableFrame(index.subarray(at, at + indexFrameBytes)));
  const footer = skippableFrame(numbers([8, offset + 8]));
  return joinBytes([...frames, ...parts, footer]);
}

/** Exclusive or of codec, hash code and the digest's words, without the number that marks empty slots. */
function forestHash(cid: Cid): bigint {
  const { codec, hashCode, digest } = cidParts(cid);
  const words = digest.subarray(0, digest.length - (digest.length % 8));
  let hash = BigInt(codec) ^ BigInt(hashCode);
  for (const word of new BigUint64Array(words.slice().buffer)) hash ^= word;
  return hash > 0n ? hash - 1n : hash;
}

function forestIndex(slots: { hash: bigint; offset: number }[], buckets: number): Uint8Array {
  const table: (readonly [bigint, number | bigint])[] = [];
  const EMPTY = [2n ** 64n - 1n, 2n ** 64n - 1n] as const;
  let longest = 0;
  slots.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  for (const { hash, offset } of slots) {
    const ideal = Number((hash * BigInt(buckets)) >> 64n);
    while (table.length < ideal) table.push(EMPTY);
    longest = Math.max(longest, table.length - ideal);
    table.push([hash, offset]);
  }
  while (table.length <= buckets) table.push(EMPTY);
  const header = numbers([8, 0xdeadbef0], [8, longest], [8, 0], [8, buckets]);
  return joinBytes([header, ...table.map(([hash, offset]) => numbers([8, hash], [8, offset]))]);
}
