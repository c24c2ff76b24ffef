/** Chains that a Lotus node has made, from the vector folder. */
import { existsSync, readFileSync } from "node:fs";
import { decompress } from "fzstd";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type BlockHeader, decodeHeader } from "../../src/chain/types/header.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { readCar } from "../../src/ipld/car/car.js";
import { fileOf } from "./lotus-recording.js";

const NAMES = ["nv28", "nv27-28", "nv28-debug"] as const;
const CAR = "full.car.zst";

/** Chains whose files are there. */
export function lotusChains(): string[] {
  return NAMES.filter((name) => existsSync(fileOf(name, CAR)));
}

export interface LotusChain {
  readonly store: MemoryBlockstore;
  /** All headers, the newest first, each with its block. */
  readonly headers: ReadonlyMap<Cid, { readonly header: BlockHeader; readonly data: Uint8Array }>;
}

export function openLotusChain(name: string): LotusChain {
  const { roots, blocks } = readCar(decompress(readFileSync(fileOf(name, CAR))));
  const store = new MemoryBlockstore(blocks);
  const headers = new Map<Cid, { header: BlockHeader; data: Uint8Array }>();
  for (let level: ReadonlySet<Cid> = new Set(roots); level.size > 0; ) {
    const parents = new Set<Cid>();
    for (const cid of level) {
      const data = store.get(cid);
      if (data === undefined) throw new Error(`no header ${cidText(cid)}`);
      const header = decodeHeader(data);
      headers.set(cid, { header, data });
      // The parent of genesis is a text.
      if (header.height > 0) for (const parent of header.parents) parents.add(parent);
    }
    level = parents;
  }
  return { store, headers };
}
