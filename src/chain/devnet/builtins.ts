import { walkBlocks } from "../../blockstore/access.js";
import { type Blockstore, storeBlocks } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { readBuiltinActors } from "../../builtin/read-builtin-actors.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { retrying } from "../../ipld/retrying.js";
import { networkVersion } from "../../vm/network/version.js";
import { type ManifestEntry, readManifest, readManifestRoot } from "../../vm/state-tree/manifest.js";

/** Builtin actors: the CID of their manifest, and the blocks of their bundle. */
export interface DevnetActors {
  readonly manifest: Cid;
  readonly blocks: ReadonlyMap<Cid, Uint8Array>;
}

/** Codes of builtin actors: by network version, by name in the manifest's order. */
export type BuiltinCodes = ReadonlyMap<number, Readonly<Record<string, Cid>>>;

/** Stores builtin actors, and returns their codes. Throws `FvmError` INVALID_MANIFEST, `HostFault`. */
export async function writeBuiltins(
  blockstore: Blockstore,
  actors: ReadonlyMap<number, DevnetActors>,
): Promise<BuiltinCodes> {
  const codes = new Map<number, Readonly<Record<string, Cid>>>();
  for (const [version, { manifest, blocks }] of actors) {
    const all = Array.from(blocks, ([cid, data]) => ({ cid, data }));
    await storeBlocks(blockstore, all, undefined);
    codes.set(version, Object.fromEntries(await readEntries(blockstore, manifest)));
  }
  return codes;
}

function readEntries(blockstore: Blockstore, manifest: Cid): Promise<readonly ManifestEntry[]> {
  return walkBlocks(blockstore, function* (blocks) {
    return yield* retrying(() => readManifest(blocks, readManifestRoot(blocks, manifest), []).entries);
  });
}

/** Code of a version's actors by name, in the manifest's order. Throws `FvmError` INVALID_OPTION if some is not there. */
export function wasmOf(
  version: number,
  actors: ReadonlyMap<number, DevnetActors>,
  codes: BuiltinCodes,
): Readonly<Record<string, Uint8Array>> {
  const blocks = actors.get(version)?.blocks;
  const entries = Object.entries(codesOf(version, codes)).map(([name, code]) => {
    const wasm = blocks?.get(code);
    if (wasm === undefined) throw invalid(`no code of ${name} of network version ${version}`);
    return [name, wasm] as const;
  });
  return Object.fromEntries(entries);
}

/** Throws `FvmError` INVALID_OPTION unless a state has these actors; as `readBuiltinActors`. */
export async function checkActors(
  blockstore: Blockstore,
  stateRoot: Cid,
  version: number,
  codes: BuiltinCodes,
): Promise<void> {
  const builtins = await readBuiltinActors(blockstore, stateRoot, version);
  for (const [name, code] of Object.entries(codesOf(version, codes))) {
    if (builtins.codeOf(name as ActorType) !== code) {
      throw invalid(`the state's actor ${name} is not that of network version ${version}`);
    }
  }
}

function codesOf(version: number, codes: BuiltinCodes): Readonly<Record<string, Cid>> {
  const found = codes.get(version);
  if (found !== undefined) return found;
  const { actorsVersion } = networkVersion(version);
  throw invalid(`none of network version ${version}, actors v${actorsVersion}`);
}

function invalid(reason: string): FvmError {
  return new FvmError("INVALID_OPTION", { option: "actors", reason });
}
