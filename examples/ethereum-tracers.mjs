// A message as tools of Ethereum see it, and what a contract's data mean.
import { formatAddress, Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";
import { callTracer, loadAbi, parityTrace, prestateTracer, toJson, traceContext } from "fvm-node/inspect";

// A network of our own, with actors that do nothing; contracts need the builtin actors as they are released.
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
const before = await machine.flush();
const { trace } = await machine.execute({ ...message, params: new Uint8Array() }, { trace: true });
const after = await machine.flush();
machine.close();

const context = await traceContext(trace, blockstore, after);
const frame = callTracer(trace, { withLog: true }, context);
console.log(`${frame.type} from ${frame.from} (${formatAddress(alice).slice(0, 6)}…), value ${frame.value}`);
console.log(`${parityTrace(trace, context).length} entry of Parity's`);
const { pre, post } = await prestateTracer(trace, { blockstore, before, after }, { diffMode: true });
console.log(JSON.stringify(post[frame.from]), "was", JSON.stringify(pre[frame.from]));

// What a call reverted with, by the contract's ABI; a file of Foundry or Hardhat does as well.
const inputs = [
  { name: "asked", type: "uint256" },
  { name: "left", type: "uint256" },
];
const abi = await loadAbi([{ type: "error", name: "TooMuch", inputs }], "Token.json");
const words = [7, 3].map((number) => number.toString(16).padStart(64, "0"));
const { signature, args } = abi.revert(Buffer.from(`6073b21f${words.join("")}`, "hex"));
console.log(`${signature} of ${JSON.stringify(toJson({ kind: "record", fields: args }))}`);
