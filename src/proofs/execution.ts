import { BlockCache } from "../blockstore/block-cache.js";
import type { Blockstore } from "../blockstore/blocks.js";
import { Chain } from "../chain/history/chain.js";
import { firstHeader } from "../chain/history/chain-tipset.js";
import type { ChainNetwork } from "../chain/networks/networks.js";
import { chainNode } from "../chain/node/chain-node.js";
import { executeChainTipset } from "../chain/node/execute-chain-tipset.js";
import { FvmError, HostFault, type HostFaultDetails } from "../errors.js";
import type { Block } from "../ipld/block-access.js";
import type { ProofVerifier } from "../vm/proofs/verifier.js";
import type { ExecutionClaim } from "./claims.js";
import type { FinalTipset } from "./evaluate.js";
import { BrokenLink } from "./link.js";

/** Rules that executing needs beside blocks. */
export interface ExecutionRules {
  readonly network: ChainNetwork;
  /** Checks of the proofs that actors ask for. */
  readonly proofs: ProofVerifier;
}

const CACHE_BYTES = 64 * 2 ** 20;

/**
 * Executes the parents of a tipset on what blocks there are. Throws `BrokenLink` if one is missing or malformed; the
 * store's faults.
 */
export async function executeParents(
  { header }: FinalTipset,
  store: Pick<Blockstore, "get">,
  { network, proofs }: ExecutionRules,
  blockCache = BlockCache.create(CACHE_BYTES),
): Promise<ExecutionClaim["outcome"]> {
  const written = new Overlay(store);
  // Headers come from the same blocks, so that whoever looks for randomness and tipsets needs them, too.
  const chain = new Chain(written, { blockCache });
  const node = chainNode({ network, chain, proofs, blockCache, requiresCode: true });
  try {
    const tipset = await chain.tipset(header.parents);
    const { stateRoot, receiptsRoot } = await executeChainTipset(node, chain, tipset);
    if (stateRoot !== header.parentStateRoot || receiptsRoot !== header.parentMessageReceipts) {
      throw new BrokenLink("execution", "it leads to other roots than the tipset's headers say");
    }
    return {
      parentState: firstHeader(tipset).parentStateRoot,
      newState: stateRoot,
      receipts: receiptsRoot,
    };
  } catch (error) {
    throw brokenLink(error);
  } finally {
    blockCache.clear();
  }
}

function brokenLink(error: unknown): unknown {
  const { cid } = missingBlock(error) ?? {};
  if (cid !== undefined) return new BrokenLink("execution", `block ${cid} is missing`, cid);
  return error instanceof FvmError ? new BrokenLink("execution", error.message) : error;
}

/** The block that is missing, also if that made another question fail. */
function missingBlock(error: unknown): HostFaultDetails["BLOCK_NOT_FOUND"] | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!(error instanceof HostFault) || error.code !== "BLOCK_NOT_FOUND") return missingBlock(error.cause);
  return error.details as HostFaultDetails["BLOCK_NOT_FOUND"];
}

/** A store with what is written over it. */
class Overlay implements Blockstore {
  readonly #written = new Map<Block["cid"], Uint8Array>();

  constructor(private readonly below: Pick<Blockstore, "get">) {}

  get(...[cid, options]: Parameters<Blockstore["get"]>): ReturnType<Blockstore["get"]> {
    return this.#written.get(cid) ?? this.below.get(cid, options);
  }

  putMany(blocks: readonly Block[]): void {
    for (const { cid, data } of blocks) this.#written.set(cid, new Uint8Array(data));
  }
}
