import { BlockCache } from "../../blockstore/block-cache.js";
import { FvmError } from "../../errors.js";
import { throwIfAborted } from "../../util/abort.js";
import { is, isCount, isFunction, isSignal, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import { OLDEST_VERSION } from "../../vm/network/version.js";
import type { ChainNode } from "../execution/node.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { EpochIndex } from "../history/epoch-index.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import type { EpochRange } from "../store/ranges.js";
import { BlockValidator } from "../validation/block-validator.js";
import type { WinningPostVerifier } from "../validation/mining-checks.js";
import type { ChainDifference } from "./difference.js";
import { explained } from "./explain.js";
import { type MainChain, mainChain } from "./main-chain.js";
import { checkWay, firstStart } from "./start.js";
import { startAt } from "./start-state.js";
import type { RangeParts, Step } from "./step.js";
import { OwnChecks } from "./tipset-checks.js";
import { validateRange } from "./validate-range.js";

/** A chain to validate. */
export interface ChainToValidate {
  readonly chain: Chain;
  readonly network: ChainNetwork;
  /** Executes the tipsets, on the chain's blockstore. */
  readonly node: ChainNode;
  readonly head: ChainTipset;
  /** Where the head's ancestors are. Default: found by going back from the head. */
  readonly index?: EpochIndex;
}

/** How far a validation has got. */
export interface ValidationProgress {
  /** Epoch of the last tipset that is known to be right. */
  readonly epoch: number;
  /** So far. */
  readonly tipsets: number;
  /** Executed so far. */
  readonly messages: number;
}

/** Options of `validateChain`. */
export interface ValidateChainOptions {
  /** First epoch. Default: the first one at which the store has what it takes. */
  readonly from?: number;
  /** Last epoch. Default: the head's. */
  readonly to?: number;
  /** Where blocks are kept in memory. Default: `BlockCache.shared`. */
  readonly blockCache?: BlockCache;
  /** Checks the blocks' winning PoSts. Default: they are not checked. */
  readonly verifyWinningPost?: WinningPostVerifier;
  /** Seconds since 1970, for blocks from the future. Default: the system's clock. */
  readonly now?: () => number;
  /** Ends the validation. What was executed by then is in the blockstore. */
  readonly signal?: AbortSignal;
  /** Receipts and actors that the explanation of a difference lists, each. Default 20. */
  readonly maxListed?: number;
  /** Called after each tipset that is known to be right. Awaited. */
  readonly onProgress?: (progress: ValidationProgress) => void | Promise<void>;
}

/** A part of a chain that a validation may leave unchecked. */
export type UncheckedPart = "winningPost" | "firstState";

/** Result of a validation. */
export interface ChainValidation {
  /** Tipsets that are valid, genesis among them. */
  readonly tipsets: number;
  /** Messages that were executed: those that have receipts. */
  readonly messages: number;
  /** First epoch. */
  readonly from: number;
  /** Last epoch. */
  readonly to: number;
  readonly ok: boolean;
  /**
   * Parts that were not checked: winning PoSts without a verifier; the state that the first tipset is executed on, if its
   * parent could not be executed to find out.
   */
  readonly unchecked: readonly UncheckedPart[];
  /** The first block that is not valid. */
  readonly difference?: ChainDifference;
}

const CHECKS: Checks<ValidateChainOptions> = {
  from: optional(isCount),
  to: optional(isCount),
  blockCache: optional(is(BlockCache.is, "a BlockCache")),
  verifyWinningPost: optional(isFunction),
  now: optional(isFunction),
  signal: optional(isSignal),
  maxListed: optional(isCount),
  onProgress: optional(isFunction),
};

/**
 * Validates a chain from tipset to tipset: checks all blocks, executes them, and compares what comes out with the headers
 * on top. While a tipset is executed, those after it are read and their signatures checked on other threads. The head is
 * executed, too, but no header says what it should lead to.
 *
 * The state that the first tipset is executed on is what executing its parent leads to, if the store has what that
 * takes; otherwise it is taken as it is.
 *
 * @throws FvmError INVALID_OPTION; CHAIN_INCOMPLETE; UNKNOWN_NETWORK_VERSION of epochs before network version 16; as
 * `Chain.tipset`, `executeTipset`; the signal's reason
 */
export async function validateChain(
  parts: ChainToValidate,
  options: ValidateChainOptions = {},
): Promise<ChainValidation> {
  const checked = checkedOptions(options, CHECKS);
  const { blockCache, verifyWinningPost, now, signal } = checked;
  throwIfAborted(signal);
  const { chain, network, node, head, index } = parts;
  const main =
    index === undefined ? await mainChain(chain, head, signal && { signal }) : { chain, head, index };
  const range = await rangeOf(main, network, checked);
  const validator = new BlockValidator(chain, network, {
    ...(blockCache && { blockCache }),
    ...(verifyWinningPost && { verifyWinningPost }),
    ...(now && { now }),
  });
  const checks = new OwnChecks(chain, validator);
  return validateMain({ main, network, node, checks }, { ...checked, ...range });
}

/** Options of `validateMain`. */
export interface MainOptions
  extends EpochRange,
    Pick<ValidateChainOptions, "verifyWinningPost" | "signal" | "maxListed" | "onProgress"> {
  /** Whether the state that the first tipset is executed on is known to be right. Default: no. */
  readonly takesStart?: boolean;
  /** Called before `onProgress`, with what it is about. */
  readonly onTipset?: (step: Step) => void | Promise<void>;
}

/** As `validateChain`, from an epoch at which it can begin, with any way to check blocks. */
export async function validateMain(parts: RangeParts, options: MainOptions): Promise<ChainValidation> {
  const { from, to, takesStart = false, verifyWinningPost, signal, maxListed, onProgress } = options;
  const { network, node } = parts;
  const range = { from, to };
  const count = { tipsets: 0, messages: 0 };
  const onTipset = async (step: Step) => {
    count.tipsets++;
    count.messages += step.messages;
    await options.onTipset?.(step);
    await onProgress?.({ epoch: step.tipset.epoch, ...count });
  };
  const how = { ...range, onTipset, ...(signal && { signal }) };
  const { before, isTaken = false } = takesStart ? {} : await startAt(parts, from, signal);
  const found = await validateRange(parts, { ...how, before });
  const unchecked: UncheckedPart[] = [];
  if (verifyWinningPost === undefined) unchecked.push("winningPost");
  if (isTaken) unchecked.push("firstState");
  const result = { ...count, ...range, ok: found === undefined, unchecked };
  if (found === undefined) return result;
  return { ...result, difference: await explained(found, network, node, { maxListed, signal }) };
}

/** The epochs to validate. Throws `FvmError` INVALID_OPTION, CHAIN_INCOMPLETE. */
async function rangeOf(
  main: MainChain,
  network: ChainNetwork,
  { from: first, to: last, signal }: Pick<ValidateChainOptions, "from" | "to" | "signal">,
): Promise<EpochRange> {
  const { epoch } = main.head;
  const options = signal === undefined ? {} : { signal };
  const to = last ?? epoch;
  checkRange({ from: first ?? 0, to }, epoch);
  const all = { from: firstExecutable(network), to };
  if (first === undefined) return { from: await firstStart(main, network, [all], to, options), to };
  await checkWay(main, network, { from: first, to }, options);
  return { from: first, to };
}

/** Throws `FvmError` INVALID_OPTION. @param head its epoch */
export function checkRange({ from, to }: EpochRange, head: number): void {
  if (to > head) throw badRange("to", `epoch ${to} is after the head, which is of epoch ${head}`);
  if (from > to) throw badRange("from", `epoch ${from} is after epoch ${to}, where the range ends`);
}

/** The first epoch whose network version can be executed. */
export function firstExecutable(network: ChainNetwork): number {
  if (networkVersionAt(network, 0) >= OLDEST_VERSION) return 0;
  const upgrade = network.upgrades.find(({ networkVersion }) => networkVersion >= OLDEST_VERSION);
  return upgrade === undefined ? 0 : upgrade.height + 1;
}

function badRange(option: "from" | "to", reason: string): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason });
}
