import type { Blockstore } from "#src/blockstore/blocks.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import type { Cid } from "#src/encoding/cid.js";
import type { Block } from "#src/ipld/block-access.js";
import { Genesis } from "#src/vm/genesis/genesis.js";
import { genesisOptions } from "../micro/network.js";
import { addAccounts } from "./add-accounts.js";

/** A state of many accounts, each with a key address that the init actor knows. */
export interface BigState {
  readonly blockstore: MemoryBlockstore;
  readonly stateRoot: Cid;
  readonly count: number;
}

/** @param code of the builtin actors. Default: one that cannot be called */
export async function bigState(count: number, code?: Uint8Array): Promise<BigState> {
  const blockstore = new MemoryBlockstore();
  const { builtins } = genesisOptions;
  const genesis = new Genesis(blockstore, {
    ...genesisOptions,
    builtins: Object.fromEntries(Object.entries(builtins).map(([name, usual]) => [name, code ?? usual])),
  });
  const small = await genesis.write();
  const stateRoot = await addAccounts(blockstore, small, count, genesis.codeOf("account"));
  return { blockstore, stateRoot, count };
}

/** Blocks that machines write stay apart, so that the next one finds the state as it was. Counts bytes. */
export class Overlay implements Blockstore {
  bytesRead = 0;
  bytesWritten = 0;
  readonly #written = new MemoryBlockstore();

  constructor(private readonly below: MemoryBlockstore) {}

  get(cid: Cid): Uint8Array | undefined {
    const data = this.#written.get(cid) ?? this.below.get(cid);
    this.bytesRead += data?.length ?? 0;
    return data;
  }

  putMany(blocks: readonly Block[]): void {
    for (const { data } of blocks) this.bytesWritten += data.length;
    this.#written.putMany(blocks);
  }
}
