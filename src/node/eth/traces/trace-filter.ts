import type { EthAddress } from "../../../builtin/evm/index.js";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import { Turns } from "../../../util/waits.js";
import type { NodeChain } from "../../chain/node-chain.js";
import { failed, ParamError, RpcError, rpcCode } from "../../rpc/errors.js";
import { u64OfText } from "../json.js";
import { type PlacedTrace, placedTraces, type TraceSources } from "./block-traces.js";

/** Traces that a caller asks for. */
export interface TraceQuery {
  readonly fromBlock?: string | undefined;
  readonly toBlock?: string | undefined;
  readonly fromAddress?: readonly EthAddress[] | undefined;
  readonly toAddress?: readonly EthAddress[] | undefined;
  /** Entries to pass by. */
  readonly after?: bigint | undefined;
  /** Entries to answer, at most. */
  readonly count?: bigint | undefined;
}

/** Entries of an answer. Source: Lotus node/config, `EthTraceFilterMaxResults`. */
const MOST_RESULTS = 500;
/** Epochs that a query may span. Source: Lotus node/config, `MaxFilterHeightRange`. */
const LONGEST_RANGE = 2880;
/** Source: Lotus chain/types/ethtypes, `SafeEpochDelay`. */
const SAFE_DELAY = 30;
/** Tags that Lotus refuses here, or takes for other blocks than elsewhere. */
const OTHER_TAGS = ["earliest", "safe", "finalized"];

/**
 * Entries of a range of blocks, by who calls whom. Throws `RpcError`; as `placedTraces`. Source: Lotus
 * node/impl/eth/trace.go, `EthTraceFilter`.
 *
 * @param lotus whether blocks that are not there yet are an error, and tags are Lotus's for this method
 */
export async function findTraces(
  sources: TraceSources,
  { fromBlock, toBlock, fromAddress = [], toAddress = [], after = 0n, count }: TraceQuery,
  lotus: boolean,
  options: ChainReadOptions,
): Promise<PlacedTrace[]> {
  const { chain } = sources.eth;
  const epoch = async (text: string | undefined, field: string) =>
    lotus || !OTHER_TAGS.includes(text ?? "")
      ? epochOf(chain, text, field, options)
      : (await sources.eth.tipsetOf(text as string, "before", options)).epoch;
  const from = await epoch(fromBlock, "fromBlock");
  const to = await epoch(toBlock, "toBlock");
  if (to - from > LONGEST_RANGE) {
    const text = `block range exceeds maximum of ${LONGEST_RANGE} (got ${to - from})`;
    throw new RpcError(rpcCode.blockRangeExceeded, text);
  }
  if (count === 0n) return [];
  if (count !== undefined && count > MOST_RESULTS) {
    throw failed(`invalid response count, requested ${count}, maximum supported is ${MOST_RESULTS}`);
  }
  const latest = chain.head.epoch - 1;
  const turns = new Turns(options.signal);
  const found: PlacedTrace[] = [];
  let passed = 0n;
  for (let epoch = from; epoch <= to; epoch++) {
    await turns.next();
    if (epoch > latest) {
      if (!lotus) break;
      throw failed(`cannot get trace for block ${epoch}: requested a future epoch (beyond 'latest')`);
    }
    const tipset = await chain.tipsetAt(epoch, "after", options);
    if (tipset === undefined || tipset.epoch > epoch) continue;
    for (const entry of await placedTraces(sources, tipset, options)) {
      if (!matches(entry, fromAddress, toAddress) || ++passed <= after) continue;
      found.push(entry);
      if (BigInt(found.length) === count) return found;
      if (count === undefined && found.length > MOST_RESULTS) throw tooMany();
    }
  }
  return found;
}

function tooMany(): RpcError {
  const remedy = "try paginating requests with After and Count";
  return failed(`too many results, maximum supported is ${MOST_RESULTS}, ${remedy}`);
}

async function epochOf(
  chain: NodeChain,
  text: string | undefined,
  field: string,
  options: ChainReadOptions,
): Promise<number> {
  const { head } = chain;
  switch (text ?? "latest") {
    case "earliest":
      throw failed(`cannot parse ${field}: block param "earliest" is not supported`);
    case "pending":
      return head.epoch;
    case "latest": {
      const parent = await chain.chain.parent(head, options);
      if (parent === undefined) throw failed(`cannot parse ${field}: cannot get parent tipset`);
      return parent.epoch;
    }
    case "safe":
      return head.epoch - 1 - SAFE_DELAY;
    default:
      return parsedEpoch(text as string, field);
  }
}

function parsedEpoch(text: string, field: string): number {
  const digits = text.replaceAll("0x", "");
  try {
    return Number(u64OfText(`0x${digits}`));
  } catch (error) {
    if (!(error instanceof ParamError)) throw error;
    throw failed(`cannot parse ${field}: cannot parse fromBlock: ${error.message}`);
  }
}

/** Addresses are compared as they are shown. */
function matches(entry: PlacedTrace, from: readonly EthAddress[], to: readonly EthAddress[]): boolean {
  const receiver = entry.type === "call" ? entry.action.to : entry.result.address;
  const isFrom = from.length === 0 || from.includes(entry.action.from);
  return isFrom && (to.length === 0 || (receiver !== undefined && to.includes(receiver)));
}
