import { FvmError } from "../../errors.js";
import type { MnemonicKeys } from "../dev/accounts.js";
import type { ChainChoice } from "../dev/chain-choice.js";
import type { DevRecord } from "../dev/dev-record.js";
import type { DevStore } from "../dev/dev-store.js";
import type { Fork } from "../dev/fork/fork-store.js";
import { type DevChain, type DevChainOptions, startDevChain } from "../dev/start.js";
import { dumpState, loadState } from "../dev/state-file.js";
import type { Node, NodeSettings } from "../node.js";
import { nodeOf, stopTelling } from "./node-parts.js";

/** When a development node makes tipsets by itself. */
export interface Mining {
  /** Whether it makes one for each message that comes. */
  readonly automine: boolean;
  /** Milliseconds; 0: it does not. */
  readonly interval: number;
}

/** A development node, whose chain may become another one while it runs. */
export class DevSession implements ChainChoice {
  /** Its parts are those of the chain that it has now. */
  readonly node: Node;
  readonly #beginning: DevRecord;
  readonly #first: DevChain;
  #current: DevChain;

  private constructor(
    started: DevChain,
    private readonly options: DevChainOptions & { readonly store: DevStore },
    private readonly settings: NodeSettings,
    private readonly mining: Mining,
  ) {
    this.#first = this.#current = started;
    this.#beginning = started.record();
    this.node = { ...this.#partsOf(started), chains: this };
  }

  /** Starts a node. Throws as `startDevChain`. */
  static async start(
    options: DevChainOptions & { readonly store: DevStore },
    settings: NodeSettings,
    mining: Mining,
  ): Promise<DevSession> {
    return new DevSession(await startDevChain(options), options, settings, mining);
  }

  get keys(): MnemonicKeys {
    return this.#current.keys;
  }

  /** Facts that the chain needs besides its blocks. */
  record(): DevRecord {
    return this.#current.record();
  }

  async reset(): Promise<void> {
    if (this.#current === this.#first) await this.#first.dev.reset();
    else await this.#goOnWith(this.#beginning);
  }

  async fork({ url, epoch }: Partial<Fork>): Promise<void> {
    const asked = url ?? this.record().fork?.url;
    if (asked === undefined) throw invalidFork("jsonRpcUrl", "the node is no fork, and no node is named");
    const { from: _from, ...options } = this.options;
    await this.#goOnWith(undefined, {
      ...options,
      fork: { url: asked, ...(epoch !== undefined && { epoch }) },
    });
  }

  async setForkUrl(url: string): Promise<void> {
    const { fork, ...record } = this.record();
    if (fork === undefined) throw invalidFork("url", "the node is no fork");
    await this.#goOnWith({ ...record, fork: { ...fork, url } });
  }

  dump(): Promise<Uint8Array> {
    return dumpState(this.options.store.blockstore, this.record());
  }

  async load(data: Uint8Array): Promise<void> {
    const { blocks, record } = await loadState(data);
    await this.options.store.blockstore.putMany(blocks);
    await this.#goOnWith(record);
  }

  async close(): Promise<void> {
    stopTelling(this.node);
    await this.#current.close();
  }

  /** Starts another chain in the same store, and then leaves the one that there is. */
  async #goOnWith(record: DevRecord | undefined, options: DevChainOptions = this.options): Promise<void> {
    const { mnemonic: _mnemonic, accounts: _accounts, ...others } = options;
    const { store } = this.options;
    const same = sameStore(store, record);
    const old = this.#current;
    await old.dev.giveWay(async () => {
      const started = await startDevChain({ ...(record === undefined ? options : others), store: same });
      const { subscriptions, filters } = this.node;
      this.#current = started;
      const parts = this.#partsOf(started);
      parts.subscriptions.takeOver(subscriptions);
      filters.close();
      Object.assign(this.node, parts);
    });
    await old.close();
  }

  #partsOf({ chain, pool, dev }: DevChain): Omit<Node, "chains"> {
    dev.automine = this.mining.automine;
    dev.interval = this.mining.interval;
    const parts = nodeOf(chain, pool, this.settings);
    // Clients ask for receipts next: they are made while nobody waits for an answer.
    chain.onChange(() => setImmediate(() => parts.eth.tipset(dev.latest, {}).catch(() => undefined)));
    return { ...parts, dev };
  }
}

/** The place where a chain is kept, for another chain: what the store has beside blocks goes with the first save. */
function sameStore(store: DevStore, record: DevRecord | undefined): DevStore {
  let isFirst = true;
  return {
    blockstore: store.blockstore,
    record,
    entries: store.entries && new Map(),
    save: async (next, changes) => {
      const gone = isFirst
        ? [...(store.entries?.keys() ?? [])].map((name) => [name, undefined] as const)
        : [];
      await store.save(next, new Map([...gone, ...changes]));
      isFirst = false;
    },
    close: async () => undefined,
  };
}

function invalidFork(option: string, reason: string): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason });
}
