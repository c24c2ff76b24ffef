import { acceptProofs } from "../../vm/proofs/verifier.js";
import { chainNode } from "../node/chain-node.js";
import type { ChainStore } from "../store/chain-store.js";
import type { EpochRange } from "../store/ranges.js";
import {
  type ChainValidation,
  type ValidateChainOptions,
  type ValidationProgress,
  validateChain,
} from "./validate-chain.js";

/** Milliseconds after which progress is written down. */
const REMEMBERED_EVERY = 5000;

/** Options of `validatePiece`. */
export interface PieceOptions extends Pick<ValidateChainOptions, "maxListed"> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ValidationProgress) => void;
}

/**
 * Validates epochs of a chain in a folder, and remembers in the folder how far it got. The head is never remembered: no
 * header says yet what it leads to. Proofs that actors ask for are taken for valid.
 */
export async function validatePiece(
  store: ChainStore,
  { from, to }: EpochRange,
  { signal, maxListed, onProgress }: PieceOptions,
): Promise<ChainValidation> {
  const { chain, network } = store;
  const head = await store.head(signal && { signal });
  const node = chainNode({ network, chain, proofs: acceptProofs });
  let confirmed: number | undefined;
  let rememberedAt = performance.now();
  const remember = async () => {
    if (confirmed !== undefined) await store.addValidated({ from, to: confirmed });
    rememberedAt = performance.now();
  };
  try {
    return await validateChain(
      { chain, network, node, head, index: store },
      {
        from,
        to,
        ...(signal && { signal }),
        ...(maxListed !== undefined && { maxListed }),
        async onProgress(progress) {
          if (progress.epoch < head.epoch) confirmed = progress.epoch;
          onProgress?.(progress);
          if (performance.now() - rememberedAt > REMEMBERED_EVERY) await remember();
        },
      },
    );
  } finally {
    await remember();
  }
}
