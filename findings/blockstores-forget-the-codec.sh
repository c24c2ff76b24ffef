#!/usr/bin/env bash
# Filecoin's state is DAG-CBOR, its code raw, both hashed by blake2b-256. A store of interface-blockstore that is walked
# by getAll should give each block under the CID that it was put under, or the walk finds no links.
#
# Expected: getAll gives the CID that was put, as get and has know it.
# Seen: MemoryBlockstore of blockstore-core 7.0.1 gives all blocks as raw (bafk... for what was put as bafy...);
# FsBlockstore of blockstore-fs 4.0.1, given such a block, throws "Invalid CID version".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts blockstore-core@7.0.1 blockstore-fs@4.0.1 @ipld/dag-cbor@10.0.2 \
  multiformats@14.0.5 @noble/hashes@2.4.0 >/dev/null
cat >check.mjs <<'JS'
import assert from "node:assert/strict";
import * as dagCbor from "@ipld/dag-cbor";
import { blake2b } from "@noble/hashes/blake2.js";
import { MemoryBlockstore } from "blockstore-core";
import { FsBlockstore } from "blockstore-fs";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";

const BLAKE2B_256 = 0xb220;
const bytes = dagCbor.encode([1, 2]);
const cid = CID.createV1(dagCbor.code, create(BLAKE2B_256, blake2b(bytes, { dkLen: 32 })));

async function walk(store) {
  await store.open?.();
  await store.put(cid, bytes);
  assert.equal(await store.has(cid), true);
  const cids = [];
  for await (const pair of store.getAll()) cids.push(pair.cid);
  return cids;
}

const [found] = await walk(new MemoryBlockstore());
assert.equal(cid.toString().slice(0, 4), "bafy");
assert.equal(found.toString().slice(0, 4), "bafk");
assert.equal(found.code, 0x55);
await assert.rejects(walk(new FsBlockstore("blocks")), /Invalid CID version/);
console.log("blockstore-core 7.0.1: getAll gives a DAG-CBOR block as raw; blockstore-fs 4.0.1: getAll throws for it");
JS
node check.mjs
