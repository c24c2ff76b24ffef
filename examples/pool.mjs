// Gas estimates on two cores: each message on the same state, none of them stored.
import { Genesis, MemoryBlockstore, secp256k1Address, TipsetPool } from "fvm-node";

const blockstore = new MemoryBlockstore();
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(blockstore, { network: 28, networkName: "example", builtins });
const [alice, bob] = [1, 2].map((seed) => secp256k1Address(new Uint8Array(65).fill(seed)));
genesis.addAccount(alice, 10n ** 20n);
genesis.addAccount(bob, 0n);
const stateRoot = await genesis.write();

const pool = await TipsetPool.create(new URL("./chain-node.mjs", import.meta.url), {
  workers: 2,
  data: { blocks: [...blockstore] },
});
const context = { epoch: 1, timestamp: 30, baseFee: 100n };
const transfer = (value) => ({
  message: {
    version: 0,
    from: alice,
    to: bob,
    nonce: 0,
    value,
    gasLimit: 2_000_000,
    gasFeeCap: 200n,
    gasPremium: 10n,
    method: 0,
    params: new Uint8Array(),
  },
});
const estimates = await Promise.all(
  [1n, 10n ** 18n, 10n ** 21n].map((value) => pool.executeMessages(stateRoot, context, [transfer(value)])),
);
for (const [{ receipt }] of estimates) console.log(`exit code ${receipt.exitCode}, ${receipt.gasUsed} gas`);
await pool.close();
