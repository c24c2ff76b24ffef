/** A worker thread of `validateStore`: it has the chain's folder open itself. */
import { type Server, serve } from "../../threads/serve.js";
import { ChainStore } from "../store/chain-store.js";
import type { EpochRange } from "../store/ranges.js";
import { type PieceOptions, validatePiece } from "./validate-piece.js";

/** Data that a worker begins with. */
export interface ValidationWorkerData {
  readonly folder: string;
  readonly options: Pick<PieceOptions, "first" | "maxListed" | "proofKeys">;
}

serve<ValidationWorkerData, EpochRange>(async ({ folder, options }): Promise<Server<EpochRange>> => {
  const store = await ChainStore.open(folder);
  return {
    perform: (range) => validatePiece(store, range, options),
    close: () => store.close(),
  };
});
