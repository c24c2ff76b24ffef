/**
 * Networks and chains of one's own, real actors, and test vectors.
 *
 * @module fvm-node/testing
 */
export type { DevnetActors } from "../chain/devnet/builtins.js";
export { DevnetChain, type MinedMessages, type MineOptions } from "../chain/devnet/devnet-chain.js";
export type { DevnetMiner } from "../chain/devnet/election.js";
export type { NetworkFile } from "../chain/devnet/network-file.js";
export type { DevnetProvider } from "../chain/devnet/providers.js";
export type { SectorTypes } from "../chain/devnet/sector-types.js";
export type { DevnetOptions } from "../chain/devnet/settings.js";
export { DevnetTraffic, type TrafficOptions } from "../chain/devnet/traffic/devnet-traffic.js";
export type { TrafficKind } from "../chain/devnet/traffic/kinds.js";
export { MAINNET_MIX, type TrafficMix, USUAL_MIX } from "../chain/devnet/traffic/mix.js";
export { Genesis, type GenesisActor, type GenesisOptions } from "../vm/genesis/genesis.js";
export { noopActor } from "../vm/genesis/noop-actor.js";
export { actorsOf, type Bundle, blockOf, checkBundle, openBundle } from "./bundles/bundle.js";
export { bundleFolders, findBundle, findGenesis } from "./bundles/folders.js";
export type { BundleName } from "./bundles/pins.js";
export type { Mismatch } from "./vectors/compare.js";
export { defaultVectorFolder, readVector, vectorFiles } from "./vectors/files.js";
export { parseVector } from "./vectors/parse.js";
export { type ConformanceReport, reportOf, type VectorReport } from "./vectors/report.js";
export type { Times, VariantReport, VectorBegin } from "./vectors/run.js";
export { type RunVectorsOptions, runVectors } from "./vectors/run-vectors.js";
export type { ResultWatcher } from "./vectors/runner.js";
export type {
  ExpectedBlock,
  ExpectedOutcome,
  ExpectedReceipt,
  ExpectedTipset,
  MessageVector,
  RecordedRandomness,
  TipsetVector,
  Variant,
  Vector,
  VectorBlock,
  VectorMessage,
  VectorTipset,
} from "./vectors/vector.js";
