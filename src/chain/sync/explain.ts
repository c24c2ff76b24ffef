import type { Cid } from "../../encoding/cid.js";
import { networkVersion } from "../../vm/network/version.js";
import type { ChainNode } from "../execution/node.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import type { BlockHeader } from "../types/header.js";
import type { ChainDifference } from "./difference.js";
import { explainedReceipts } from "./explain-receipts.js";
import { explainedState } from "./explain-state.js";
import { hintsFor } from "./hints.js";
import { readingOf } from "./reading.js";
import type { FoundRefusal } from "./validate-range.js";

/** Receipts and actors that are listed, each, unless told otherwise. */
const USUAL_LIMIT = 20;

/** How a refusal is explained. */
export interface ExplainOptions {
  /** Receipts and actors that are listed, each. Default 20. */
  readonly maxListed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Explains a refusal as far as the store allows: for what tipsets led to, the receipts and actors that differ. */
export async function explained(
  found: FoundRefusal,
  network: ChainNetwork,
  node: ChainNode,
  { maxListed = USUAL_LIMIT, signal }: ExplainOptions,
): Promise<ChainDifference> {
  const { tipset, block, refusal, executed } = found;
  const common = { epoch: tipset.epoch, tipset: tipset.key, block, refusal };
  const isOutcome = refusal.code === "STATE_ROOT" || refusal.code === "RECEIPTS_ROOT";
  if (!isOutcome || executed === undefined) return { ...common, hints: [] };
  const header = tipset.headers[tipset.key.indexOf(block)] as BlockHeader;
  const version = networkVersionAt(network, executed.tipset.epoch);
  const { receiptHasEventsRoot } = networkVersion(version).rules.executor;
  const { parentMessageReceipts, parentStateRoot } = header;
  const read = <T>(root: Cid, reading: () => Promise<T>) => readingOf(node.blockstore, root, reading, signal);
  const receipts =
    executed.result.receiptsRoot === parentMessageReceipts
      ? undefined
      : await read(parentMessageReceipts, () =>
          explainedReceipts(
            node.blockstore,
            executed,
            parentMessageReceipts,
            receiptHasEventsRoot,
            maxListed,
            signal,
          ),
        );
  const state =
    executed.result.stateRoot === parentStateRoot
      ? undefined
      : await read(parentStateRoot, () =>
          explainedState(node, executed, parentStateRoot, version, maxListed, signal),
        );
  return {
    ...common,
    executed: { epoch: executed.tipset.epoch, tipset: executed.tipset.key },
    ...(receipts?.value !== undefined && {
      receipts: receipts.value.listed,
      moreReceipts: receipts.value.more,
    }),
    ...(state?.value !== undefined && { state: state.value }),
    hints: hintsFor({ receipts, state }),
  };
}
