import type { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { CborReader } from "../../ipld/cbor.js";
import type { BlockDecoder } from "../../ipld/decoded-blocks.js";

/** The only layout of manifests there is. */
const VERSION = 1;

const SINGLETONS = ["system", "init", "reward", "cron", "storagepower", "storagemarket", "verifiedregistry"];

/** A builtin actor: its name and code. */
export type ManifestEntry = readonly [name: string, code: Cid];

/** The builtin actors of a bundle, by type and by code. Source: fvm/src/machine/manifest.rs. */
export class Manifest {
  readonly account: Cid;
  /** From network version 18 on. */
  readonly placeholder: Cid | undefined;
  /** From network version 18 on. */
  readonly ethAccount: Cid | undefined;
  /** Code of actors of which there is one, by the rules of network versions up to 17. */
  readonly singletons: ReadonlySet<Cid>;
  private readonly codes: ReadonlyMap<string, Cid>;
  private readonly types: ReadonlyMap<Cid, number>;

  /** @param entries in the bundle's order, which numbers the actor types from 1 */
  constructor(readonly entries: readonly ManifestEntry[]) {
    const codes = new Map(entries);
    this.codes = codes;
    this.account = codes.get("account") as Cid;
    this.placeholder = codes.get("placeholder");
    this.ethAccount = codes.get("ethaccount");
    this.singletons = new Set(SINGLETONS.flatMap((name) => codes.get(name) ?? []));
    // Of two names with one code the last one gives the type.
    this.types = new Map(entries.map(([, code], index) => [code, index + 1]));
  }

  /** Throws `FvmError` INVALID_MANIFEST unless these are there. */
  require(names: readonly string[]): void {
    const missing = names.filter((name) => !this.codes.has(name));
    if (missing.length > 0)
      throw new FvmError("INVALID_MANIFEST", { reason: `no actor ${missing.join(", ")}` });
  }

  /** Code of the actor of this name. */
  code(name: string): Cid | undefined {
    return this.codes.get(name);
  }

  /** 0 = not a builtin actor. */
  typeOf(code: Cid): number {
    return this.types.get(code) ?? 0;
  }

  codeOf(type: number): Cid | undefined {
    return this.entries[type - 1]?.[1];
  }
}

/** Reads a bundle's manifest block: the CID of its list of actors. */
export function readManifestRoot(blocks: Blocks, manifest: Cid): Cid {
  const reader = new CborReader(blocks.get(manifest));
  reader.tuple(2);
  const version = reader.u32();
  const data = reader.cid();
  reader.end();
  if (version !== VERSION) {
    throw new FvmError("INVALID_MANIFEST", { reason: `version ${version}`, cid: cidText(manifest) });
  }
  return data;
}

/** A list of actors: pairs of name and code. */
export const manifestDecoder: BlockDecoder<Manifest> = {
  decode(reader) {
    const entries: ManifestEntry[] = [];
    for (let count = reader.array(); count > 0; count--) {
      reader.tuple(2);
      entries.push(Object.freeze([reader.text(), reader.cid()] as const));
    }
    return new Manifest(Object.freeze(entries));
  },
};

/** Reads a list of actors. Throws `FvmError` INVALID_MANIFEST unless those `required` are in it. */
export function readManifest(blocks: Blocks, data: Cid, required: readonly string[]): Manifest {
  const manifest = blocks.read(data, manifestDecoder);
  manifest.require(required);
  return manifest;
}
