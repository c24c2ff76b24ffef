import type { BlockAccessOptions } from "../../blockstore/access.js";
import { BlockCache } from "../../blockstore/block-cache.js";
import { Flights } from "../../blockstore/flights.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { throwIfAborted } from "../../util/abort.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { is, isFunction, optional, within } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { Chain } from "../history/chain.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import { ElectionStates } from "../rules/election-states.js";
import type { BlockMessages } from "../types/message-meta.js";
import { type BaseFacts, baseFacts } from "./base-facts.js";
import { headerRefusal } from "./header-checks.js";
import { type JoinedSignatures, joinedSignatures } from "./joined-signatures.js";
import { addMessageSignatures } from "./message-signatures.js";
import { type MiningRules, miningRefusal, type WinningPostVerifier } from "./mining-checks.js";
import { type PreparedBlock, preparedBlock } from "./prepared-block.js";
import type { BlockRefusal, RefusedBlock } from "./refusal.js";
import { SignatureChecks, type Verify, verifyAtOnce } from "./signature-checks.js";
import { checkSenders, type Outcome, outcomeRefusal } from "./state-checks.js";
import { TipsetMessages } from "./tipset-messages.js";
import { type PreparedTipset, Validation } from "./validation.js";

/** Options of `BlockValidator`. */
export interface BlockValidatorOptions {
  readonly blockCache?: BlockCache;
  /** Checks winning PoSts. Default: they are not checked. */
  readonly verifyWinningPost?: WinningPostVerifier;
  /** Seconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
  /**
   * Threads that check signatures at the same time, the calling one among them: tipsets then wait for each other, and are
   * checked together. Default: each tipset has half of libuv's pool, or as many as there are cores.
   */
  readonly signatureThreads?: number;
}

/** Options of a validation. */
export interface ValidateOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** Messages of a tipset's blocks. */
interface KeptMessages {
  readonly blocks: readonly BlockMessages[];
  readonly known: TipsetMessages;
}

/** Threads of libuv's pool, at most. */
const MOST_THREADS = 1024;

const CHECKS: Checks<BlockValidatorOptions> = {
  blockCache: optional(is(BlockCache.is, "a BlockCache")),
  verifyWinningPost: optional(isFunction),
  now: optional(isFunction),
  signatureThreads: optional(within(1, MOST_THREADS)),
};

/** Tipsets whose messages are remembered, at least: those that others are being built on. */
const TIPSETS_KEPT = 32;

/**
 * Checks blocks by all rules of their network, the cheap ones first; winning PoSts only with a verifier of them. Source:
 * Lotus chain/consensus/filcns/filecoin.go, `ValidateBlock`.
 */
export class BlockValidator {
  readonly #rules: MiningRules;
  readonly #now: () => number;
  readonly #verify: Verify;
  readonly #joined: JoinedSignatures | undefined;
  readonly #cache: BlockAccessOptions;
  /** The chain's blockstore: a message that is in several blocks is asked for once. */
  readonly #flights: Flights;
  readonly #messages = new BoundedMap<string, KeptMessages>(TIPSETS_KEPT);

  /** Throws `FvmError` INVALID_OPTION. */
  constructor(
    private readonly chain: Chain,
    private readonly network: ChainNetwork,
    options: BlockValidatorOptions = {},
  ) {
    const checked = checkedOptions(options, CHECKS);
    const { blockCache, now = systemClock, verifyWinningPost, signatureThreads } = checked;
    this.#cache = blockCache === undefined ? {} : { blockCache };
    this.#rules = { network, states: new ElectionStates(chain.blockstore, this.#cache), verifyWinningPost };
    this.#now = now;
    this.#joined = signatureThreads === undefined ? undefined : joinedSignatures(signatureThreads);
    this.#verify = this.#joined?.verify ?? verifyAtOnce;
    this.#flights = new Flights(chain.blockstore);
  }

  /** No further tipsets will come, so those that are there wait for none. @internal */
  hurry(): void {
    this.#joined?.hurry();
  }

  /**
   * Reads a tipset's messages, checks what needs no state, and begins to check signatures. Nothing is refused yet.
   *
   * @throws FvmError INVALID_TIPSET of genesis; otherwise as `Chain.tipset` and `readBlocks`
   */
  async prepare(tipset: ChainTipset, { signal }: ValidateOptions = {}): Promise<PreparedTipset> {
    throwIfAborted(signal);
    const { epoch, key, headers } = tipset;
    if (epoch === 0) throw new FvmError("INVALID_TIPSET", { epoch, reason: "genesis has no parents" });
    const access = this.#access(signal);
    const base = await this.chain.tipset(firstHeader(tipset).parents, access);
    const known = new TipsetMessages();
    const setting = { store: this.#flights, network: this.network, known };
    const blocks = await Promise.all(
      headers.map((header, i) => preparedBlock(setting, key[i] as Cid, header, access)),
    );
    const messages = blocks.flatMap((block) => block.messages ?? []);
    if (messages.length === blocks.length) this.#messages.set(key.join(""), { blocks: messages, known });
    const checks = new SignatureChecks();
    for (const block of blocks) addMessageSignatures(checks, this.network, block, known, undefined);
    return { tipset, base, blocks, known, signatures: checks.verdict(this.#verify, signal) };
  }

  /**
   * The first block of a tipset that is not valid, with the reason; undefined: all are.
   *
   * @param outcome of the parents' execution
   * @throws as `readBlocks`, `Chain.tipset`; FvmError INVALID_STATE
   */
  async validate(
    prepared: PreparedTipset,
    outcome: Outcome,
    { signal }: ValidateOptions = {},
  ): Promise<RefusedBlock | undefined> {
    const run = new Validation(prepared, outcome, await this.#factsOf(prepared, signal));
    for (const block of prepared.blocks) {
      const refused = await this.#blockRefusal(run, block, signal);
      if (refused !== undefined) return { block: block.cid, refusal: refused };
    }
    const verdicts = [prepared.signatures, run.checks.verdict(this.#verify, signal)];
    for (const verdict of await Promise.all(verdicts)) {
      if ("error" in verdict) throw verdict.error;
      if (verdict.wrong !== undefined) return verdict.wrong;
    }
    return undefined;
  }

  async #factsOf({ tipset, base }: PreparedTipset, signal: AbortSignal | undefined): Promise<BaseFacts> {
    const access = this.#access(signal);
    const kept = this.#messages.get(base.key.join(""));
    const messages = kept ?? { blocks: await this.chain.messages(base, access) };
    return baseFacts(this.chain, this.network, base, tipset.epoch, messages, access);
  }

  async #blockRefusal(
    run: Validation,
    block: PreparedBlock,
    signal: AbortSignal | undefined,
  ): Promise<BlockRefusal | undefined> {
    const { network } = this;
    const { facts, outcome, prepared } = run;
    const { header } = block;
    return (
      headerRefusal(header, { network, base: prepared.base, baseFee: facts.baseFee, now: this.#now() }) ??
      run.repeatedMiner(header.miner, network) ??
      block.refusal ??
      outcomeRefusal(header, outcome) ??
      (await miningRefusal(this.#rules, run, block, signal)) ??
      (await this.#sendersRefusal(run, block, signal))
    );
  }

  async #sendersRefusal(
    { prepared: { base, known }, facts, outcome, checks }: Validation,
    block: PreparedBlock,
    signal: AbortSignal | undefined,
  ): Promise<BlockRefusal | undefined> {
    const { network } = this;
    const after = { root: outcome.stateRoot, network: networkVersionAt(network, base.epoch) };
    const states = { before: facts.parentState, after };
    const senders = await checkSenders(this.chain.blockstore, network, block, states, this.#access(signal));
    if (senders.refusal !== undefined) return senders.refusal;
    if (senders.keys.size > 0) addMessageSignatures(checks, network, block, known, senders.keys);
    return undefined;
  }

  #access(signal: AbortSignal | undefined): BlockAccessOptions {
    return { ...this.#cache, ...(signal !== undefined && { signal }) };
  }
}

function systemClock(): number {
  return Math.floor(Date.now() / 1000);
}
