/** The price lists, each as its predecessor and what changed. */
import { interactiveAggregates, nonInteractiveAggregates } from "./aggregate-prices.js";
import { gas, type PriceList } from "./price-list.js";

/** Storage of one byte on chain, before FIP-0057 made state dearer than messages. */
const STORAGE = gas(1_300);

/** FIP-0032: a call out of the VM to the node. */
const EXTERN = gas(21_000);

/** Network versions 16 and 17: the gas model for a VM of builtin actors (FIP-0032). */
export const skyr: PriceList = {
  messageCompute: gas(38_863),
  messageStorage: { flat: 36 * STORAGE, unit: STORAGE },
  returnStorage: STORAGE,
  sendBase: gas(29_233),
  sendTransferFunds: gas(27_500),
  sendTransferOnlyPremium: gas(159_672),
  sendInvokeMethod: gas(-5_377),

  actorLookup: 0,
  actorUpdate: 0,
  actorCreate: { compute: gas(1_108_454), other: 76 * STORAGE },
  actorDelete: -76 * STORAGE,
  addressLookup: 0,
  addressAssignment: 0,
  preloadedActors: [],

  verifySecp: { flat: gas(1_637_292), unit: 0 },
  verifyBls: { flat: gas(16_598_605), unit: 0 },
  recoverSecp: gas(1_637_292),
  blsPairing: 0,
  blsHashing: 0,
  hashing: gas(31_355),
  hashSha256: 0,
  hashBlake2b256: 0,
  hashBlake2b512: 0,
  hashKeccak256: 0,
  hashRipemd160: 0,

  computeUnsealedSectorCid: gas(98_647),
  verifySeal: gas(2_000),
  verifyAggregateSeals: interactiveAggregates,
  verifyReplicaUpdate: gas(36_316_136),
  verifyPost: { flat: gas(117_680_921), unit: gas(43_780) },
  verifyConsensusFault: { compute: gas(495_422) + EXTERN, other: 0 },

  randomness: { compute: EXTERN, other: 0 },
  randomnessPerByte: 0,
  tipsetCidLatest: 0,
  tipsetCidHistorical: 0,
  lookback: { flat: 0, unit: 0 },

  blockOpen: { compute: gas(114_617) + EXTERN, other: 0 },
  blockMemcpy: 500,
  blockAllocate: 0,
  blockRetention: gas(10),
  blockRetentionMinimum: 0,
  // Two copies per byte: into the buffered store, and out of it at the flush.
  blockLinkCompute: { flat: gas(353_640), unit: 2 * 500 },
  blockLinkStorage: { flat: 0, unit: STORAGE },
  linkTracked: 0,
  linkChecked: 0,
  cborScanPerField: 0,
  cborScanPerCid: 0,

  eventValidation: { flat: 0, unit: 0 },
  eventEntries: { flat: 0, unit: 0 },
  utf8Validation: { flat: 0, unit: 0 },

  syscall: gas(14_000),
  instruction: gas(4),
  memoryPerByte: 0,
};

/** Network versions 18 to 20: prices for user actors (FIP-0057), events (FIP-0049). */
export const hygge: PriceList = {
  ...skyr,
  sendBase: 0,
  sendTransferFunds: gas(6_000),
  sendTransferOnlyPremium: 0,
  sendInvokeMethod: gas(75_000),

  // State access is charged, once per message and actor (FIP-0057); preloaded actors by FIP-0055.
  actorLookup: gas(500_000),
  actorUpdate: gas(475_000),
  actorCreate: { compute: 0, other: gas(650_000) },
  actorDelete: 0,
  addressLookup: gas(1_050_000),
  addressAssignment: gas(1_000_000),
  preloadedActors: [0, 1, 2, 3, 4, 5, 6, 7, 10, 99],

  verifySecp: { flat: gas(1_637_292), unit: gas(10) },
  verifyBls: { flat: gas(16_598_605), unit: gas(26) },
  hashing: 0,
  hashSha256: gas(7),
  hashBlake2b256: gas(10),
  hashBlake2b512: gas(10),
  hashKeccak256: gas(33),
  hashRipemd160: gas(35),

  verifyConsensusFault: { compute: 0, other: gas(495_422) + EXTERN },
  randomness: { compute: 0, other: EXTERN },
  randomnessPerByte: gas(10),
  tipsetCidLatest: gas(50_000),
  tipsetCidHistorical: gas(215_000),

  blockOpen: { compute: 0, other: gas(187_440) },
  blockMemcpy: 400,
  blockAllocate: gas(2),
  blockRetention: 0,
  blockRetentionMinimum: gas(10),
  // Copy, allocation and hash; then the flush and 3,340 gas per stored byte.
  blockLinkCompute: { flat: 0, unit: 400 + gas(2) + gas(10) },
  blockLinkStorage: { flat: gas(172_000) + gas(334_000), unit: gas(3_340) },

  eventValidation: { flat: gas(1_750), unit: gas(25) },
  memoryPerByte: 400,
};

/** Network versions 21 to 24. */
export const watermelon: PriceList = {
  ...hygge,
  // FIP-0071: links are tracked, and checked before use.
  blockOpen: { compute: gas(300), other: gas(187_440) },
  blockLinkCompute: { flat: gas(300), unit: hygge.blockLinkCompute.unit },
  linkTracked: gas(300),
  linkChecked: gas(300),
  cborScanPerField: gas(35),
  cborScanPerCid: gas(400),
  // FIP-0072: events as three buffers instead of CBOR.
  eventValidation: { flat: 0, unit: 0 },
  eventEntries: { flat: gas(2_000), unit: gas(1_400) },
  utf8Validation: { flat: gas(500), unit: gas(16) },
  // FIP-0075: by look-back, walking the chain's skip list of 20 epochs.
  randomness: { compute: 0, other: 0 },
  randomnessPerByte: 0,
  tipsetCidLatest: 0,
  tipsetCidHistorical: 0,
  lookback: { flat: gas(5_800 * 19 + 15_000) + EXTERN, unit: gas(75) },
  // FIP-0079: aggregated BLS signatures.
  blsPairing: gas(8_299_302),
  blsHashing: gas(7),
};

/** From network version 25 on. */
export const teep: PriceList = {
  ...watermelon,
  // FIP-0076: a seal is verified in the message that proves it, and so paid for in full.
  verifySeal: gas(42_000_000),
  // FIP-0092: non-interactive proofs.
  verifyAggregateSeals: new Map([...watermelon.verifyAggregateSeals, ...nonInteractiveAggregates]),
};
