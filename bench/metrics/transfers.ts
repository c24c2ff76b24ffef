import { secp256k1Address } from "#src/address/address.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { Genesis } from "#src/vm/genesis/genesis.js";
import { Machine } from "#src/vm/machine/machine.js";

const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const NAMES = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];

/** Executes so many transfers on a new machine, each time; answers how many ended with exit code 0. */
export async function transferNetwork(messages: number): Promise<() => Promise<number>> {
  const blockstore = new MemoryBlockstore();
  const builtins = Object.fromEntries(NAMES.map((name) => [name, EMPTY_MODULE]));
  const genesis = new Genesis(blockstore, { network: 28, networkName: "transfers", builtins });
  const from = secp256k1Address(new Uint8Array(65).fill(1));
  const to = secp256k1Address(new Uint8Array(65).fill(2));
  genesis.addAccount(from, 10n ** 24n);
  genesis.addAccount(to, 0n);
  const stateRoot = await genesis.write();
  const transfer = {
    ...{ version: 0, from, to, value: 1n, method: 0, params: new Uint8Array() },
    ...{ gasLimit: 2_000_000, gasFeeCap: 100n, gasPremium: 1n },
  };
  return async () => {
    using machine = await Machine.create({ network: 28, stateRoot, blockstore, epoch: 1 });
    let executed = 0;
    for (let nonce = 0; nonce < messages; nonce++) {
      const { receipt } = machine.executeSync({ ...transfer, nonce });
      if (receipt.exitCode === 0) executed++;
    }
    return executed;
  };
}
