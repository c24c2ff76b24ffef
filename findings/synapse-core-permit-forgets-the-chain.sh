#!/usr/bin/env bash
# synapse-core takes the addresses of Filecoin's services from the chain that the client was made with, so that a devnet's
# can be given: those of its own `devnet` are zero.
#
# Expected: depositWithPermit asks the token that the client's chain names, as balance, approve, deposit, withdraw and
# depositAndApprove do.
# Seen: @filoz/synapse-core 0.5.2 looks the chain up by its ID once more, and asks the zero address for the token's name.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @filoz/synapse-core@0.5.2 viem@2.57.20 >/dev/null
cat >check.mjs <<'JS'
import assert from "node:assert/strict";
import { devnet } from "@filoz/synapse-core/chains";
import { depositAndApprove, depositWithPermit } from "@filoz/synapse-core/pay";
import { createClient, custom, decodeFunctionData, multicall3Abi, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const token = `0x${"c0".repeat(20)}`;
const chain = { ...devnet, contracts: { ...devnet.contracts, usdfc: { ...devnet.contracts.usdfc, address: token } } };

/** Which contract a deposit asks for the token's name and the owner's balance. */
async function asked(deposit) {
  const targets = new Set();
  const request = async ({ method, params }) => {
    assert.equal(method, "eth_call");
    const { args } = decodeFunctionData({ abi: multicall3Abi, data: params[0].data });
    for (const { target } of args[0]) targets.add(target.toLowerCase());
    throw new Error("enough is known");
  };
  const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
  const client = createClient({ account, chain, transport: custom({ request }, { retryCount: 0 }) });
  await assert.rejects(deposit(client, { amount: 1n }), /enough is known/);
  return [...targets];
}

assert.deepEqual(await asked(depositAndApprove), [token]);
assert.deepEqual(await asked(depositWithPermit), [zeroAddress]);
console.log("synapse-core 0.5.2: depositWithPermit asks the zero address, not the chain's token");
JS
node check.mjs
