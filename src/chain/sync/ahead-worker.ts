/** A thread that executes messages of a folder's tipsets before their turn. */
import { sharedDecodedBlocks } from "../../ipld/decoded-blocks.js";
import { type Server, serve } from "../../threads/serve.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import type { AheadTask } from "../execution/crew.js";
import { executeAhead } from "../execution/execute-ahead.js";
import { chainNode } from "../node/chain-node.js";
import { ChainStore } from "../store/chain-store.js";
import { keyedProofs } from "./keyed-proofs.js";

/** Data that such a thread begins with. */
export interface AheadWorkerData {
  readonly folder: string;
  /** Folder of keys with which proofs are verified. Undefined: proofs are taken for valid. */
  readonly proofKeys: string | undefined;
}

/** Bytes of decoded blocks that are kept: those that messages of one tipset read. */
const DECODED_BYTES = 8 << 20;

serve<AheadWorkerData, AheadTask>(async ({ folder, proofKeys }): Promise<Server<AheadTask>> => {
  sharedDecodedBlocks.maxBytes = DECODED_BYTES;
  const store = await ChainStore.open(folder);
  const { network, chain } = store;
  const node = chainNode({ network, chain, proofs: keyedProofs(proofKeys) ?? acceptProofs });
  return {
    perform: (task) => executeAhead(node, task),
    close: () => store.close(),
  };
});
