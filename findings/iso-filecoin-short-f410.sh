#!/usr/bin/env bash
# An f410 address may have a subaddress of up to 54 bytes (FIP-0048); only one of 20 bytes is an Ethereum address. f410
# addresses of other lengths are valid: they can be sent to, and are refused by the address manager later.
#
# Expected: toEthAddress refuses an f410 address of 5 bytes, as it refuses other namespaces and as
# @glif/filecoin-address 4.0.0 does.
# Seen: iso-filecoin 7.4.7 answers with a text of 10 digits, which is no Ethereum address.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts iso-filecoin@7.4.7 @glif/filecoin-address@4.0.0 >/dev/null
cat >check.mjs <<'JS'
import assert from "node:assert/strict";
import { ethAddressFromDelegated, newDelegatedAddress } from "@glif/filecoin-address";
import { fromString, isEthAddress, toEthAddress } from "iso-filecoin/address";

const text = newDelegatedAddress(10, new Uint8Array(5).fill(7)).toString();
const address = fromString(text);
assert.equal(address.toString(), text);
assert.throws(() => ethAddressFromDelegated(text), /invalid address/);
const eth = toEthAddress(address);
assert.equal(eth, "0x0707070707");
assert.equal(isEthAddress(eth), false);
console.log(`iso-filecoin 7.4.7: the Ethereum address of ${text} is ${eth}`);
JS
node check.mjs
