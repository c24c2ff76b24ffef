// Messages tried on a state: nothing is stored, and nobody has to sign.
import { diffText, Genesis, MemoryBlockstore, parseAddress, secp256k1Address } from "fvm-node";
import { Simulator } from "fvm-node/simulate";

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
const simulator = new Simulator({ network, stateRoot: await genesis.write(), blockstore, epoch: 1 });

// A call: nonce, gas limit and all else are filled in.
const { receipt } = await simulator.call({ from: alice, to: bob, value: 3n * FIL });
console.log(`exit code ${receipt.exitCode}, ${receipt.gasUsed} gas`);

// The least gas limit with which it does the same.
const { gasLimit, executions } = await simulator.estimateGas({ from: alice, to: bob, value: 3n * FIL });
console.log(`gas limit ${gasLimit}, found in ${executions} executions`);

// Two messages, the first of somebody who is nobody yet, with money that nobody gave them.
const carol = parseAddress("f410f2oekwcmo2pueydmaq53eic2i62crtbeyuzx2gmy");
const { results, changes } = await simulator.simulate(
  [
    { from: carol, to: bob, value: 5n * FIL },
    { from: bob, to: alice, value: 4n * FIL },
  ],
  { overrides: [[carol, { balance: 5n * FIL }]], changes: true },
);
console.log(results.map(({ receipt }) => receipt.exitCode));
console.log(diffText(changes));
