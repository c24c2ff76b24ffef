/**
 * The data formats of state and chain, for indexers and tools. CIDs, DAG-CBOR, HAMT, AMT, KAMT and CAR as Filecoin has
 * them. The guide `docs/ipld.md` has an example of each.
 *
 * HAMTs, AMTs and KAMTs are read and written over `BlockAccess`, synchronously; `readBlocks` and `writeBlocks` of
 * `fvm-node/blockstore` lend one over any blockstore.
 *
 * @module fvm-node/ipld
 */
export {
  type Cid,
  type CidLike,
  type CidParts,
  cidBytes,
  cidCodec,
  cidFromBytes,
  cidFromParts,
  cidParts,
  cidText,
  isCid,
  parseCid,
  toCid,
} from "../encoding/cid.js";
export * as multicodec from "../encoding/codecs.js";
export type { I64, U64 } from "../util/u64.js";
export { Amt, type AmtLayout, buildAmt, CHAIN_AMT, EVENTS_AMT } from "./amt.js";
export { type Block, type BlockAccess, BlockNotFound, MissingBlock } from "./block-access.js";
export { type Car, readCar } from "./car/car.js";
export { CarParser, type LocatedBlock } from "./car/parser.js";
export { openCar, type StreamedCar, streamCar } from "./car/stream.js";
export { type CarFileOptions, type CarSource, carPieces, writeCar, writeCarFile } from "./car/write.js";
export {
  CborReader,
  type CborReaderOptions,
  CborWriter,
  type Codec,
  decodeCbor,
  encodeCbor,
  Major,
} from "./cbor.js";
export { HAMT_BIT_WIDTH, Hamt } from "./hamt.js";
export { isIntact } from "./intact.js";
export { Kamt } from "./kamt.js";
export type { EntryChange } from "./tree-difference.js";
