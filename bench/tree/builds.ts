import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BlockCache } from "#src/blockstore/block-cache.js";
import type { sharedDecodedBlocks } from "#src/ipld/decoded-blocks.js";
import type { Machine } from "#src/vm/machine/machine.js";
import { BenchError } from "../bench-error.js";
import { packageFolder } from "../places.js";

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
export const otherBuild = (folder: string) => loadBuild("other build", resolve(folder));

async function loadBuild(name: string, folder: string): Promise<Build> {
  if (!existsSync(join(folder, "dist/index.js")))
    throw new BenchError(`${folder} has no dist: npm run build`);
  const load = (file: string) => import(pathToFileURL(join(folder, "dist", file)).href);
  const machine: { Machine: typeof Machine } = await load("vm/machine/machine.js");
  const cache: { BlockCache: typeof BlockCache } = await load("blockstore/block-cache.js");
  const decoded: { sharedDecodedBlocks: typeof sharedDecodedBlocks } = await load("ipld/decoded-blocks.js");
  return {
    name,
    Machine: machine.Machine,
    forget(what) {
      if (what === "decoded") decoded.sharedDecodedBlocks.clear();
      else cache.BlockCache.shared.clear();
    },
  };
}
