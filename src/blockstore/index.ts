/**
 * Where blocks come from and go to, and data structures on them.
 *
 * @module fvm-node/blockstore
 */
export { type BlockAccessOptions, readBlocks, writeBlocks } from "./access.js";
export { BlockCache } from "./block-cache.js";
export type { Blockstore, BlockstoreOptions } from "./blocks.js";
export { CarBlockstore } from "./car/car-blockstore.js";
export { GatewayBlockstore, type GatewayOptions } from "./gateway/gateway-blockstore.js";
export {
  type ClosableBlockstore,
  fromInterfaceBlockstore,
  type InterfaceBlockstore,
} from "./interface-blockstore.js";
export { LayeredBlockstore, type LayeredOptions } from "./layered-blockstore.js";
export type { StoreBatch } from "./lmdb/batch.js";
export { LmdbBlockstore, type LmdbOptions, type LmdbStat, type StoreMeta } from "./lmdb/lmdb-blockstore.js";
export type { KeyRange } from "./lmdb/scan.js";
export { MemoryBlockstore } from "./memory-blockstore.js";
export { RecordingBlockstore } from "./recording-blockstore.js";
export { S3Blockstore, type S3Options } from "./s3/s3-blockstore.js";
