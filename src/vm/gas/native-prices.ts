import type { NativePrices } from "../../native/addon.js";
import { blockCopy } from "./charges.js";
import type { PriceList } from "./price-list.js";

/** Bytes that a table element counts as. */
const TABLE_ELEMENT_SIZE = 8;
const PAGE_SIZE = 65_536;

/** The prices of what C++ charges itself, made from the one price list. */
export function nativePrices(prices: PriceList): NativePrices {
  const copy = blockCopy(prices);
  return {
    syscall: prices.syscall,
    memoryInitPerByte: prices.memoryPerByte,
    tableInitPerElement: prices.memoryPerByte * TABLE_ELEMENT_SIZE,
    blockOpenBase: prices.blockOpen.compute + prices.blockOpen.other,
    blockOpenPerByte: copy,
    blockOpenPerLink: prices.linkTracked,
    blockOpenMinPerByte: prices.blockRetentionMinimum,
    blockReadPerByte: prices.blockMemcpy,
    blockCreatePerByte: copy,
    blockCreatePerLink: prices.linkChecked,
    blockCreateMinPerByte: prices.blockRetentionMinimum,
    blockLinkBase: prices.blockLinkCompute.flat + prices.blockLinkStorage.flat,
    blockLinkPerByte: prices.blockLinkCompute.unit + prices.blockLinkStorage.unit,
    cborField: prices.cborScanPerField,
    cborLink: prices.cborScanPerCid,
    hashFlat: prices.hashing,
    hashSha256PerByte: prices.hashSha256,
    hashBlake2b256PerByte: prices.hashBlake2b256,
    hashBlake2b512PerByte: prices.hashBlake2b512,
    hashKeccak256PerByte: prices.hashKeccak256,
    hashRipemd160PerByte: prices.hashRipemd160,
    verifySecpFlat: prices.verifySecp.flat,
    verifySecpPerByte: prices.verifySecp.unit,
    verifyBlsFlat: prices.verifyBls.flat,
    verifyBlsPerByte: prices.verifyBls.unit,
    recoverSecp: prices.recoverSecp,
    blsPairing: prices.blsPairing,
    blsHashPerByte: prices.blsHashing,
    getRoot: prices.linkTracked,
    setRoot: prices.linkChecked,
    actorUpdate: prices.actorUpdate,
  };
}

/** What instrumented Wasm pays per instruction, page, byte and table element. */
export function executionPrices(prices: PriceList): {
  readonly instructionCost: number;
  readonly memoryGrowPerPage: number;
  readonly memoryPerByte: number;
  readonly tablePerElement: number;
} {
  return {
    instructionCost: prices.instruction,
    memoryGrowPerPage: prices.memoryPerByte * PAGE_SIZE,
    memoryPerByte: prices.memoryPerByte,
    tablePerElement: prices.memoryPerByte * TABLE_ELEMENT_SIZE,
  };
}
