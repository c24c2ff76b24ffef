import { statSync } from "node:fs";
import type { Blockstore } from "../../blockstore/blocks.js";
import { CarBlockstore } from "../../blockstore/car/car-blockstore.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import type { ChainStore } from "../../chain/store/chain-store.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError, isFvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { bundleFolders } from "../../tools/bundles/folders.js";
import { openChain } from "../chain/options.js";
import { existingFolder } from "../existing-folder.js";
import { UsageError } from "../usage-error.js";
import { BundleBlocks } from "./bundle-blocks.js";
import type { StoreValues } from "./options.js";

/** CAR files or a chain's folder, and below them bundles of builtin actors. What is written stays in memory. */
export class InputStore implements Blockstore, AsyncDisposable {
  readonly #written = new MemoryBlockstore();

  private constructor(
    /** Names of the files or the folder. */
    readonly names: readonly string[],
    private readonly cars: readonly CarBlockstore[],
    /** The chain's folder, if it is one. */
    readonly folder: ChainStore | undefined,
    private readonly bundleFolders: readonly string[],
    private bundles: BundleBlocks,
  ) {}

  /**
   * Throws `UsageError`, `FvmError` INVALID_CAR, the file system's errors; as `ChainStore.open`.
   *
   * @param actorsVersion whose bundles may fill in; default: mainnet's of all versions
   */
  static async open(values: StoreValues, command: string, actorsVersion?: number): Promise<InputStore> {
    const { data, store: files, bundles } = values;
    if (data !== undefined && files.length > 0) {
      throw new UsageError("there are --data and --store: one of both", command);
    }
    if (data === undefined && files.length === 0) throw new UsageError("--store is missing", command);
    const folders = bundleFolders(existingFolder("bundles", bundles, command));
    const folder = data === undefined ? undefined : await openChain({ data }, command);
    const cars = await openCarFiles(files);
    return new InputStore(namesOf(values), cars, folder, folders, new BundleBlocks(folders, actorsVersion));
  }

  /** From now on bundles of this version of the actors fill in, of any network. */
  useActors(version: number): void {
    this.bundles = new BundleBlocks(this.bundleFolders, version);
  }

  /** Roots of the first file. */
  get roots(): readonly Cid[] {
    return this.cars[0]?.roots ?? [];
  }

  get(cid: Cid): Uint8Array | undefined {
    const written = this.#written.get(cid) ?? this.folder?.blockstore.get(cid);
    if (written !== undefined) return written;
    for (const car of this.cars) {
      const data = car.get(cid);
      if (data !== undefined) return data;
    }
    return this.bundles.get(cid);
  }

  putMany(blocks: readonly Block[]): void {
    this.#written.putMany(blocks);
  }

  /** Throws `FvmError` INVALID_STATE if the block is not there. @param what the block is, for the error */
  require(cid: Cid, what: string): void {
    if (this.get(cid) !== undefined) return;
    throw new FvmError("INVALID_STATE", {
      reason: `${what} is not in ${this.names.join(", ")}`,
      cid: cidText(cid),
    });
  }

  async close(): Promise<void> {
    for (const car of this.cars) car.close();
    await this.folder?.close();
  }

  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Names of what blocks are read from, for errors. */
export function namesOf({ data, store }: Pick<StoreValues, "data" | "store">): readonly string[] {
  return data === undefined ? store : [data];
}

async function openCarFiles(files: readonly string[]): Promise<CarBlockstore[]> {
  const cars: CarBlockstore[] = [];
  try {
    for (const file of files) cars.push(await openCarFile(file));
    return cars;
  } catch (error) {
    for (const car of cars) car.close();
    throw error;
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
