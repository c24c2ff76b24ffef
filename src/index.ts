/**
 * The Filecoin Virtual Machine for Node.js: machines, messages, tipsets and pools of workers.
 *
 * Amounts are attoFIL, as `bigint`. Gas is whole gas where nothing else is said. Addresses and CIDs are their bytes
 * as latin1 strings: compare them with `===`, make them with `parseAddress` and `parseCid`. Functions throw `FvmError`
 * on misuse and bad input, and `HostFault` when the host fails: a store, the node, a worker.
 *
 * @module fvm-node
 */
export {
  type Address,
  type AddressRules,
  actorAddress,
  addressBytes,
  addressId,
  blsAddress,
  delegatedAddress,
  idAddress,
  parseAddressBytes,
  secp256k1Address,
} from "./address/address.js";
export { formatAddress, type NetworkLetter, parseAddress } from "./address/text.js";
export { BlockCache } from "./blockstore/block-cache.js";
export type { Blockstore, BlockstoreOptions } from "./blockstore/blocks.js";
export { CarBlockstore } from "./blockstore/car/car-blockstore.js";
export {
  type ClosableBlockstore,
  fromInterfaceBlockstore,
  type InterfaceBlockstore,
} from "./blockstore/interface-blockstore.js";
export { LmdbBlockstore, type LmdbOptions } from "./blockstore/lmdb/lmdb-blockstore.js";
export { MemoryBlockstore } from "./blockstore/memory-blockstore.js";
export type { TipsetHelpers } from "./chain/execution/crew.js";
export { executeMessages, type MessageCall } from "./chain/execution/execute-messages.js";
export { type ExecuteTipsetOptions, executeTipset } from "./chain/execution/execute-tipset.js";
export type { ChainNode } from "./chain/execution/node.js";
export type {
  BlockMessage,
  BlockResult,
  NullRound,
  Tipset,
  TipsetBlock,
  TipsetContext,
  TipsetResult,
} from "./chain/execution/tipset.js";
export {
  type ChainNodeFactory,
  type PoolCloseOptions,
  type PoolTaskOptions,
  type PoolTipsetOptions,
  TipsetPool,
  type TipsetPoolOptions,
} from "./chain/pool/tipset-pool.js";
export { type Cid, cidBytes, cidFromBytes, cidText, parseCid, toCid } from "./encoding/cid.js";
export {
  type ErrorCode,
  type ErrorDetails,
  FvmError,
  HostFault,
  type HostFaultCode,
  type HostFaultDetails,
  isFvmError,
} from "./errors.js";
export type { Block } from "./ipld/block-access.js";
export {
  type KeptMemory,
  limitMemory,
  type MemoryUsage,
  memoryUsage,
  trimMemory,
} from "./memory/kept-memory.js";
export { type EventEntry, EventFlag, type StampedEvent } from "./message/event.js";
export type { Gas, Milligas } from "./message/gas.js";
export { decodeMessage, encodeMessage, type Message } from "./message/message.js";
export { ErrorNumber, ExitCode, SyscallError } from "./message/outcome.js";
export type { Receipt } from "./message/receipt.js";
export type { ProofCircuit, ProofFile, ProofParameters } from "./storage-proofs/parameters.js";
export { MAINNET_PROOFS } from "./storage-proofs/parameters.js";
export {
  type ProofVerifierOptions,
  proofVerifier,
  type StorageProofVerifier,
} from "./storage-proofs/proof-verifier.js";
export { actorsOf, type Bundle, blockOf, checkBundle, openBundle } from "./tools/bundles/bundle.js";
export { bundleFolders, findBundle } from "./tools/bundles/folders.js";
export type { BundleName } from "./tools/bundles/pins.js";
export type { I64, U64 } from "./util/u64.js";
export {
  type Backtrace,
  type BacktraceCause,
  type BacktraceFrame,
  backtraceText,
} from "./vm/call-manager/backtrace.js";
export type { ApplyFailure, ApplyKind, ApplyResult } from "./vm/executor/apply-result.js";
export {
  type ConsensusFault,
  ConsensusFaultType,
  type Externs,
  type GuestEpoch,
  type SupplySource,
} from "./vm/externs/externs.js";
export { type AggregatePrice, gas, type Linear, type PriceList, type Split } from "./vm/gas/price-list.js";
export { Genesis, type GenesisActor, type GenesisOptions } from "./vm/genesis/genesis.js";
export type { DebugSink, MachineContext } from "./vm/kernel/machine-context.js";
export { CodeCache } from "./vm/machine/code-cache.js";
export { type ExecuteOptions, Machine, type SyncOptions, type TracedResult } from "./vm/machine/machine.js";
export type { MachineOptions } from "./vm/machine/options.js";
export type { WaitOptions } from "./vm/machine/wait-options.js";
export { deriveNetwork, type NetworkChanges } from "./vm/network/derive.js";
export {
  NEWEST_VERSION,
  type NetworkVersion,
  networkVersion,
  OLDEST_VERSION,
  type Redirect,
} from "./vm/network/version.js";
export {
  type AggregateProof,
  acceptProofs,
  type ProofVerifier,
  rejectProofs,
  type SealProof,
  type UpdateProof,
  type Verdict,
  type WindowPost,
  type WinningPostProof,
} from "./vm/proofs/verifier.js";
export type { ActorId, ActorState } from "./vm/state-tree/actor-state.js";
export {
  type ActorChange,
  type ChangedActor,
  compareDiffs,
  type DiffMismatch,
  diffText,
  type StateDiff,
} from "./vm/state-tree/state-diff.js";
export {
  type CustomArguments,
  type CustomParam,
  type CustomResult,
  type CustomSyscall,
  defineSyscall,
  type SyscallCall,
  type SyscallDefinition,
} from "./vm/syscalls/custom.js";
export type { CallEnd, Observation, ObservationOf, ObservedBlock, Observer } from "./vm/trace/observation.js";
export type { CallTrace, MessageTrace, TraceStep } from "./vm/trace/trace.js";
