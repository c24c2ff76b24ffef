import { createHash } from "node:crypto";
import { type Cid, cidFromParts } from "#src/encoding/cid.js";
import { BLAKE2B_256, DAG_CBOR } from "#src/encoding/codecs.js";
import type { Block } from "#src/ipld/block-access.js";

/** Blocks with CIDs in no order, the same ones each time. Their hashes are none that anybody checks. */
export function randomBlocks(count: number): Block[] {
  return Array.from({ length: count }, (_, i) => ({
    cid: randomCid(`block ${i}`),
    data: new Uint8Array(200 + ((i * 7919) % 1801)).fill(i),
  }));
}

/** CIDs of no block. */
export function absentCids(count: number): Cid[] {
  return Array.from({ length: count }, (_, i) => randomCid(`absent ${i}`));
}

function randomCid(text: string): Cid {
  return cidFromParts(DAG_CBOR, BLAKE2B_256, createHash("sha256").update(text).digest());
}
