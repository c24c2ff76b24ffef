/**
 * Reports on messages, for people: builtin actors, their methods, parameters, returns and states by name;
 * traces in the forms of the Ethereum world; where the gas went; why messages failed.
 *
 * @module fvm-node/inspect
 */
export {
  type AbiArgument,
  type AbiLog,
  type AbiMatch,
  type BuiltinRevert,
  builtinRevert,
  type ContractAbi,
  joinAbis,
  loadAbi,
} from "../builtin/abi/index.js";
export { ACTOR_TYPES, type ActorType } from "../builtin/actors/index.js";
export {
  type AddressBook,
  type AddressForms,
  addressForms,
  type KnownActor,
  resolveAddressForms,
} from "../builtin/addresses.js";
export { BuiltinActors, type BuiltinActorsOptions } from "../builtin/builtin-actors.js";
export { type DecodedCall, decodeCall } from "../builtin/decode-call.js";
export { type DecodedEntry, decodeEvent } from "../builtin/events.js";
export {
  type EthAddress,
  type EvmMessageId,
  type EvmState,
  ethAddressOf,
  ethToFilecoin,
  evmStateCodec,
  filecoinToEth,
  isEthAddress,
  maskedId,
  readBytecode,
  readEvmState,
  readSlot,
  storageSlots,
} from "../builtin/evm/index.js";
export { errorNumberName, errorNumberText, exitCodeName, exitCodeText } from "../builtin/exit-codes.js";
export { exportedMethodNumber } from "../builtin/frc42.js";
export { readBuiltinActors } from "../builtin/read-builtin-actors.js";
export type { Decoded } from "../builtin/schema/decode.js";
export type { Fields, KeyKind, Scalar, Schema, Structure } from "../builtin/schema/schema.js";
export { type Json, type ShownOptions, toJson } from "../builtin/values/json.js";
export type { DecodeLimits } from "../builtin/values/limits.js";
export { decodedText, type TextOptions } from "../builtin/values/text.js";
export type { AmountUnit, DecodedField, DecodedValue, Range } from "../builtin/values/value.js";
export {
  type CauseKind,
  type ExplainOptions,
  type Explanation,
  explain,
  type FailedCall,
  type FailedMessage,
  type RefusedSyscall,
  type RevertReason,
} from "./explain/index.js";
export type { PageLimits } from "./page/budget.js";
export type { PageSource } from "./page/message.js";
export { type PageInput, tracePage } from "./page/page.js";
export {
  CATEGORY_TITLES,
  type Category,
  categoryOf,
  type Dimension,
  type GasProfile,
  GasProfiler,
  type GasStack,
  gasProfile,
  gasStacks,
  type JsonInteger,
  type JsonNode,
  type JsonProfile,
  type JsonSpending,
  type JsonSpent,
  type NamedProfile,
  nodeName,
  nodesOf,
  type ProfileNode,
  type ProfileOptions,
  type ProfileTextOptions,
  pprofFile,
  profileJson,
  profileText,
  type SpeedscopeFile,
  type Spending,
  type Spent,
  type StackFrame,
  speedscopeFile,
  spendingBy,
  syscallOf,
} from "./profile/index.js";
export * from "./state/index.js";
export {
  type CallByAbi,
  type CallFrame,
  type CallLog,
  type CallTracerConfig,
  callByAbi,
  callTracer,
  type DecodedByAbi,
  type DecodedFrame,
  decodedCall,
  decodedLog,
  type FlatAction,
  type FlatCall,
  type FlatCallTracerConfig,
  type FlatResult,
  type FrameType,
  flatCallTracer,
  fourByteTracer,
  type Hex,
  type LogContent,
  logOfEvent,
  type ParityAccountDiff,
  type ParityCall,
  type ParityCreate,
  type ParityDelta,
  type ParityEntry,
  type ParityStateDiff,
  type ParityTrace,
  type Prestate,
  type PrestateAccount,
  type PrestateDiff,
  type PrestateTracerConfig,
  parityOutput,
  parityStateDiff,
  parityTrace,
  prestateTracer,
  type TraceContext,
  type TracedStates,
  type TransactionPlace,
  traceContext,
} from "./tracers/index.js";
