// Memory that a process keeps after a message, a bound for it, and giving it back.
import {
  Genesis,
  limitMemory,
  Machine,
  MemoryBlockstore,
  memoryUsage,
  secp256k1Address,
  trimMemory,
} from "fvm-node";

// Blocks and decoded values of all threads, together.
limitMemory(200 * 2 ** 20);

const blockstore = new MemoryBlockstore();
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(blockstore, { network: 28, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 10n ** 18n);
genesis.addAccount(bob, 0n);
const machine = await Machine.create({ network: 28, stateRoot: await genesis.write(), blockstore, epoch: 1 });
const { receipt } = machine.executeSync({
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
console.log(`exit code ${receipt.exitCode}`);
machine.close();

for (const { name, scope, bytes } of memoryUsage().kept) {
  console.log(`${name.padEnd(8)} ${bytes > 0 ? "some" : "none"}, of the ${scope}`);
}
trimMemory();
const rest = memoryUsage().kept.filter(({ bytes }) => bytes > 0);
console.log(`after a trim: ${rest.map(({ name }) => name).join(", ") || "nothing"}`);
