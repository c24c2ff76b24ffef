// Where the gas of messages goes: as a table, and as files for speedscope and pprof.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Genesis, Machine, MemoryBlockstore, secp256k1Address } from "fvm-node";
import { GasProfiler, pprofFile, profileText, speedscopeFile } from "fvm-node/inspect";

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
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 10n ** 20n);
genesis.addAccount(bob, 0n);
const stateRoot = await genesis.write();

const profiler = new GasProfiler();
const { observer } = profiler;
const machine = await Machine.create({ network, stateRoot, blockstore, epoch: 1, observer });
const fees = { gasLimit: 2_000_000, gasFeeCap: 0n, gasPremium: 0n };
const message = { version: 0, from: alice, to: bob, value: 5n, method: 0, ...fees };
for (let nonce = 0; nonce < 3; nonce++) {
  await machine.execute({ ...message, nonce, params: new Uint8Array() });
}
machine.close();

const profile = profiler.profile();
console.log(profileText(profile));
const speedscope = speedscopeFile([{ name: "three transfers", profile }]);
writeFileSync(join(tmpdir(), "gas.speedscope.json"), JSON.stringify(speedscope));
writeFileSync(join(tmpdir(), "gas.pb.gz"), pprofFile(profile));
