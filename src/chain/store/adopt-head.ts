import { type Cid, cidCodec, cidText, parseCid } from "../../encoding/cid.js";
import { RAW } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { Turns } from "../../util/waits.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import type { ChainStore } from "./chain-store.js";
import { checkHeadEpoch, checkHeadTime } from "./check-head.js";
import { CidSet } from "./cid-set.js";
import { withSegment } from "./epoch-segments.js";
import { type IndexedHeaders, type IndexOptions, indexHeaders, parentOf } from "./index-headers.js";
import { type EpochRange, rangesWithin, withRange } from "./ranges.js";
import { markReachable } from "./reachable.js";
import { type HeadRecord, type RecordChanges, readRecord, updateStore } from "./records.js";

/**
 * Fate of a snapshot's head: the folder's first, a later one on the same chain, one that was there already or lies
 * behind the folder's, the head of a heavier chain, of a lighter one that was left aside, or one that was taken because
 * `takeHead` says so.
 */
export type HeadChange = "first" | "later" | "known" | "heavier" | "lighter" | "taken";

/** Options of `adoptHead`. */
export interface AdoptOptions extends IndexOptions {
  /** Take the head even if its chain is lighter than the folder's, or ends before it. */
  readonly takeHead: boolean;
}

/** Weights of two forks: those that their heads state of the chain before them. */
export interface ForkWeights {
  readonly snapshot: bigint;
  readonly folder: bigint;
}

/** Fate of a snapshot's head. */
export interface Adoption {
  readonly change: HeadChange;
  /** Weights of the fork and of the folder's chain. */
  readonly weights?: ForkWeights;
}

/**
 * Makes a snapshot's head the folder's, if its chain is the heavier one or it is to be taken anyway. Weights are
 * those that headers state of the chain before them.
 *
 * @throws FvmError INVALID_SNAPSHOT, OTHER_NETWORK
 */
export async function adoptHead(
  store: ChainStore,
  head: ChainTipset,
  options: AdoptOptions,
): Promise<Adoption> {
  checkHeadEpoch(head);
  for (;;) {
    const before = readRecord(store.database, "head");
    const headers = await indexHeaders(store, head, options);
    await checkOrigin(store, headers, before);
    checkHeadTime(store.network, head);
    const states = await statesBehind(store, headers, options.signal);
    const adoption = await adoptionOf(store, headers, before, options.takeHead);
    if (await adopt(store, headers, states, adoption.change, before)) return adoption;
    // Another process has changed the head in the meantime.
  }
}

/** Throws unless the chain begins as it is to begin. */
async function checkOrigin(
  store: ChainStore,
  { oldest, meets }: IndexedHeaders,
  before: HeadRecord | undefined,
): Promise<void> {
  if (meets !== undefined) return;
  const first = oldest as ChainTipset;
  await store.checkGenesis(first.epoch === 0 ? (first.key[0] as Cid) : undefined);
  if (before === undefined) return;
  const reason =
    first.epoch === 0
      ? "its chain and the folder's have no tipset in common"
      : `its headers end at epoch ${first.epoch}, before they meet the folder's chain`;
  throw new FvmError("INVALID_SNAPSHOT", { reason });
}

async function adoptionOf(
  store: ChainStore,
  { head, meets }: IndexedHeaders,
  before: HeadRecord | undefined,
  takeHead: boolean,
): Promise<Adoption> {
  if (before === undefined) return { change: "first" };
  if (meets === head.epoch) return { change: takeHead && head.epoch < before.epoch ? "taken" : "known" };
  if (meets === before.epoch) return { change: "later" };
  const old = await store.chain.tipset(before.key.map(parseCid));
  const weights = { snapshot: firstHeader(head).parentWeight, folder: firstHeader(old).parentWeight };
  if (weights.snapshot > weights.folder) return { change: "heavier", weights };
  return { change: takeHead ? "taken" : "lighter", weights };
}

/** False, and nothing is changed, if the head is not the one from before any more. */
async function adopt(
  store: ChainStore,
  headers: IndexedHeaders,
  states: readonly EpochRange[],
  change: HeadChange,
  before: HeadRecord | undefined,
): Promise<boolean> {
  const common = headers.meets ?? -1;
  const isTaken = change !== "known" && change !== "lighter";
  const onMainChain = change === "lighter" ? rangesWithin(states, { from: 0, to: common }) : states;
  const { isAdopted } = await updateStore(store.database, (records) => {
    if (JSON.stringify(records.get("head")) !== JSON.stringify(before)) return { isAdopted: false };
    const known = records.get("states") ?? [];
    const kept = isTaken ? rangesWithin(known, { from: 0, to: common }) : known;
    const changes: RecordChanges = { walk: undefined, states: onMainChain.reduce(withRange, kept) };
    if (!isTaken) return { isAdopted: true, records: changes };
    // The head of before was executed without a header to compare its result with.
    const validated = rangesWithin(records.get("validated") ?? [], { from: 0, to: common - 1 });
    return { isAdopted: true, records: { ...changes, validated, head: headRecord(headers, before) } };
  });
  return isAdopted;
}

function headRecord(
  { head, segment, oldest, meets }: IndexedHeaders,
  before: HeadRecord | undefined,
): HeadRecord {
  // Headers of a chain that goes back to genesis end where they meet it.
  const isOnTop = meets !== undefined && before?.genesis !== undefined;
  const from = isOnTop || oldest === undefined ? (meets ?? -1) + 1 : oldest.epoch;
  const genesis = oldest?.epoch === 0 ? cidText(oldest.key[0] as Cid) : before?.genesis;
  return {
    epoch: head.epoch,
    key: head.key.map(cidText),
    segments: withSegment(before?.segments ?? [], { id: segment, from, to: head.epoch }),
    ...(genesis !== undefined && { genesis }),
  };
}

/**
 * Epochs of tipsets behind a head whose states are there, as far as they follow each other, and genesis. Snapshots end
 * with the oldest state: it is looked through, because the end may have been cut off.
 */
async function statesBehind(
  store: ChainStore,
  { head, oldest }: IndexedHeaders,
  signal: AbortSignal | undefined,
): Promise<EpochRange[]> {
  const turns = new Turns(signal);
  let ranges: EpochRange[] = [];
  let at: ChainTipset | undefined = head;
  for (; at !== undefined && hasState(store, at); at = await parentOf(store, at)) {
    if (at.epoch === oldest?.epoch && !(await hasWholeState(store, at, signal))) break;
    ranges = withRange(ranges, { from: at.epoch, to: head.epoch });
    await turns.next();
  }
  const known = [...ranges, ...store.states].some(({ from }) => from === 0);
  const genesis = oldest?.epoch === 0 ? oldest.key : store.keyAt(0);
  if (known || genesis === undefined) return ranges;
  const isThere = await hasWholeState(store, await store.chain.tipset(genesis), signal);
  return isThere ? withRange(ranges, { from: 0, to: 0 }) : ranges;
}

function hasState(store: ChainStore, tipset: ChainTipset): boolean {
  return store.blockstore.has(firstHeader(tipset).parentStateRoot);
}

async function hasWholeState(
  store: ChainStore,
  tipset: ChainTipset,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let isWhole = true;
  const seen = CidSet.temporary();
  const onMissing = (cid: Cid) => {
    // Code of actors, which bundles have.
    if (cidCodec(cid) !== RAW) isWhole = false;
  };
  await markReachable(store.blockstore, firstHeader(tipset).parentStateRoot, { seen, onMissing, signal });
  await seen.close();
  return isWhole;
}
