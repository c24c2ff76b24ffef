import { holdsBlock } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import type { ChainReadOptions } from "../history/chain.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import { type IndexedTipset, indexedTipsets } from "../history/epoch-index.js";
import { lookbackOf } from "../history/lookback.js";
import type { ChainNetwork } from "../networks/networks.js";
import type { EpochRange } from "../store/ranges.js";
import { atEpoch } from "./at-epoch.js";
import { LookAhead } from "./look-ahead.js";
import { type MainChain, tipsetAfter, tipsetsOf } from "./main-chain.js";

/** Tipsets that are looked at beside the next one, on a store with latency at the same time. */
const LOOK_AHEAD = 32;

/** Something that a validation needs, and that the store lacks. */
export interface Lack {
  readonly missing: string;
  /** CID of the block, as text. */
  readonly cid: string;
}

/**
 * The first epoch at which a validation up to another one can begin. Throws `FvmError` CHAIN_INCOMPLETE, of that one, if
 * there is none.
 *
 * @param ranges of epochs that are considered, ascending
 */
export async function firstStart(
  main: MainChain,
  network: ChainNetwork,
  ranges: readonly EpochRange[],
  to: number,
  options: ChainReadOptions,
): Promise<number> {
  const epoch = await startWithin(main, network, ranges, to, options);
  if (epoch !== undefined) return epoch;
  const last = (await main.chain.tipsetAt(to, main.head, "before", options)) as ChainTipset;
  const lack = await lackAt(main, network, last, options);
  if (lack === undefined) return last.epoch;
  throw incomplete(last.epoch, lack, undefined);
}

/** Throws `FvmError` CHAIN_INCOMPLETE if a validation cannot begin at the range's first tipset. */
export async function checkStart(
  main: MainChain,
  network: ChainNetwork,
  range: EpochRange,
  options: ChainReadOptions,
): Promise<void> {
  const first = await tipsetAfter(main, range.from - 1, options.signal);
  if (first === undefined || first.epoch > range.to) return;
  const lack = await lackAt(main, network, first, options);
  if (lack !== undefined) throw await incompleteAt(main, network, first.epoch, lack, options);
}

/** As `checkStart`, also if it cannot reach the range's end. */
export async function checkWay(
  main: MainChain,
  network: ChainNetwork,
  range: EpochRange,
  options: ChainReadOptions,
): Promise<void> {
  await checkStart(main, network, range, options);
  const gap = await gapAfter(main, range, options);
  if (gap !== undefined) throw await incompleteAt(main, network, gap.tipset.epoch, gap.lack, options);
}

/** The error of an epoch that cannot be validated, with the next one at which a validation can begin. */
export async function incompleteAt(
  main: MainChain,
  network: ChainNetwork,
  epoch: number,
  lack: Lack,
  options: ChainReadOptions,
): Promise<FvmError> {
  const { epoch: to } = main.head;
  return incomplete(epoch, lack, await startWithin(main, network, [{ from: epoch + 1, to }], to, options));
}

async function startWithin(
  main: MainChain,
  network: ChainNetwork,
  ranges: readonly EpochRange[],
  to: number,
  options: ChainReadOptions,
): Promise<number | undefined> {
  let from = 0;
  for (const range of ranges) {
    for await (const tipset of tipsetsOf(main, range, options.signal)) {
      const { epoch } = tipset;
      if (epoch < from || (await lackAt(main, network, tipset, options)) !== undefined) continue;
      const gap = await gapAfter(main, { from: epoch, to }, options);
      if (gap === undefined) return epoch;
      from = gap.tipset.epoch + 1;
    }
  }
  return undefined;
}

/** The first tipset of a range without lists of messages. Empty lists are everywhere, so one tipset proves nothing. */
async function gapAfter(
  main: MainChain,
  range: EpochRange,
  options: ChainReadOptions,
): Promise<{ readonly tipset: ChainTipset; readonly lack: Lack } | undefined> {
  const places = indexedTipsets(main.index, range, options.signal);
  const look = async ({ epoch, key }: IndexedTipset) => {
    try {
      const tipset = await main.chain.tipset(key, options);
      return { tipset, lack: await lackingList(main, tipset, options) };
    } catch (error) {
      throw atEpoch(error, epoch);
    }
  };
  for await (const { tipset, lack } of new LookAhead(places, look, LOOK_AHEAD)) {
    if (lack !== undefined) return { tipset, lack };
  }
  return undefined;
}

async function lackingList(
  main: MainChain,
  { epoch, headers }: ChainTipset,
  options: ChainReadOptions,
): Promise<Lack | undefined> {
  if (epoch === 0) return undefined;
  return firstOf(headers.map(({ messages }) => lackingBlock(main, "messages", messages, options)));
}

/** The first lack. Faults of the store name the epoch. */
async function lackAt(
  main: MainChain,
  network: ChainNetwork,
  start: ChainTipset,
  options: ChainReadOptions,
): Promise<Lack | undefined> {
  try {
    return await firstLack(main, network, start, options);
  } catch (error) {
    throw atEpoch(error, start.epoch);
  }
}

/** Nothing of genesis itself is executed, so the tipset on top of it is looked at instead. */
async function firstLack(
  main: MainChain,
  network: ChainNetwork,
  start: ChainTipset,
  options: ChainReadOptions,
): Promise<Lack | undefined> {
  const { chain } = main;
  const tipset = start.epoch === 0 ? await tipsetAfter(main, 0, options.signal) : start;
  if (tipset === undefined) return lackingState(main, "state", start, options);
  const own = await lackingState(main, "state", tipset, options);
  if (own !== undefined) return own;
  const base = (await chain.parent(tipset, options)) as ChainTipset;
  return firstOf([
    lackingState(main, "state that the parent was executed on", base, options),
    lackingMessages(main, "messages", tipset, options),
    lackingMessages(main, "messages of the parent", base, options),
    lackingElectionState(main, network, base, tipset.epoch, options),
  ]);
}

/** The first lack that searches find which have begun at the same time. Fails as those up to it. */
async function firstOf(searches: readonly Promise<Lack | undefined>[]): Promise<Lack | undefined> {
  for (const search of searches) search.catch(() => undefined);
  for (const search of searches) {
    const lack = await search;
    if (lack !== undefined) return lack;
  }
  return undefined;
}

async function lackingState(
  main: MainChain,
  missing: string,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<Lack | undefined> {
  return lackingBlock(main, missing, firstHeader(tipset).parentStateRoot, options);
}

async function lackingBlock(
  { chain }: MainChain,
  missing: string,
  cid: Cid,
  { signal }: ChainReadOptions,
): Promise<Lack | undefined> {
  return (await holdsBlock(chain.blockstore, cid, signal)) ? undefined : { missing, cid: cidText(cid) };
}

async function lackingElectionState(
  main: MainChain,
  network: ChainNetwork,
  base: ChainTipset,
  epoch: number,
  options: ChainReadOptions,
): Promise<Lack | undefined> {
  const lookback = await lookbackOf(main.chain, network, base, epoch, options);
  if (lookback === undefined) return undefined;
  const { state, before } = lookback;
  return firstOf(
    [state, before].map(({ root }) => lackingBlock(main, "state that elections look back to", root, options)),
  );
}

/** Messages that are malformed are there: they are refused later, with a reason. */
async function lackingMessages(
  { chain }: MainChain,
  missing: string,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<Lack | undefined> {
  try {
    await chain.messages(tipset, options);
  } catch (error) {
    const cid = missingCid(error);
    if (cid !== undefined) return { missing, cid };
    if (!(error instanceof FvmError)) throw error;
  }
  return undefined;
}

/** CID of the block, as text, that an error says is not there. */
export function missingCid(error: unknown): string | undefined {
  if (!(error instanceof HostFault && error.code === "BLOCK_NOT_FOUND")) return undefined;
  return (error as HostFault<"BLOCK_NOT_FOUND">).details.cid;
}

function incomplete(epoch: number, { missing, cid }: Lack, from: number | undefined): FvmError {
  const fill = "fvm chain import FILE --data DIR of a snapshot that has it";
  const remedy = from === undefined ? fill : `--from ${from}, or ${fill}`;
  return new FvmError("CHAIN_INCOMPLETE", { epoch, missing, cid, from, remedy });
}
