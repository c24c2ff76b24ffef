// What a transfer did, as a page for the browser.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";
import { compareChanges, tracePage } from "fvm-node/inspect";

const network = 28;
const blockstore = new MemoryBlockstore();
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(blockstore, { network, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 10n ** 20n);
genesis.addAccount(bob, 0n);
const machine = await Machine.create({ network, stateRoot: await genesis.write(), blockstore, epoch: 1 });

const fees = { gasLimit: 2_000_000, gasFeeCap: 0n, gasPremium: 0n };
const message = { version: 0, from: alice, to: bob, nonce: 0, value: 5n, method: 0, ...fees };
const options = { trace: true, changes: true };
const result = await machine.execute({ ...message, params: new Uint8Array() }, options);
const state = await compareChanges(machine, result.changes);
machine.close();

const file = join(mkdtempSync(join(tmpdir(), "fvm-example-")), "transfer.html");
writeFileSync(file, tracePage({ title: "A transfer", messages: [{ trace: result.trace, result, state }] }));
console.log(`exit code ${result.receipt.exitCode}, ${result.receipt.gasUsed} gas: see ${file}`);
