// What a message would change: a second machine goes on from where the first one is, and stores nothing.
import { diffText, Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";

const FIL = 10n ** 18n;
const network = 28;
const blockstore = new MemoryBlockstore();
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(blockstore, { network, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 100n * FIL);
genesis.addAccount(bob, 0n);
const stateRoot = await genesis.write();

const options = { network, stateRoot, blockstore, epoch: 1, baseFee: 100n };
const transfer = (nonce, value) => ({
  version: 0,
  from: alice,
  to: bob,
  nonce,
  value,
  gasLimit: 2_000_000,
  gasFeeCap: 200n,
  gasPremium: 10n,
  method: 0,
  params: new Uint8Array(),
});

const machine = await Machine.create(options);
await machine.execute(transfer(0, 3n * FIL));

const trial = await Machine.create({
  ...options,
  changes: [await machine.changes()],
  blocksOf: [machine],
});
const { receipt, changes } = await trial.execute(transfer(1, 90n * FIL), { changes: true });
console.log(`exit code ${receipt.exitCode}, ${receipt.gasUsed} gas`);
console.log(diffText(changes));
trial.close();
machine.close();
