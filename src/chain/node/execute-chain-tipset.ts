import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { encodeMessage } from "../../message/message.js";
import { type ExecuteTipsetOptions, executeTipset } from "../execution/execute-tipset.js";
import type { ChainNode } from "../execution/node.js";
import type { BlockMessage, Tipset, TipsetBlock, TipsetResult } from "../execution/tipset.js";
import type { Chain } from "../history/chain.js";
import { type ChainTipset, firstHeader, leastTimestamp } from "../history/chain-tipset.js";
import type { BlockHeader } from "../types/header.js";
import type { BlockMessages } from "../types/message-meta.js";
import { encodeSignedMessage, type SignedMessage } from "../types/signed-message.js";

/** State and receipts that a tipset has led to. */
export interface StateAfter {
  readonly stateRoot: Cid;
  readonly receiptsRoot: Cid;
}

/** Options of `executeChainTipset`. */
export interface ExecuteChainTipsetOptions extends Omit<ExecuteTipsetOptions, "selected"> {
  /** Messages of each block, if they have been read already. */
  readonly messages?: readonly BlockMessages[];
}

/** Options of `executableTipset`. */
export interface ExecutableTipsetOptions extends Pick<ExecuteChainTipsetOptions, "messages" | "signal"> {
  /** As of `ChainNode`. */
  readonly isUnsigned?: ChainNode["isUnsigned"];
}

/**
 * Executes a tipset of a chain on the state that its headers name.
 *
 * @param node of the same chain
 * @param options `selected` is false: the chain's blocks hold what is to be selected from
 * @throws FvmError INVALID_TIPSET at genesis, which has no parent, and if one miner has two blocks; as `executeTipset`
 * and `Chain.messages`
 */
export async function executeChainTipset(
  node: ChainNode,
  chain: Chain,
  tipset: ChainTipset,
  options: ExecuteChainTipsetOptions = {},
): Promise<TipsetResult> {
  const executable = await executableTipset(chain, tipset, { ...options, isUnsigned: node.isUnsigned });
  return executeTipset(node, firstHeader(tipset).parentStateRoot, executable, options);
}

/**
 * State and receipts after a tipset: as its execution leaves them; genesis's are those that it names itself. Throws as
 * `executeChainTipset`.
 */
export async function stateAfter(
  node: ChainNode,
  chain: Chain,
  tipset: ChainTipset,
  options: ExecuteChainTipsetOptions = {},
): Promise<StateAfter> {
  if (tipset.epoch > 0) return executeChainTipset(node, chain, tipset, options);
  const { parentStateRoot, parentMessageReceipts } = firstHeader(tipset);
  return { stateRoot: parentStateRoot, receiptsRoot: parentMessageReceipts };
}

/**
 * A tipset of a chain with its messages, for `executeTipset` and pools. Source: Lotus
 * chain/consensus/compute_state.go, `ExecuteTipSet`.
 *
 * @throws FvmError INVALID_TIPSET at genesis, and if one miner has two blocks; as `Chain.messages`
 */
export async function executableTipset(
  chain: Chain,
  tipset: ChainTipset,
  { messages: known, signal, isUnsigned }: ExecutableTipsetOptions = {},
): Promise<Tipset> {
  const { epoch, headers, key } = tipset;
  const waiting = signal === undefined ? {} : { signal };
  const parent = await chain.parent(tipset, waiting);
  if (parent === undefined)
    throw new FvmError("INVALID_TIPSET", { epoch, reason: "nothing is before genesis" });
  if (new Set(headers.map(({ miner }) => miner)).size < headers.length) {
    throw new FvmError("INVALID_TIPSET", { epoch, reason: "one miner has two blocks" });
  }
  const messages = known ?? (await chain.messages(tipset, waiting));
  return {
    epoch,
    parentEpoch: parent.epoch,
    timestamp: leastTimestamp(tipset),
    baseFee: firstHeader(tipset).parentBaseFee,
    key,
    blocks: headers.map((header, i) => executableBlock(header, messages[i] as BlockMessages, isUnsigned)),
  };
}

function executableBlock(
  { miner, electionProof }: BlockHeader,
  { bls, secp }: BlockMessages,
  isUnsigned: ChainNode["isUnsigned"] = () => false,
): TipsetBlock {
  return {
    miner,
    winCount: Number(electionProof?.winCount ?? 0),
    messages: [
      ...bls.map((message) => ({ message, rawLength: encodeMessage(message).length })),
      ...secp.map((signed) => ({
        ...signedBlockMessage(signed),
        ...(isUnsigned(signed) && { isUnsigned: true }),
      })),
    ],
  };
}

/** A BLS signature never counts, wherever it stands. */
function signedBlockMessage(signed: SignedMessage): BlockMessage {
  const { message, signature } = signed;
  const stored = signature.type === "bls" ? encodeMessage(message) : encodeSignedMessage(signed);
  return { message, rawLength: stored.length };
}
