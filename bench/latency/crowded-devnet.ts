import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { wasmOf, writeBuiltins } from "#src/chain/devnet/builtins.js";
import { DevnetChain } from "#src/chain/devnet/devnet-chain.js";
import { writeFirstState } from "#src/chain/devnet/genesis-state.js";
import type { Cid } from "#src/encoding/cid.js";
import { openBundle } from "#src/tools/bundles/bundle.js";
import { bundleFolders, findBundle } from "#src/tools/bundles/folders.js";
import { accountAddress, addAccounts } from "../growth/add-accounts.js";

const NETWORK_VERSION = 28;
const CHAIN_ID = 31_415_926;

/** People of the first state. */
export interface Crowd {
  /** Accounts besides those that send messages. */
  readonly accounts: number;
  /** Of each kind of signature, somewhere among the others. */
  readonly senders: number;
  readonly providers?: number;
}

/** A chain with a large first state. */
export async function crowdedDevnet({ accounts, senders, providers = 0 }: Crowd): Promise<DevnetChain> {
  const bundle = openBundle(findBundle(bundleFolders(), { version: 18, network: "mainnet" }));
  const actors = new Map([[NETWORK_VERSION, bundle]]);
  const blockstore = new MemoryBlockstore();
  const codes = await writeBuiltins(blockstore, actors);
  const small = await writeFirstState(blockstore, {
    networkVersion: NETWORK_VERSION,
    networkName: "devnet",
    chainId: CHAIN_ID,
    actors: wasmOf(NETWORK_VERSION, actors, codes),
    reserve: accountAddress(2 ** 31),
    rootKey: accountAddress(2 ** 31 + 1),
  });
  const stateRoot = await addAccounts(
    blockstore,
    small,
    accounts,
    codes.get(NETWORK_VERSION)?.account as Cid,
  );
  return DevnetChain.create({
    seed: "latency",
    networkVersion: NETWORK_VERSION,
    actors,
    blockstore,
    stateRoot,
    chainId: CHAIN_ID,
    accountsOfEach: senders,
    providers,
  });
}
