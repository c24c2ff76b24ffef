// What a message changed, decoded; and an actor as it is afterwards.
import { Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";
import { compareStates, comparisonText, decodedText, readActor } from "fvm-node/inspect";

const network = 28;
const blockstore = new MemoryBlockstore();
// A module with nothing but its name, so that each actor has a code of its own.
const named = (name) => [
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  0,
  name.length + 1,
  name.length,
  ...Buffer.from(name),
];
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, Uint8Array.from(named(name))]));
const genesis = new Genesis(blockstore, { network, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 10n ** 20n);
genesis.addAccount(bob, 0n);
const before = { root: await genesis.write(), network };

const machine = await Machine.create({ network, stateRoot: before.root, blockstore, epoch: 1 });
const fees = { gasLimit: 2_000_000, gasFeeCap: 0n, gasPremium: 0n };
const message = { version: 0, from: alice, to: bob, nonce: 0, value: 5n * 10n ** 18n, method: 0, ...fees };
await machine.execute({ ...message, params: new Uint8Array() });
const after = { root: await machine.flush(), network };
machine.close();

console.log(comparisonText(await compareStates(blockstore, before, after)));
const account = await readActor(blockstore, after, alice);
console.log(`${account.type}, nonce ${account.nonce}, ${decodedText(account.state.value)}`);
