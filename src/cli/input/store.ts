import { statSync } from "node:fs";
import type { Blockstore } from "../../blockstore/blocks.js";
import { CarBlockstore } from "../../blockstore/car/car-blockstore.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError, isFvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { type Bundle, openBundle } from "../../tools/bundles/bundle.js";
import { type BundleFile, bundleFiles, bundleFolders } from "../../tools/bundles/folders.js";
import { existingFolder } from "../existing-folder.js";
import { UsageError } from "../usage-error.js";
import type { StoreValues } from "./options.js";

/** CAR files, and below them bundles of builtin actors. What is written stays in memory. */
export class InputStore implements Blockstore, Disposable {
  private constructor(
    readonly files: readonly string[],
    private readonly cars: readonly [CarBlockstore, ...CarBlockstore[]],
    private readonly folders: readonly string[],
    private bundles: BundleBlocks,
  ) {}

  /**
   * Throws `UsageError`, `FvmError` INVALID_CAR, and the file system's errors.
   *
   * @param actorsVersion whose bundles may fill in; default: mainnet's of all versions
   */
  static async open(
    { store: files, bundles }: StoreValues,
    command: string,
    actorsVersion?: number,
  ): Promise<InputStore> {
    if (files.length === 0) throw new UsageError("--store is missing", command);
    const folders = bundleFolders(existingFolder("bundles", bundles, command));
    const cars: CarBlockstore[] = [];
    try {
      for (const file of files) cars.push(await openCarFile(file));
    } catch (error) {
      for (const car of cars) car.close();
      throw error;
    }
    return new InputStore(
      files,
      cars as [CarBlockstore, ...CarBlockstore[]],
      folders,
      new BundleBlocks(folders, actorsVersion),
    );
  }

  /** From now on bundles of this version of the actors fill in, of any network. */
  useActors(version: number): void {
    this.bundles = new BundleBlocks(this.folders, version);
  }

  /** Roots of the first file. */
  get roots(): readonly Cid[] {
    return this.cars[0].roots;
  }

  get(cid: Cid): Uint8Array | undefined {
    for (const car of this.cars) {
      const data = car.get(cid);
      if (data !== undefined) return data;
    }
    return this.bundles.get(cid);
  }

  putMany(blocks: readonly Block[]): void {
    this.cars[0].putMany(blocks);
  }

  /** Throws `FvmError` INVALID_STATE if the block is not there. @param what the block is, for the error */
  require(cid: Cid, what: string): void {
    if (this.get(cid) !== undefined) return;
    throw new FvmError("INVALID_STATE", {
      reason: `${what} is not in ${this.files.join(", ")}`,
      cid: cidText(cid),
    });
  }

  close(): void {
    for (const car of this.cars) car.close();
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** An error about a CAR says which it is. */
async function openCarFile(file: string): Promise<CarBlockstore> {
  if (statSync(file).isDirectory()) throw carError(file, 0, "a folder");
  try {
    return await CarBlockstore.open(file);
  } catch (cause) {
    if (isFvmError(cause, "INVALID_CAR")) throw carError(file, cause.details.offset, cause.details.reason);
    throw cause;
  }
}

function carError(file: string, offset: number, reason: string): FvmError {
  return new FvmError("INVALID_CAR", { offset, reason: `${file}: ${reason}` });
}

/** Blocks of bundles. A bundle is read when something is not in those before it. */
class BundleBlocks {
  readonly #files: BundleFile[];
  readonly #bundles: Bundle[] = [];

  /** @param version of the actors; undefined: mainnet's actors of all versions, the newest first */
  constructor(folders: readonly string[], version: number | undefined) {
    this.#files = folders
      .flatMap(bundleFiles)
      .filter((file) => (version === undefined ? isMainnet(file) : file.version === version))
      .sort((a, b) => b.version - a.version || Number(isMainnet(b)) - Number(isMainnet(a)));
  }

  get(cid: Cid): Uint8Array | undefined {
    for (let at = 0; ; at++) {
      const bundle = this.#bundles[at] ?? this.#openNext();
      const data = bundle?.blocks.get(cid);
      if (data !== undefined || bundle === undefined) return data;
    }
  }

  #openNext(): Bundle | undefined {
    const next = this.#files.shift();
    if (next === undefined) return undefined;
    const bundle = openBundle(next.path);
    this.#bundles.push(bundle);
    return bundle;
  }
}

function isMainnet({ path }: BundleFile): boolean {
  return path.endsWith("builtin-actors-mainnet.car");
}
