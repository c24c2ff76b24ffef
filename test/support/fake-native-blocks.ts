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
import type { NativeBlockShare, NativeBlocks } from "../../src/native/addon.js";
import { concatBytes, latin1Bytes, NO_BYTES } from "../../src/util/bytes.js";

/** CIDv1, blake2b-256. */
export function cidOf(codec: number, data: Uint8Array | string): Cid {
  const bytes = typeof data === "string" ? latin1Bytes(data) : data;
  return cidFromParts(codec, BLAKE2B_256, blake2b(bytes, { dkLen: 32 }));
}

interface FakeLayer {
  readonly written: Map<Cid, Uint8Array>;
  readonly borrowed: Map<Cid, Uint8Array>;
}

/** The addon's share of blocks in JavaScript, for one thread. */
export class FakeBlockShare implements NativeBlockShare {
  readonly id = 0;
  readonly blocks = new Map<Cid, Uint8Array>();
  readonly layers = new Map<number, FakeLayer>();

  clear(): void {
    this.blocks.clear();
    this.layers.clear();
  }
}

/** The addon's block buffer and cache in JavaScript. The cache is not shared and can be switched off. */
export class FakeNativeBlocks implements NativeBlocks {
  readonly buffer = new Map<Cid, Uint8Array>();
  readonly cached = new Map<Cid, Uint8Array>();

  private taken = NO_BYTES;
  private lender: FakeBlockShare | undefined;
  private borrows = false;
  private borrowed = new Map<Cid, Uint8Array>();
  /** Blocks that were put since the layer began. */
  private layer: Map<Cid, Uint8Array> | undefined;
  /** Blocks that leave with the layer. */
  private readonly fresh = new Set<Cid>();

  constructor(readonly keepsCached = true) {}

  get(cid: Cid): Uint8Array | undefined {
    return (this.buffer.get(cid) ?? this.cached.get(cid) ?? this.borrow(cid))?.slice();
  }

  has(cid: Cid): boolean {
    return this.get(cid) !== undefined;
  }

  private borrow(cid: Cid): Uint8Array | undefined {
    const found = this.borrowed.get(cid) ?? (this.borrows ? this.lender?.blocks.get(cid) : undefined);
    if (found !== undefined) this.borrowed.set(cid, found);
    return found;
  }

  put(codec: number, data: Uint8Array | string): Cid {
    const bytes = typeof data === "string" ? latin1Bytes(data) : data.slice();
    const cid = cidOf(codec, bytes);
    if (this.layer !== undefined && !this.buffer.has(cid)) this.fresh.add(cid);
    this.layer?.set(cid, bytes);
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

  share(share: NativeBlockShare | undefined, borrows = false): void {
    this.endLayer();
    this.borrowed = new Map();
    this.lender = share as FakeBlockShare | undefined;
    this.borrows = borrows;
  }

  beginLayer(forgets: boolean): void {
    if (this.lender === undefined) throw new Error("the blocks have no share");
    if (forgets) for (const cid of this.fresh) this.buffer.delete(cid);
    this.endLayer();
    this.borrowed = new Map();
    this.layer = new Map();
  }

  publishLayer(layer: number): void {
    if (this.layer === undefined || this.lender === undefined) throw new Error("no layer has begun");
    this.lender.layers.set(layer, { written: new Map(this.layer), borrowed: new Map(this.borrowed) });
    for (const [cid, data] of this.layer) this.lender.blocks.set(cid, data);
  }

  joinLayer(layer: number): boolean {
    if (this.lender === undefined) throw new Error("the blocks have no share");
    const found = this.lender.layers.get(layer);
    if (found === undefined) return false;
    const { written, borrowed } = found;
    if ([...borrowed.keys()].some((cid) => !this.buffer.has(cid) && !this.cached.has(cid))) return false;
    for (const [cid, data] of written) this.take(cid, data);
    return true;
  }

  private endLayer(): void {
    this.layer = undefined;
    this.fresh.clear();
  }

  /** Into the buffer, for good. */
  private take(cid: Cid, data: Uint8Array): void {
    this.fresh.delete(cid);
    this.buffer.set(cid, data);
  }

  takeReachable(root: Cid): string {
    this.endLayer();
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
    this.endLayer();
    const all = this.indexOf(this.buffer);
    this.buffer.clear();
    return all;
  }

  copyTaken(target: Uint8Array): void {
    target.set(this.taken);
    this.taken = NO_BYTES;
  }

  adopt(other: FakeNativeBlocks): void {
    if (other === this) return;
    for (const [cid, data] of other.buffer) this.take(cid, data);
  }

  clear(): void {
    this.share(undefined);
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
