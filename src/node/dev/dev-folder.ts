import type { Blockstore } from "../../blockstore/blocks.js";
import { LayeredBlockstore } from "../../blockstore/layered-blockstore.js";
import { Chain } from "../../chain/history/chain.js";
import { FvmError } from "../../errors.js";
import type { ChainBase } from "./chain-base.js";
import type { ChainFile } from "./chain-file.js";
import { FolderDevStore } from "./dev-store.js";
import { pointBelow } from "./point-below.js";

/**
 * Opens a folder whose chain another node has made beneath one's own blocks.
 *
 * @throws FvmError INVALID_STORE if that chain has itself gone on from another one; as `FolderDevStore.open`
 */
export async function openDevFolder(own: Blockstore, { path, epoch }: ChainFile): Promise<ChainBase> {
  const store = await FolderDevStore.open(path);
  const { record } = store;
  if (record === undefined || record.fork !== undefined || record.from !== undefined) {
    await store.close();
    const reason = "its chain is not whole: it has gone on from another one (anvil_dumpState has all of it)";
    throw new FvmError("INVALID_STORE", { store: path, reason });
  }
  const blockstore = new LayeredBlockstore([own, store.blockstore], { keep: false });
  const point = async () => {
    const chain = new Chain(blockstore);
    return pointBelow(chain, await chain.tipset(record.head), epoch, record.network);
  };
  return { blockstore, index: undefined, point, close: () => store.close() };
}
