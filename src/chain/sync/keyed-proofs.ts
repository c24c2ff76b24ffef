import { proofVerifier, type StorageProofVerifier } from "../../storage-proofs/proof-verifier.js";
import { BoundedMap } from "../../util/bounded-map.js";
import type { Chain } from "../history/chain.js";
import type { BlockValidatorOptions } from "../validation/block-validator.js";
import { winningPostVerifier } from "../validation/winning-post.js";

/** Folders whose keys a thread has in memory. */
const FOLDERS = 4;
const verifiers = new BoundedMap<string, StorageProofVerifier>(FOLDERS);

/** The verifier with a folder's keys, which are read once in each thread; undefined: there is no folder. */
export function keyedProofs(folder: string | undefined): StorageProofVerifier | undefined {
  if (folder === undefined) return undefined;
  const verifier = verifiers.get(folder) ?? proofVerifier({ folder });
  verifiers.set(folder, verifier);
  return verifier;
}

/** Checks of winning PoSts for a validator of blocks: none without keys. */
export function winningPosts(
  chain: Chain,
  proofKeys: string | undefined,
): Pick<BlockValidatorOptions, "verifyWinningPost"> {
  const proofs = keyedProofs(proofKeys);
  return proofs === undefined ? {} : { verifyWinningPost: winningPostVerifier(chain.blockstore, proofs) };
}
