import type { BlockMessage, BlockResult, Tipset } from "#src/chain/execution/tipset.js";

/** A tipset with those of its messages that are executed. */
export function withSelected(tipset: Tipset, results: readonly BlockResult[]): Tipset {
  const blocks = tipset.blocks.map((block, i) => ({
    ...block,
    messages: (results[i]?.executed ?? []).map((place) => block.messages[place] as BlockMessage),
  }));
  return { ...tipset, blocks };
}
