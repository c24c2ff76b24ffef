/** Tipsets that are meant by blocks. Source: Lotus node/impl/eth/tipsetresolver.go. */
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { FINALITY, SAFE_DISTANCE } from "../../chain/networks/finality.js";
import { cidText } from "../../encoding/cid.js";
import type { NodeChain } from "../chain/node-chain.js";
import { failed, ParamError, RpcError, rpcCode } from "../rpc/errors.js";
import { cidOfHash } from "./hashes.js";
import { type BlockParam, type BlockTag, type EthHash, isBlockTag, u64OfText } from "./json.js";

/**
 * The meaning of a null round: an error, for blocks and what is in them; or the tipset before it, for states.
 */
export type NullRoundRule = "refused" | "before";

/** No tipset is the block that was meant: its number or its hash is nobody's. */
export class NoSuchBlock extends RpcError {}

/** The tipset of a tag or a number. Throws `RpcError`; as `Chain.tipsetAt`. */
export async function tipsetOfNumber(
  chain: NodeChain,
  text: string,
  rule: NullRoundRule,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  if (isBlockTag(text)) return tipsetOfTag(chain, text, options);
  const number = parsedNumber(text);
  return tipsetOfEpoch(chain, number, `${number}`, rule, options);
}

/** The tipset of a tag, a number or a hash. Throws as `tipsetOfNumber`. */
export async function tipsetOfBlock(
  chain: NodeChain,
  block: BlockParam,
  rule: NullRoundRule,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  switch (block.kind) {
    case "tag":
      return tipsetOfTag(chain, block.tag, options);
    case "number":
      return tipsetOfEpoch(chain, block.number, `${BigInt.asIntN(64, block.number)}`, rule, options);
    case "hash": {
      const tipset = await tipsetOfHash(chain, block.hash, options);
      if (block.requireCanonical && !(await chain.isMain(tipset, options))) {
        throw failed("tipset is not canonical");
      }
      return tipset;
    }
    case "none":
      throw failed("invalid block param");
  }
}

/** The tipset of a hash, which need not be on the main chain. Throws `RpcError` if it is not known. */
export async function tipsetOfHash(
  chain: NodeChain,
  hash: EthHash,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  const cid = cidOfHash(hash);
  const tipset = await chain.tipsetOf(cid, options);
  if (tipset !== undefined) return tipset;
  const isThere = (await chain.chain.blockstore.get(cid, options)) !== undefined;
  const reason = isThere
    ? "cannot unmarshal block into tipset key: expected byte array"
    : `cannot find tipset with cid ${cidText(cid)}: ipld: could not find ${cidText(cid)}`;
  throw noSuchBlock(`failed to get tipset by hash: ${reason}`);
}

async function tipsetOfTag(chain: NodeChain, tag: BlockTag, options: ChainReadOptions): Promise<ChainTipset> {
  const { head } = chain;
  switch (tag) {
    case "pending":
      return head;
    case "latest": {
      const parent = await chain.chain.parent(head, options);
      if (parent === undefined) throw failed("failed to get parent tipset");
      return parent;
    }
    case "safe":
      return tipsetBehind(chain, SAFE_DISTANCE, options);
    case "finalized":
      return tipsetBehind(chain, FINALITY, options);
    case "earliest":
      throw failed(`block param "${tag}" is not supported`);
  }
}

async function tipsetBehind(
  chain: NodeChain,
  distance: number,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  const epoch = Math.max(0, chain.head.epoch - distance);
  return (await chain.tipsetAt(epoch, "before", options)) as ChainTipset;
}

/** @param shown how an error names it */
async function tipsetOfEpoch(
  chain: NodeChain,
  number: bigint,
  shown: string,
  rule: NullRoundRule,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  // Lotus takes what it reads for a signed number.
  const signed = BigInt.asIntN(64, number);
  if (signed > BigInt(chain.head.epoch - 1)) {
    throw noSuchBlock("requested a future epoch (beyond 'latest')");
  }
  const epoch = Number(signed);
  const tipset = epoch < 0 ? undefined : await chain.tipsetAt(epoch, "before", options);
  if (tipset === undefined) throw noSuchBlock(`failed to get tipset at height: ${shown}`);
  if (rule === "refused" && tipset.epoch !== epoch) throw nullRound(epoch);
  return tipset;
}

/** The error of an epoch without blocks. */
export function nullRound(epoch: number): RpcError {
  return new NoSuchBlock(rpcCode.nullRound, `requested epoch was a null round (${epoch})`, epoch);
}

function noSuchBlock(text: string): NoSuchBlock {
  return new NoSuchBlock(rpcCode.failed, text);
}

function parsedNumber(text: string): bigint {
  try {
    return u64OfText(text);
  } catch (error) {
    if (!(error instanceof ParamError)) throw error;
    throw failed(`failed to parse block number: ${error.message}`);
  }
}
