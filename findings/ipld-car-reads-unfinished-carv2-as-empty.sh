#!/usr/bin/env bash
# A CARv2 whose writer has not ended yet, or was killed, has a data size of 0 in its header, and its blocks behind it:
# go-car writes the header last, and can resume such a file.
#
# Expected: @ipld/car reads the blocks to the end of the file, as it does for a CARv1, or says that the size is missing.
# Seen: @ipld/car 5.4.7 gives the roots and no blocks, without an error, by CarReader and CarBlockIterator alike.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @ipld/car@5.4.7 @ipld/dag-cbor@10.0.2 multiformats@14.0.5 >/dev/null
cat >check.mjs <<'JS'
import assert from "node:assert/strict";
import { CarBlockIterator, CarBufferWriter, CarReader } from "@ipld/car";
import * as dagCbor from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { sha256 } from "multiformats/hashes/sha2";

const bytes = dagCbor.encode(["a block"]);
const cid = CID.create(1, dagCbor.code, await sha256.digest(bytes));
const length = CarBufferWriter.headerLength({ roots: [cid] }) + CarBufferWriter.blockLength({ cid, bytes });
const writer = CarBufferWriter.createWriter(new ArrayBuffer(length), { roots: [cid] });
writer.write({ cid, bytes });
const version1 = writer.close();

/** Pragma, header, and the CARv1 as its data. */
function version2(dataSize) {
  const pragma = Buffer.concat([Uint8Array.of(10), Buffer.from("a16776657273696f6e02", "hex")]);
  const header = Buffer.alloc(40);
  header.writeBigUInt64LE(51n, 16);
  header.writeBigUInt64LE(BigInt(dataSize), 24);
  return Buffer.concat([pragma, header, version1]);
}

async function count(file) {
  const reader = await CarReader.fromBytes(file);
  assert.equal((await reader.getRoots()).length, 1);
  let [read, iterated] = [0, 0];
  for await (const _ of reader.blocks()) read++;
  for await (const _ of await CarBlockIterator.fromBytes(file)) iterated++;
  return [read, iterated];
}

assert.deepEqual(await count(version2(version1.length)), [1, 1]);
assert.deepEqual(await count(version2(0)), [0, 0]);
console.log("@ipld/car 5.4.7: a finished CARv2 has 1 block, the same one unfinished 0, without an error");
JS
node check.mjs
