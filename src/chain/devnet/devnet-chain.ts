import { type Blockstore, storeBlocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { throwIfAborted } from "../../util/abort.js";
import { is, isArray, isFunction, isSignal, optional, within } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import type { ChainNode } from "../execution/node.js";
import type { TipsetResult } from "../execution/tipset.js";
import { Chain } from "../history/chain.js";
import { type ChainTipset, chainTipset, firstHeader } from "../history/chain-tipset.js";
import { readChainNetwork } from "../networks/network-file.js";
import type { ChainNetwork } from "../networks/networks.js";
import { chainNode } from "../node/chain-node.js";
import { executeChainTipset } from "../node/execute-chain-tipset.js";
import { baseFeeRuleAt, nextBaseFee } from "../rules/base-fee.js";
import { beaconRoundAt } from "../rules/beacon-round.js";
import { weightAfter } from "../rules/weight.js";
import type { SigningKey } from "../signatures/keys.js";
import { entryMaker } from "../signatures/own-beacon.js";
import { signBlock } from "../signatures/sign.js";
import { type BeaconEntry, type BlockHeader, encodeHeader, headerCid } from "../types/header.js";
import type { SignedMessage } from "../types/signed-message.js";
import { type BlockGround, unsignedBlock } from "./block.js";
import { beginDevnet, type DevnetBeginning } from "./create.js";
import { type DevnetMiner, Elections, type Winner } from "./election.js";
import type { NetworkFile } from "./network-file.js";
import type { DevnetProvider } from "./providers.js";
import { checkedSettings, type DevnetOptions } from "./settings.js";

/** Messages of the blocks: the same in each, or by the miner. */
export type MinedMessages = readonly SignedMessage[] | ((miner: DevnetMiner) => readonly SignedMessage[]);

/** Options of `DevnetChain.mine`. */
export interface MineOptions {
  /** Epochs without blocks before the tipset, besides those that nobody wins: up to 8,000. Default 0. */
  readonly nullRounds?: number;
  /** Who may make a block, if they win. Default: all miners. */
  readonly miners?: readonly DevnetMiner[];
  /**
   * Messages of the blocks. They are taken as they are, whatever rules blocks have: BLS first, otherwise in this
   * order. Default: none.
   */
  readonly messages?: MinedMessages;
  /** Changes a block before it is signed, to make one that breaks a rule. */
  readonly edit?: (header: BlockHeader, miner: DevnetMiner) => BlockHeader;
  /** Ends it early; the chain stays as it was. */
  readonly signal?: AbortSignal;
}

const isMessages = is(
  (value) => typeof value === "function" || isArray(value) === undefined,
  "an array or a function",
);
const isMiners = is((value) => isArray(value) === undefined && (value as []).length > 0, "one miner or more");
/** A header has an entry of the beacon for each, and 8,192 at most. */
const MOST_NULL_ROUNDS = 8000;
const MINE_CHECKS: Checks<MineOptions> = {
  nullRounds: optional(within(0, MOST_NULL_ROUNDS)),
  miners: optional(isMiners),
  messages: optional(isMessages),
  edit: optional(isFunction),
  signal: optional(isSignal),
};

/**
 * A chain to test with: a state of real builtin actors, accounts and miners whose keys are known, and tipsets of
 * blocks that follow every rule but the proof of spacetime, which is a text. All of it follows from the seed and from
 * what is mined. One operation at a time.
 */
export class DevnetChain {
  #head: ChainTipset;
  #executed: { readonly tipset: ChainTipset; readonly result: TipsetResult } | undefined;
  readonly #elections: Elections;

  readonly network: ChainNetwork;
  readonly chain: Chain;
  readonly node: ChainNode;

  private constructor(
    readonly blockstore: Blockstore,
    private readonly beginning: DevnetBeginning,
  ) {
    this.network = readChainNetwork(beginning.file);
    this.chain = new Chain(blockstore);
    this.node = chainNode({ network: this.network, chain: this.chain, proofs: acceptProofs });
    this.#head = beginning.genesis;
    this.#elections = new Elections(this.chain, this.network);
  }

  /**
   * Makes the first state and block. Throws `FvmError` INVALID_OPTION, UNKNOWN_NETWORK_VERSION, UPGRADE_NOT_SUPPORTED;
   * INVALID_STATE if the state to begin with refuses people; as `Machine`.
   */
  static async create(options: DevnetOptions): Promise<DevnetChain> {
    const settings = checkedSettings(options);
    return new DevnetChain(settings.blockstore, await beginDevnet(settings));
  }

  /** The network as a file describes it. */
  get networkFile(): NetworkFile {
    return this.beginning.file;
  }

  get genesis(): ChainTipset {
    return this.beginning.genesis;
  }

  get miners(): readonly DevnetMiner[] {
    return this.beginning.miners;
  }

  /** Miners with sectors, which make no blocks. */
  get providers(): readonly DevnetProvider[] {
    return this.beginning.providers;
  }

  /** May give data cap to clients. */
  get verifier(): SigningKey {
    return this.beginning.verifier;
  }

  /** Keys of accounts of the first state. */
  get accounts(): readonly SigningKey[] {
    return this.beginning.accounts;
  }

  /** Code of a builtin actor, such as `multisig`. Throws `FvmError` INVALID_OPTION if the chain never has it. */
  codeOf(version: number, name: string): Cid {
    const code = this.beginning.codes.get(version)?.[name];
    if (code !== undefined) return code;
    throw new FvmError("INVALID_OPTION", {
      option: "name",
      reason: `no actor ${name} in network version ${version}`,
    });
  }

  /** The last tipset. */
  get head(): ChainTipset {
    return this.#head;
  }

  /** Goes on from an earlier tipset of this chain. */
  rewind(tipset: ChainTipset): void {
    this.#head = tipset;
  }

  /** Result of executing the last tipset; undefined of genesis, which is not executed. Throws as `executeTipset`. */
  async executeHead(signal?: AbortSignal): Promise<TipsetResult | undefined> {
    const tipset = this.#head;
    if (tipset.epoch === 0) return undefined;
    if (this.#executed?.tipset !== tipset) {
      const options = signal === undefined ? {} : { signal };
      const result = await executeChainTipset(this.node, this.chain, tipset, options);
      this.#executed = { tipset, result };
    }
    return this.#executed.result;
  }

  /**
   * Makes the next tipset, of the blocks of all who may make one and win, in the first epoch that one of them wins. It
   * is executed when somebody needs its state.
   *
   * @throws FvmError INVALID_OPTION, INVALID_TIPSET; as `executeTipset` of the tipset before
   */
  async mine(options: MineOptions = {}): Promise<ChainTipset> {
    const checked = checkedOptions(options, MINE_CHECKS);
    const { nullRounds = 0, miners = this.miners, messages = [], edit, signal } = checked;
    throwIfAborted(signal);
    const parent = this.#head;
    const waiting = signal === undefined ? {} : { signal };
    const ground = await this.#groundAt(parent, waiting);
    const { epoch, beaconEntries, winners } = await this.#election(parent, nullRounds, miners, waiting);
    const headers: BlockHeader[] = [];
    for (const winner of winners) {
      throwIfAborted(signal);
      const { miner } = winner;
      const own = typeof messages === "function" ? messages(miner) : messages;
      const unsigned = await unsignedBlock(this.blockstore, { ...ground, epoch, beaconEntries }, winner, own);
      headers.push(signBlock(edit?.(unsigned, miner) ?? unsigned, miner.worker));
    }
    const blocks = headers.map((header) => ({ cid: headerCid(header), data: encodeHeader(header) }));
    await storeBlocks(this.blockstore, blocks, signal);
    this.#head = chainTipset(headers);
    return this.#head;
  }

  /** The first epoch that one of the candidates wins. */
  async #election(
    parent: ChainTipset,
    nullRounds: number,
    candidates: readonly DevnetMiner[],
    waiting: { readonly signal?: AbortSignal },
  ): Promise<{ epoch: number; beaconEntries: BeaconEntry[]; winners: readonly Winner[] }> {
    const entryOf = entryMaker(this.beginning.beacon);
    const beaconEntries: BeaconEntry[] = [];
    for (let epoch = parent.epoch + 1; ; epoch++) {
      const entry = entryOf(beaconRoundAt(this.network, epoch));
      beaconEntries.push(entry);
      if (epoch <= parent.epoch + nullRounds) continue;
      const winners = await this.#elections.winners(candidates, parent, epoch, entry, waiting);
      if (winners.length > 0) return { epoch, beaconEntries, winners };
      if (epoch > parent.epoch + MOST_NULL_ROUNDS) {
        throw new FvmError("INVALID_OPTION", { option: "miners", reason: "none of them ever wins" });
      }
    }
  }

  /** Facts that the blocks on a tipset state about it. */
  async #groundAt(
    parent: ChainTipset,
    waiting: { readonly signal?: AbortSignal },
  ): Promise<Omit<BlockGround, "epoch" | "beaconEntries">> {
    const result = await this.executeHead(waiting.signal);
    const first = firstHeader(parent);
    const rule = baseFeeRuleAt(this.network, parent.epoch);
    return {
      parent,
      stateRoot: result?.stateRoot ?? first.parentStateRoot,
      receiptsRoot: result?.receiptsRoot ?? first.parentMessageReceipts,
      baseFee: nextBaseFee(rule, first.parentBaseFee, await this.chain.messages(parent)),
      weight: weightAfter(parent.headers, await this.#elections.powerBefore(parent, waiting)),
      blockDelay: this.network.blockDelay,
    };
  }
}
