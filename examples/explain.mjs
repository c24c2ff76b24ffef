// Why a message failed, in words.
import { Genesis, idAddress, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";
import { explain } from "fvm-node/inspect";

const network = 28;
const blockstore = new MemoryBlockstore();
// An actor's code that does nothing, and has its name in it.
const codeOf = (name) => [
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
const builtins = Object.fromEntries(names.map((name) => [name, Uint8Array.from(codeOf(name))]));
const genesis = new Genesis(blockstore, { network, networkName: "example", builtins });
const alice = secp256k1Address(new Uint8Array(65).fill(1));
genesis.addAccount(alice, 10n ** 18n);
const machine = await Machine.create({ network, stateRoot: await genesis.write(), blockstore, epoch: 1 });

const fees = { gasLimit: 2_000_000, gasFeeCap: 0n, gasPremium: 0n };
const message = { version: 0, from: alice, to: idAddress(1), nonce: 0, method: 0, ...fees };
const transfer = { ...message, value: 5n * 10n ** 18n, params: new Uint8Array() };
const result = await machine.execute(transfer, { trace: true });
machine.close();

const { text, cause } = explain(result);
console.log(cause.kind);
console.log(text);
