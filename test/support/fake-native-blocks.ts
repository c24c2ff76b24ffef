import { blake2b } from "@noble/hashes/blake2.js";
import { type Cid, cidFromParts, cidParts } from "../../src/encoding/cid.js";
import {
  BLAKE2B_256,
  CBOR,
  DAG_CBOR,
  FIL_COMMITMENT_SEALED,
  FIL_COMMITMENT_UNSEALED,
  IDENTITY,
  RAW,
} from "../../src/encoding/codecs.js";
import { CborReader, Major } from "../../src/ipld/cbor.js";
import type { NativeBlocks } from "../../src/native/addon.js";
import { concatBytes, latin1Bytes, NO_BYTES } from "../../src/util/bytes.js";

/** CIDv1, blake2b-256. */
export function cidOf(codec: number, data: Uint8Array | string): Cid {
  const bytes = typeof data === "string" ? latin1Bytes(data) : data;
  return cidFromParts(codec, BLAKE2B_256, blake2b(bytes, { dkLen: 32 }));
}

/** The addon's block buffer and cache in JavaScript. The cache is not shared and can be switched off. */
export class FakeNativeBlocks implements NativeBlocks {
  readonly buffer = new Map<Cid, Uint8Array>();
  readonly cached = new Map<Cid, Uint8Array>();

  private taken = NO_BYTES;

  constructor(readonly keepsCached = true) {}

  get(cid: Cid): Uint8Array | undefined {
    return (this.buffer.get(cid) ?? this.cached.get(cid))?.slice();
  }

  has(cid: Cid): boolean {
    return this.buffer.has(cid) || this.cached.has(cid);
  }

  put(codec: number, data: Uint8Array | string): Cid {
    const bytes = typeof data === "string" ? latin1Bytes(data) : data.slice();
    const cid = cidOf(codec, bytes);
    this.buffer.set(cid, bytes);
    return cid;
  }

  cache(cid: Cid, data: Uint8Array): boolean {
    const { codec } = cidParts(cid);
    if (typeof codec === "bigint" || cidOf(codec, data) !== cid) return false;
    if (this.keepsCached) this.cached.set(cid, data.slice());
    return true;
  }

  // The HAMT of src/ipld reads all.
  hamtLoad(): null {
    return null;
  }

  hamtGet(): null {
    return null;
  }

  hamtChange(): null {
    return null;
  }

  takeReachable(root: Cid): string {
    const taken = new Map<Cid, Uint8Array>();
    const pending = [root];
    for (let cid = pending.pop(); cid !== undefined; cid = pending.pop()) {
      const { codec, hashCode } = cidParts(cid);
      if (codec === FIL_COMMITMENT_SEALED || codec === FIL_COMMITMENT_UNSEALED) continue;
      if (codec !== RAW && codec !== CBOR && codec !== DAG_CBOR) throw invalidLink();
      if (hashCode !== BLAKE2B_256 && hashCode !== IDENTITY) throw invalidLink();
      const data = this.buffer.get(cid);
      if (data === undefined || taken.has(cid)) continue;
      taken.set(cid, data);
      if (codec === DAG_CBOR) pending.push(...linksOf(data));
    }
    for (const cid of taken.keys()) this.buffer.delete(cid);
    return this.indexOf(taken);
  }

  takeAll(): string {
    const all = this.indexOf(this.buffer);
    this.buffer.clear();
    return all;
  }

  copyTaken(target: Uint8Array): void {
    target.set(this.taken);
    this.taken = NO_BYTES;
  }

  adopt(other: FakeNativeBlocks): void {
    for (const [cid, data] of other.buffer) this.buffer.set(cid, data);
  }

  clear(): void {
    this.buffer.clear();
  }

  get size(): number {
    return this.buffer.size;
  }

  private indexOf(blocks: ReadonlyMap<Cid, Uint8Array>): string {
    this.taken = concatBytes(...blocks.values());
    const entries = Array.from(blocks, ([cid, { length }]) => {
      const size = [24, 16, 8, 0].map((shift) => (length >>> shift) & 0xff);
      return `${String.fromCharCode(...size, cid.length)}${cid}`;
    });
    return entries.join("");
  }
}

/** Links of a DAG-CBOR block, in order. */
export function linksOf(data: Uint8Array): Cid[] {
  const links: Cid[] = [];
  const reader = new CborReader(data);
  for (let pending = 1; pending > 0; pending--) {
    const major = reader.major();
    if (major === Major.TAG) links.push(reader.cid());
    else if (major === Major.ARRAY) pending += reader.array();
    else if (major === Major.MAP) pending += 2 * reader.map();
    else reader.skip();
  }
  return links;
}

function invalidLink(): Error {
  return Object.assign(new Error("forbidden link"), { code: "INVALID_LINK" });
}
