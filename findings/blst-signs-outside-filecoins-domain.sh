#!/usr/bin/env bash
# Filecoin signs messages, blocks and VRFs by BLS with keys in G1, in the domain
# BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_, and gives a block without BLS messages the identity as aggregate.
#
# Expected: two libraries for BLS12-381 with the same key agree on a signature, or let the caller choose the domain;
# and read the identity, which is a point of the group.
# Seen: @chainsafe/blst 2.2.0 signs in ..._RO_POP_, Ethereum's domain, and takes no other; @noble/curves 2.4.0 signs in
# ..._RO_NUL_ by default. So blst accepts no signature of Filecoin's. And with validation it refuses the
# identity unless a third argument says otherwise, with "Public key is infinity", though it is a signature.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @chainsafe/blst@2.2.0 @noble/curves@2.4.0 >/dev/null
cat >check.mjs <<'JS'
import assert from "node:assert/strict";
import { SecretKey, Signature, verify } from "@chainsafe/blst";
import { bls12_381 } from "@noble/curves/bls12-381.js";

const scheme = bls12_381.longSignatures;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const secret = SecretKey.fromKeygen(new Uint8Array(32).fill(7));
const text = new TextEncoder().encode("a message");
const byNoble = (dst) => scheme.sign(scheme.hash(text, dst), secret.toBytes()).toBytes();
const byBlst = secret.sign(text).toBytes();

const nul = byNoble("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_");
const pop = byNoble("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_");
assert.equal(hex(byNoble(undefined)), hex(nul), "the default of @noble/curves");
assert.equal(hex(byBlst), hex(pop), "the domain of @chainsafe/blst");
assert.equal(verify(text, secret.toPublicKey(), Signature.fromBytes(nul, true)), false);
assert.equal(verify(text, secret.toPublicKey(), Signature.fromBytes(pop, true)), true);

const identity = new Uint8Array(96);
identity[0] = 0xc0;
assert.equal(scheme.Signature.fromBytes(identity).is0(), true);
assert.throws(() => Signature.fromBytes(identity, true), /Public key is infinity/);
console.log("@chainsafe/blst 2.2.0 signs in the POP domain only, and refuses the identity; @noble/curves 2.4.0 signs in NUL");
JS
node check.mjs
