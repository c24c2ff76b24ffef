// A chain's store in a folder: blocks and named values. Then its blocks as a CAR file, and another store made of that.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidBytes, cidFromBytes, Genesis, LmdbBlockstore, Machine, secp256k1Address } from "fvm-node";
import { isIntact, openCar, writeCarFile } from "fvm-node/ipld";

const network = 28;
const folder = mkdtempSync(join(tmpdir(), "fvm-example-"));
const store = await LmdbBlockstore.open(join(folder, "chain"));

// The first state, of two accounts. Its root is a named value: whoever opens the store begins there.
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(store, { network, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 5n * 10n ** 18n);
genesis.addAccount(bob, 0n);
await store.write({ meta: { "state/0": cidBytes(await genesis.write()) } });

const stateRoot = cidFromBytes(store.meta.get("state/0"));
const machine = await Machine.create({ network, stateRoot, blockstore: store, epoch: 1 });
const transfer = {
  version: 0,
  from: alice,
  to: bob,
  nonce: 0,
  value: 7n,
  method: 0,
  params: new Uint8Array(),
};
// Synchronous: the store answers at once.
const { receipt } = machine.executeSync({ ...transfer, gasLimit: 2_000_000, gasFeeCap: 0n, gasPremium: 0n });
console.log(`exit code ${receipt.exitCode}, ${receipt.gasUsed} gas`);
await store.write({ meta: { "state/1": cidBytes(await machine.flush()) } });
machine.close();

for await (const [name] of store.meta.entries({ from: "state/", to: "state0", reverse: true }))
  console.log(name);

// Out, as fast as the file is written; and in again, in batches, each block checked.
const file = join(folder, "chain.car");
await writeCarFile(file, { roots: [stateRoot], blocks: store.blocks() });
const copy = await LmdbBlockstore.open(join(folder, "copy"));
const batch = [];
for await (const block of (await openCar(file)).blocks) {
  if (isIntact(block.cid, block.data) !== true) throw new Error("the file is damaged");
  batch.push(block);
  if (batch.length === 1000) await copy.putMany(batch.splice(0));
}
await copy.putMany(batch);
console.log(`${copy.stat().blocks} of ${store.stat().blocks} blocks copied`);

await copy.close();
await store.close();
rmSync(folder, { recursive: true });
