#!/usr/bin/env bash
# A content-addressed store checks each block that it reads: it hashes what lmdb gives, and compares digests.
#
# Expected: what getBinaryFast gives is valid until the next read, and until then is the value to everybody who reads it:
# to node:crypto, Buffer.compare and a copy as much as to `length`.
# Seen: lmdb 3.5.6 gives its whole buffer of 16 MiB with `length` set to the value's. `subarray`, `slice` and `toString`
# see the value; node:crypto hashes 16 MiB, `equals` is false, `new Uint8Array(value)` copies 16 MiB, and Buffer.from and
# @noble/hashes 2.4.0 throw. getBinary gives an ordinary buffer. lmdb's guide says that `byteLength` is larger, and that
# `length` is what normal usage wants; not that most of Node reads the former.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund lmdb@3.5.6 @noble/hashes@2.4.0 >/dev/null
cat >check.mjs <<'JS'
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { open } from "lmdb";

const db = open({ path: "store", encoding: "binary", keyEncoding: "binary" });
const key = Buffer.from("key");
await db.put(key, Buffer.from("0123456789"));
const fast = () => db.getBinaryFast(key);
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
const value = db.getBinary(key);

assert.equal(value.byteLength, 10);
assert.equal(fast().length, 10);
assert.equal(fast().toString(), "0123456789");
assert.equal(fast().byteLength, 16 * 1024 * 1024);
assert.equal(new Uint8Array(fast()).length, 16 * 1024 * 1024);
assert.equal(fast().equals(value), false);
assert.notEqual(digest(fast()), digest(value));
assert.equal(digest(fast().subarray(0)), digest(value));
assert.throws(() => Buffer.from(fast()), /offset is out of bounds/);
assert.throws(() => sha256(fast()), /offset is out of bounds/);
await db.close();
console.log("lmdb 3.5.6: a value of 10 bytes by getBinaryFast has length 10, and hashes as 16 MiB");
JS
node check.mjs
