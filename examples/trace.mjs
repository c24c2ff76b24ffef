// What a transfer does, as a tree.
import { Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";
import { gasOf, lotusTraceText } from "fvm-node/trace";

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
const { trace } = await machine.execute({ ...message, params: new Uint8Array() }, { trace: true });
machine.close();

for (const step of trace.call.steps) {
  if (step.kind === "charge") console.log(step.name, step.compute + step.other);
}
console.log(`${gasOf(trace.call)} gas`);
console.log(lotusTraceText(trace).slice(0, 60));
