import { networkVersion } from "../../vm/network/version.js";
import type { ChainNode } from "../execution/node.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import type { BlockHeader } from "../types/header.js";
import type { ChainDifference } from "./difference.js";
import { explainedReceipts } from "./explain-receipts.js";
import { explainedState } from "./explain-state.js";
import { hintsFor } from "./hints.js";
import type { FoundRefusal } from "./validate-range.js";

/** Explains a refusal as far as the store allows: for what tipsets led to, the receipts and actors that differ. */
export async function explained(
  found: FoundRefusal,
  network: ChainNetwork,
  node: ChainNode,
  signal: AbortSignal | undefined,
): Promise<ChainDifference> {
  const { tipset, block, refusal, executed } = found;
  const common = { epoch: tipset.epoch, tipset: tipset.key, block, refusal };
  const isOutcome = refusal.code === "STATE_ROOT" || refusal.code === "RECEIPTS_ROOT";
  if (!isOutcome || executed === undefined) return { ...common, hints: [] };
  const header = tipset.headers[tipset.key.indexOf(block)] as BlockHeader;
  const version = networkVersionAt(network, executed.tipset.epoch);
  const { receiptHasEventsRoot } = networkVersion(version).rules.executor;
  const { parentMessageReceipts, parentStateRoot } = header;
  const receipts =
    refusal.code === "RECEIPTS_ROOT"
      ? await explainedReceipts(
          node.blockstore,
          executed,
          parentMessageReceipts,
          receiptHasEventsRoot,
          signal,
        )
      : undefined;
  const state = await explainedState(node, executed, parentStateRoot, version, signal);
  return {
    ...common,
    executed: { epoch: executed.tipset.epoch, tipset: executed.tipset.key },
    ...(receipts !== undefined && { receipts }),
    ...(state !== undefined && { state }),
    hints: hintsFor({ receipts, state }),
  };
}
