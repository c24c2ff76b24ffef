import { addressId } from "../../address/address.js";
import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { onState } from "../../inspect/state/inspected-state.js";
import type { StorageProofVerifier } from "../../storage-proofs/proof-verifier.js";
import { concatBytes } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import { replicaCommitment } from "../../vm/proofs/commitments.js";
import { maskedRandomness, proverId } from "../../vm/proofs/input.js";
import { winningSectorIn } from "../rules/winning-sector.js";
import type { WinningPostVerifier } from "./mining-checks.js";

/** Registered types of each kind: one for each size of sectors. */
const SIZES = 5;

/**
 * Checks winning PoSts as Lotus does: the sector is drawn from the miner's active ones in the state that the election looks
 * back to. A miner without active sectors can prove nothing: `malformed`.
 *
 * @param store of the chain's states
 * @param proofs such as `proofVerifier()` makes it
 */
export function winningPostVerifier(
  store: Blockstore,
  proofs: Pick<StorageProofVerifier, "verifyWinningPost">,
  options: Pick<BlockAccessOptions, "blockCache"> = {},
): WinningPostVerifier {
  return async ({ miner, proofs: given, randomness: drawn, state }) => {
    const randomness = maskedRandomness(drawn);
    const prover = proverId(addressId(miner) as U64);
    const sector = await onState(
      store,
      state,
      (opened) => winningSectorIn(opened, miner, prover, randomness),
      options,
    );
    const sealedCommitment = sector && replicaCommitment(sector.sealed);
    if (sector === undefined || sealedCommitment === undefined) return "malformed";
    const { sectorNumber, sealType } = sector;
    const proof = concatBytes(...given.map(({ proof }) => proof));
    const postType = sealType % SIZES;
    return proofs.verifyWinningPost({ postType, randomness, sectorNumber, sealedCommitment, proof });
  };
}
