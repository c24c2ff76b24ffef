import { existsSync } from "node:fs";
import { join } from "node:path";
import { DATA_FILE } from "../../blockstore/lmdb/data-file.js";
import { LmdbBlockstore } from "../../blockstore/lmdb/lmdb-blockstore.js";
import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { anything, isFlag, isText, optional } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import { Chain, type ChainReadOptions } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { EpochIndex, IndexedTipset } from "../history/epoch-index.js";
import type { ChainNetwork } from "../networks/networks.js";
import { type MissingActors, missingActors } from "./actors.js";
import { ChainBlockstore } from "./chain-blockstore.js";
import { segmentAt, tipsetKeyOf, tipsetKeys } from "./epoch-segments.js";
import { type NetworkSource, networkOf, networkWithGenesis } from "./network-source.js";
import { type EpochRange, withRange } from "./ranges.js";
import { FORMAT_VERSION, type HeadRecord, readRecord, updateStore } from "./records.js";

/** Options of `ChainStore.open`. */
export interface ChainStoreOptions {
  /** The network, by name or as a network file's JSON. Default: the one that the folder remembers. */
  readonly network?: NetworkSource;
  /** Make the folder, if there is none of a chain. */
  readonly create?: boolean;
}

const CHECKS: Checks<ChainStoreOptions> = { network: anything, create: optional(isFlag) };

const IMPORT = "fvm chain import FILE --data DIR";

/**
 * A chain in a folder: its blocks, its head, where its tipsets are, and what of it has been validated. Any number of
 * processes and worker threads may have it open.
 */
export class ChainStore implements EpochIndex {
  /** Its blocks. What is put is stored when the promise resolves. */
  readonly blockstore: ChainBlockstore;
  /** Its tipsets, those far back by the index, too. */
  readonly chain: Chain;

  private constructor(
    /** Path. */
    readonly folder: string,
    /** @internal */
    readonly database: LmdbBlockstore,
  ) {
    this.blockstore = new ChainBlockstore(database);
    this.chain = new Chain(this.blockstore, { index: this });
  }

  /**
   * Opens a chain's folder.
   *
   * @throws FvmError NO_CHAIN, CHAIN_FORMAT, OTHER_NETWORK, INVALID_OPTION; as `LmdbBlockstore.open`
   */
  static async open(folder: string, options: ChainStoreOptions = {}): Promise<ChainStore> {
    checkOption("folder", folder, isText);
    const { network, create = false } = checkedOptionsOnly(options, CHECKS);
    if (!create && !existsSync(join(folder, DATA_FILE))) throw noChain(folder);
    const store = new ChainStore(folder, await LmdbBlockstore.open(folder));
    try {
      await store.#begin(create, network);
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** The network. Throws `FvmError` CHAIN_EMPTY before anything has said which. */
  get network(): ChainNetwork {
    return networkOf(this.networkSource);
  }

  /** As `network`, as the folder remembers it. @internal */
  get networkSource(): NetworkSource {
    const source = readRecord(this.database, "network");
    if (source === undefined) throw this.#empty();
    return source as NetworkSource;
  }

  /** CID of the first header; undefined if the headers do not go back to it. */
  get genesis(): Cid | undefined {
    const genesis = this.#head()?.genesis;
    return genesis === undefined ? undefined : parseCid(genesis);
  }

  /** Epochs of the tipsets that are there to be executed: the state that they are executed on is in the folder. */
  get states(): readonly EpochRange[] {
    return readRecord(this.database, "states") ?? [];
  }

  /** Epochs of the tipsets that were executed, and found to be right. */
  get validated(): readonly EpochRange[] {
    return readRecord(this.database, "validated") ?? [];
  }

  /** The heaviest tipset. Throws `FvmError` CHAIN_EMPTY; otherwise as `Chain.tipset`. */
  async head(options: ChainReadOptions = {}): Promise<ChainTipset> {
    const head = this.#head();
    if (head === undefined) throw this.#empty();
    return this.chain.tipset(head.key.map(parseCid), options);
  }

  /** Key of the main chain's tipset of an epoch; undefined after a null round, and for epochs that are not there. */
  keyAt(epoch: number): readonly Cid[] | undefined {
    const segment = segmentAt(this.#head()?.segments ?? [], epoch);
    return segment && tipsetKeyOf(this.database, segment.id, epoch);
  }

  /** Keys of the main chain's tipsets, ascending. */
  keys(range: EpochRange): AsyncIterable<IndexedTipset> {
    return tipsetKeys(this.database, this.#head()?.segments ?? [], range);
  }

  /** Remembers that tipsets were executed and found right, and that the states after them are there. */
  async addValidated(range: EpochRange): Promise<void> {
    const after = await this.#nextEpoch(range.to);
    await updateStore(this.database, (records) => ({
      records: {
        validated: withRange(records.get("validated") ?? [], range),
        states: withRange(records.get("states") ?? [], { from: range.from, to: after }),
      },
    }));
  }

  /** Builtin actors whose code the chain's states or the next migration need, and the folder lacks. */
  missingActors(): MissingActors[] {
    const head = this.#head();
    return head === undefined ? [] : missingActors(this.database, this.network, this.states, head.epoch);
  }

  /** Closes the files. Twice is once. */
  async close(): Promise<void> {
    await this.database.close();
  }

  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #begin(create: boolean, network: NetworkSource | undefined): Promise<void> {
    const format = readRecord(this.database, "format");
    if (format === undefined && !create) throw noChain(this.folder);
    if (format !== undefined && format > FORMAT_VERSION) {
      throw new FvmError("CHAIN_FORMAT", { folder: this.folder, version: format, supported: FORMAT_VERSION });
    }
    if (format === undefined) {
      await updateStore(this.database, () => ({ records: { format: FORMAT_VERSION } }));
    }
    if (network !== undefined) await this.setNetwork(network);
  }

  /** Remembers the network; one with the same genesis may take its place. Throws `FvmError` OTHER_NETWORK. @internal */
  async setNetwork(network: NetworkSource): Promise<void> {
    const known = readRecord(this.database, "network") as NetworkSource | undefined;
    if (JSON.stringify(known) === JSON.stringify(network)) return;
    const [given, found] = [networkOf(network), known && networkOf(known)];
    if (found !== undefined && found.genesis.cid !== given.genesis.cid) {
      throw new FvmError("OTHER_NETWORK", {
        expected: given.name,
        found: `${found.name}, in ${this.folder}`,
      });
    }
    await updateStore(this.database, () => ({ records: { network } }));
  }

  /**
   * Checks that a chain is the network's, or finds out which network it is of.
   *
   * @param genesis undefined if its headers do not go back so far
   * @throws FvmError OTHER_NETWORK, UNKNOWN_GENESIS
   * @internal
   */
  async checkGenesis(genesis: Cid | undefined): Promise<void> {
    const source = readRecord(this.database, "network") as NetworkSource | undefined;
    if (source === undefined) {
      const found = genesis && networkWithGenesis(genesis);
      if (found === undefined) throw unknownGenesis(genesis);
      return this.setNetwork(found);
    }
    const network = networkOf(source);
    if (genesis === undefined || genesis === network.genesis.cid) return;
    const expected = `${network.name}, genesis ${cidText(network.genesis.cid)}`;
    throw new FvmError("OTHER_NETWORK", { expected, found: `genesis ${cidText(genesis)}` });
  }

  #head(): HeadRecord | undefined {
    return readRecord(this.database, "head");
  }

  /** Epoch of the tipset on top of one; its own, if it is the head. */
  async #nextEpoch(epoch: number): Promise<number> {
    const head = this.#head();
    if (head === undefined) return epoch;
    for await (const next of this.keys({ from: epoch + 1, to: head.epoch })) return next.epoch;
    return epoch;
  }

  #empty(): FvmError {
    const isBegun = readRecord(this.database, "import") !== undefined;
    const remedy = isBegun ? `an import was not ended: ${IMPORT} of the same file goes on` : IMPORT;
    return new FvmError("CHAIN_EMPTY", { folder: this.folder, remedy });
  }
}

function noChain(folder: string): FvmError {
  return new FvmError("NO_CHAIN", { folder, remedy: IMPORT });
}

function unknownGenesis(genesis: Cid | undefined): FvmError {
  const remedy = "--network names a network, or its file";
  return new FvmError("UNKNOWN_GENESIS", { genesis: genesis && cidText(genesis), remedy });
}
