// A network of our own, one transfer, and what came out of it.
import { cidText, Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";

const FIL = 10n ** 18n;
const network = 28;
const blockstore = new MemoryBlockstore();

// Plain transfers run no code, so the builtin actors may be empty Wasm modules.
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(blockstore, { network, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 100n * FIL);
genesis.addAccount(bob, 0n);
const stateRoot = await genesis.write();

const machine = await Machine.create({ network, stateRoot, blockstore, epoch: 1, baseFee: 100n });
const { receipt, minerTip } = await machine.execute({
  version: 0,
  from: alice,
  to: bob,
  nonce: 0,
  value: 3n * FIL,
  gasLimit: 2_000_000,
  gasFeeCap: 200n,
  gasPremium: 10n,
  method: 0,
  params: new Uint8Array(),
});

console.log(`exit code ${receipt.exitCode}, ${receipt.gasUsed} gas, ${minerTip} attoFIL for the miner`);
console.log(`bob has ${(await machine.getActor(bob)).balance / FIL} FIL`);
console.log(`new state ${cidText(await machine.flush())}`);
machine.close();
