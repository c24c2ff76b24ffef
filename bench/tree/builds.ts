import type { BlockCache } from "#src/blockstore/block-cache.js";
import type { sharedDecodedBlocks } from "#src/ipld/decoded-blocks.js";
import type { Machine } from "#src/vm/machine/machine.js";
import { modulesOf, packageFolder } from "../places.js";

/** A build of this project, loaded into this process. */
export interface Build {
  readonly name: string;
  readonly Machine: typeof Machine;
  /** Forgets what all machines share: decoded values, and with `blocks` the blocks in the addon, too. */
  forget(what: "decoded" | "blocks"): void;
}

/** This one. */
export const ownBuild = () => loadBuild("this build", packageFolder);

/** Another one. Throws `BenchError` if the folder has none. */
export const otherBuild = (folder: string) => loadBuild("other build", folder);

async function loadBuild(name: string, folder: string): Promise<Build> {
  const load = modulesOf(folder);
  const machine = (await load("vm/machine/machine.js")) as { Machine: typeof Machine };
  const cache = (await load("blockstore/block-cache.js")) as { BlockCache: typeof BlockCache };
  const decoded = (await load("ipld/decoded-blocks.js")) as {
    sharedDecodedBlocks: typeof sharedDecodedBlocks;
  };
  return {
    name,
    Machine: machine.Machine,
    forget(what) {
      if (what === "decoded") decoded.sharedDecodedBlocks.clear();
      else cache.BlockCache.shared.clear();
    },
  };
}
