// Messages counted for Prometheus. A server would answer `GET /metrics` with the same text.
import { Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";
import { collectMetrics } from "fvm-node/metrics";
import * as client from "prom-client";

collectMetrics(client);

const blockstore = new MemoryBlockstore();
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(blockstore, { network: 28, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 10n ** 18n);
genesis.addAccount(bob, 0n);
const machine = await Machine.create({ network: 28, stateRoot: await genesis.write(), blockstore, epoch: 1 });
machine.executeSync({
  version: 0,
  from: alice,
  to: bob,
  nonce: 0,
  value: 1n,
  gasLimit: 2_000_000,
  gasFeeCap: 0n,
  gasPremium: 0n,
  method: 0,
  params: new Uint8Array(),
});
machine.close();

const text = await client.register.metrics();
console.log(text.match(/^fvm_(messages|gas_used)_total.+$/gm).join("\n"));
