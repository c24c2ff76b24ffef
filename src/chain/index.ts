/**
 * Whole tipsets, in this thread or in several; and how the chain stores what they hold.
 *
 * @module fvm-node/chain
 */
export { eventCodec, type StampedEvent } from "../message/event.js";
export { BLOCK_GAS_LIMIT } from "../message/gas.js";
export { type Message, messageCodec } from "../message/message.js";
export { type Receipt, receiptCodec } from "../message/receipt.js";
export { tokenCodec } from "../message/token.js";
export type { TipsetHelpers } from "./execution/crew.js";
export { executeMessages, type MessageCall } from "./execution/execute-messages.js";
export { type ExecuteTipsetOptions, executeTipset } from "./execution/execute-tipset.js";
export { cronMessage, rewardMessage } from "./execution/implicit-messages.js";
export type { Asking, ChainNode, MigrationOptions } from "./execution/node.js";
export type { EpochPlan, EpochPrefetch, ExpectedTipset, Prefetch } from "./execution/prefetch.js";
export { readEvents, readReceipts } from "./execution/read-receipts.js";
export { receiptsArray } from "./execution/receipts.js";
export { simulatorFor } from "./execution/simulator-for.js";
export type {
  BlockMessage,
  BlockResult,
  NullRound,
  Tipset,
  TipsetBlock,
  TipsetContext,
  TipsetResult,
} from "./execution/tipset.js";
export { Chain, type ChainOptions, type ChainReadOptions, type NullRoundChoice } from "./history/chain.js";
export { type ChainTipset, chainTipset } from "./history/chain-tipset.js";
export type { EpochIndex, IndexedTipset } from "./history/epoch-index.js";
export {
  type FindMessageOptions,
  findMessage,
  findTransaction,
  type IncludedMessage,
} from "./history/find-message.js";
export { migrateState } from "./migrations/migrate-state.js";
export {
  type Beacon,
  type BeaconStart,
  DRAND,
  type DrandBeacon,
  MOCK_BEACON,
  type MockBeacon,
} from "./networks/beacons.js";
export type { DrandInfo } from "./networks/drand-info.js";
export { manifestAt, manifestOf } from "./networks/manifests.js";
export { readChainNetwork } from "./networks/network-file.js";
export {
  CHAIN_NETWORKS,
  type ChainNetwork,
  type GenesisBlock,
  type SupplyRules,
} from "./networks/networks.js";
export {
  heightOf,
  lastUpgrade,
  networkVersionAt,
  UPGRADES,
  type Upgrade,
  type UpgradeName,
  type UpgradeSchedule,
  upgradesAt,
} from "./networks/upgrades.js";
export { type ChainNodeOptions, chainNode } from "./node/chain-node.js";
export {
  type ExecutableTipsetOptions,
  type ExecuteChainTipsetOptions,
  executableTipset,
  executeChainTipset,
  type StateAfter,
  stateAfter,
} from "./node/execute-chain-tipset.js";
export {
  type ChainNodeFactory,
  type PoolCloseOptions,
  type PoolEstimateOptions,
  type PoolSettingOptions,
  type PoolSimulationOptions,
  type PoolTaskOptions,
  type PoolTipsetOptions,
  TipsetPool,
  type TipsetPoolOptions,
} from "./pool/tipset-pool.js";
export { Prefetcher, type PrefetcherOptions } from "./prefetch/prefetcher.js";
export { type BaseFeeRule, baseFeeRuleAt, nextBaseFee } from "./rules/base-fee.js";
export {
  type BeaconCheck,
  type BeaconEntriesOutcome,
  type BeaconFault,
  type BeaconStep,
  checkBeaconEntries,
} from "./rules/beacon.js";
export { beaconRoundAt } from "./rules/beacon-round.js";
export { type CirculatingSupply, circulatingSupply } from "./rules/circulating-supply.js";
export { weightAfter } from "./rules/weight.js";
export { winCount } from "./rules/win-count.js";
export { SignatureBatch, type VerifyOptions } from "./signatures/batch.js";
export { mockEntry } from "./signatures/beacon.js";
export { ethSenderOf, ethTransactionHash } from "./signatures/eth-sender.js";
export {
  type EthTransaction,
  type EthTransactionKind,
  ethMessageOf,
  ethSigningBytes,
  ethTransactionBytes,
  ethTransactionOf,
} from "./signatures/eth-transaction.js";
export { aggregateSignatures, SigningKey } from "./signatures/keys.js";
export type { OwnBeaconKind } from "./signatures/own-beacon.js";
export {
  drawElectionProof,
  drawTicket,
  type SignMessageOptions,
  signBlock,
  signMessage,
} from "./signatures/sign.js";
export { verifyAggregate, verifyBlock, verifyMessage, verifySignature } from "./signatures/verify.js";
export { type VrfDraw, type VrfInput, verifyElectionProof, verifyTicket } from "./signatures/vrf.js";
export type { MissingActors } from "./store/actors.js";
export type { ForkWeights, HeadChange } from "./store/adopt-head.js";
export type { ChainBlockstore } from "./store/chain-blockstore.js";
export { type ChainInfo, chainInfo } from "./store/chain-info.js";
export { ChainStore, type ChainStoreOptions } from "./store/chain-store.js";
export {
  collectGarbage,
  type GarbageOptions,
  type GarbageProgress,
  type GarbageResult,
} from "./store/collect-garbage.js";
export {
  type ExportOptions,
  type ExportProgress,
  type ExportResult,
  exportSnapshot,
} from "./store/export-snapshot.js";
export type { ReadProgress } from "./store/import-blocks.js";
export {
  type ActorsSource,
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  importSnapshot,
} from "./store/import-snapshot.js";
export type { KnownNetwork, NetworkSource } from "./store/network-source.js";
export type { EpochRange } from "./store/ranges.js";
export { type BlockWalkOptions, blocksBehind, blocksBeyond } from "./store/state-blocks.js";
export { type BlockInfo, type TipsetInfo, tipsetInfo } from "./store/tipset-info.js";
export type {
  ChainDifference,
  ExplainedState,
  NamedMessage,
  ReceiptDifference,
} from "./sync/difference.js";
export { type DifferenceOptions, differenceJson, differenceText } from "./sync/difference-text.js";
export {
  type ChainToValidate,
  type ChainValidation,
  type UncheckedPart,
  type ValidateChainOptions,
  type ValidationProgress,
  validateChain,
} from "./sync/validate-chain.js";
export { type StoreValidation, type ValidateStoreOptions, validateStore } from "./sync/validate-store.js";
export {
  type BeaconEntry,
  type BlockHeader,
  decodeHeader,
  type ElectionProof,
  encodeHeader,
  headerCid,
  headerSigningBytes,
  type PoStProof,
} from "./types/header.js";
export {
  type BlockMessages,
  type MessageMeta,
  messageMetaCodec,
  readBlockMessages,
  writeBlockMessages,
} from "./types/message-meta.js";
export { SIGNATURE_TYPES, type Signature, type SignatureType, signatureCodec } from "./types/signature.js";
export {
  decodeSignedMessage,
  encodeSignedMessage,
  type ListedMessage,
  messageCid,
  type SignedMessage,
  signedMessageCid,
} from "./types/signed-message.js";
export { type NamedHeader, tipsetCid, tipsetOrder } from "./types/tipset-key.js";
export {
  BlockValidator,
  type BlockValidatorOptions,
  type ValidateOptions,
} from "./validation/block-validator.js";
export type { WinningPost, WinningPostVerifier } from "./validation/mining-checks.js";
export type { PreparedBlock } from "./validation/prepared-block.js";
export type {
  BlockRefusal,
  BlockRefusalCode,
  BlockRefusalDetails,
  RefusedBlock,
} from "./validation/refusal.js";
export type { SignatureVerdict } from "./validation/signature-checks.js";
export type { Outcome } from "./validation/state-checks.js";
export type { PreparedTipset } from "./validation/validation.js";
export { winningPostVerifier } from "./validation/winning-post.js";
