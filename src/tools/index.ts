/** `fvm-node/testing`: networks of one's own, real actors, and test vectors. */

export { Genesis, type GenesisActor, type GenesisOptions } from "../vm/genesis/genesis.js";
export { noopActor } from "../vm/genesis/noop-actor.js";
export { actorsOf, type Bundle, blockOf, checkBundle, openBundle } from "./bundles/bundle.js";
export { bundleFolders, findBundle, findGenesis } from "./bundles/folders.js";
export { defaultVectorFolder, readVector, vectorFiles } from "./vectors/files.js";
export { parseVector } from "./vectors/parse.js";
export { type ConformanceReport, reportOf, type VectorReport } from "./vectors/report.js";
export type { VariantReport } from "./vectors/run.js";
export { type RunVectorsOptions, runVectors } from "./vectors/run-vectors.js";
export type {
  ExpectedOutcome,
  ExpectedReceipt,
  MessageVector,
  TipsetVector,
  Variant,
  Vector,
} from "./vectors/vector.js";
