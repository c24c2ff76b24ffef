/** The rules of the three kernel generations, each as its predecessor and what changed. */
import { CBOR, DAG_CBOR, RAW } from "../../encoding/codecs.js";
import type { KernelRules } from "./rules.js";

/** Network versions 16 and 17: a VM of builtin actors only (FIP-0030, FIP-0031, FIP-0032). */
export const skyrRules: KernelRules = {
  native: {
    trackLinks: false,
    dagCborOnly: true,
    maxBlockBytes: 0,
    hashChargedFirst: true,
    signedGasCharge: true,
    gasMarkMovesOnCharge: true,
    chargesInstantiation: false,
    instantiationFailureFatal: true,
    missingInvokeFatal: true,
    exitZeroRefused: true,
    namesFreeCharges: false,
  },
  executor: {
    senderMayBeEthAccount: false,
    paramsCodec: { send: DAG_CBOR, invoke: DAG_CBOR },
    executorChargesReturn: true,
    signedMessageIntegers: true,
    receiptHasEventsRoot: false,
  },
  calls: {
    // The limit of 1024 is compared before the top-level call counts.
    maxCallDepth: 1025,
    depthRefusalLeavesGasLimit: false,
    chargesStateAccess: false,
    chargesSendFirst: true,
    chargesCreationFirst: true,
    constructorCodec: DAG_CBOR,
    createsPlaceholders: false,
    failureCarriesData: false,
    chargesNestedReturns: false,
    loadsUnlistedCode: false,
  },
  state: {
    treeVersions: [3, 4],
    flushLinks: "legacy",
    delegatedAddresses: false,
  },
  kernel: {
    tipsetLookbackLimit: undefined,
    maxSealProof: 9,
    chargesBatchedSeals: false,
    windowPost: { firstTypes: [5], calibnetV1Until: undefined },
    events: { entries: 0, keyLength: 0, valuesLength: 0, encodedLength: 0 },
  },
  trace: {
    legacyFrames: true,
    invokesConstructors: false,
    listsBlocksAndLogs: false,
    backtraceOfConstructors: true,
  },
};

/**
 * Network versions 18 to 20: user actors through FEVM. FIP-0048 (f4 addresses), FIP-0049 (events),
 * FIP-0050 (calls between user actors), FIP-0054, FIP-0055 (Ethereum accounts, placeholders), FIP-0057
 * (gas and limits).
 */
export const hyggeRules: KernelRules = {
  native: {
    ...skyrRules.native,
    dagCborOnly: false,
    maxBlockBytes: 1 << 20,
    hashChargedFirst: false,
    signedGasCharge: false,
    gasMarkMovesOnCharge: false,
    chargesInstantiation: true,
    instantiationFailureFatal: false,
    exitZeroRefused: false,
    namesFreeCharges: true,
  },
  executor: {
    senderMayBeEthAccount: true,
    paramsCodec: { send: RAW, invoke: CBOR },
    executorChargesReturn: false,
    signedMessageIntegers: false,
    receiptHasEventsRoot: true,
  },
  calls: {
    ...skyrRules.calls,
    maxCallDepth: 1024,
    depthRefusalLeavesGasLimit: true,
    chargesStateAccess: true,
    chargesSendFirst: false,
    chargesCreationFirst: false,
    constructorCodec: CBOR,
    createsPlaceholders: true,
    failureCarriesData: true,
    loadsUnlistedCode: true,
  },
  state: {
    treeVersions: [5],
    flushLinks: "current",
    delegatedAddresses: true,
  },
  kernel: {
    tipsetLookbackLimit: 900,
    maxSealProof: 14,
    chargesBatchedSeals: true,
    windowPost: { firstTypes: [5, 10], calibnetV1Until: 498_691 },
    events: { entries: 256, keyLength: 32, valuesLength: 8192, encodedLength: 1 << 20 },
  },
  trace: {
    legacyFrames: false,
    invokesConstructors: true,
    listsBlocksAndLogs: false,
    backtraceOfConstructors: true,
  },
};

/** From network version 21 on: reachable links (FIP-0071), look-back without bound (FIP-0075). */
export const watermelonRules: KernelRules = {
  native: { ...hyggeRules.native, trackLinks: true, missingInvokeFatal: false },
  executor: hyggeRules.executor,
  calls: { ...hyggeRules.calls, depthRefusalLeavesGasLimit: false, chargesNestedReturns: true },
  state: hyggeRules.state,
  kernel: {
    ...hyggeRules.kernel,
    tipsetLookbackLimit: undefined,
    maxSealProof: 19,
    windowPost: { firstTypes: [10], calibnetV1Until: undefined },
    events: { ...hyggeRules.kernel.events, entries: 255, keyLength: 31 },
  },
  trace: {
    ...hyggeRules.trace,
    invokesConstructors: false,
    listsBlocksAndLogs: true,
    backtraceOfConstructors: false,
  },
};
