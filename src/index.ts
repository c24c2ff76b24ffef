/** The Filecoin Virtual Machine for Node.js. */
export {
  type Address,
  actorAddress,
  addressBytes,
  addressId,
  blsAddress,
  delegatedAddress,
  idAddress,
  parseAddressBytes,
  secp256k1Address,
} from "./address/address.js";
export { formatAddress, parseAddress } from "./address/text.js";
export { actorsOf, type Bundle, blockOf, checkBundle, openBundle } from "./bundles/bundle.js";
export { bundleFolders, findBundle } from "./bundles/folders.js";
export {
  type Backtrace,
  type BacktraceCause,
  type BacktraceFrame,
  backtraceText,
} from "./call-manager/backtrace.js";
export { executeMessages, type MessageCall } from "./chain/execute-messages.js";
export { type ExecuteTipsetOptions, executeTipset } from "./chain/execute-tipset.js";
export type { ChainNode } from "./chain/node.js";
export type {
  BlockMessage,
  BlockResult,
  NullRound,
  Tipset,
  TipsetBlock,
  TipsetContext,
  TipsetResult,
} from "./chain/tipset.js";
export {
  type ChainNodeFactory,
  type PoolTaskOptions,
  TipsetPool,
  type TipsetPoolOptions,
} from "./chain/tipset-pool.js";
export {
  type ErrorCode,
  type ErrorDetails,
  FvmError,
  HostFault,
  type HostFaultCode,
  type HostFaultDetails,
  isFvmError,
} from "./errors.js";
export type { ApplyFailure, ApplyKind, ApplyResult } from "./executor/apply-result.js";
export { type ConsensusFault, ConsensusFaultType, type Externs, type GuestEpoch } from "./externs/externs.js";
export { Genesis, type GenesisActor, type GenesisOptions } from "./genesis/genesis.js";
export { BlockCache } from "./ipld/block-cache.js";
export type { Block, Blockstore } from "./ipld/blocks.js";
export { CarBlockstore } from "./ipld/car-blockstore.js";
export { type Cid, cidBytes, cidFromBytes, cidText, parseCid, toCid } from "./ipld/cid.js";
export { fromInterfaceBlockstore, type InterfaceBlockstore } from "./ipld/interface-blockstore.js";
export { MemoryBlockstore } from "./ipld/memory-blockstore.js";
export { ErrorNumber, ExitCode } from "./kernel/outcome.js";
export { CodeCache } from "./machine/code-cache.js";
export type { DebugSink, MachineContext } from "./machine/context.js";
export { type ExecuteOptions, Machine } from "./machine/machine.js";
export type { MachineOptions } from "./machine/options.js";
export { type EventEntry, EventFlag, type StampedEvent } from "./message/event.js";
export { decodeMessage, encodeMessage, type Message } from "./message/message.js";
export type { Receipt } from "./message/receipt.js";
export { NEWEST_VERSION, type NetworkVersion, networkVersion, OLDEST_VERSION } from "./network/version.js";
export { acceptProofs, type ProofVerifier, rejectProofs } from "./proofs/verifier.js";
export type { ActorId, ActorState } from "./state-tree/actor-state.js";
export type { U64 } from "./util/u64.js";
