/**
 * The charges that TypeScript makes, by the names that traces show.
 * Source: fvm/src/gas/price_list.rs. Which of them a network version makes, and when, is up to the
 * caller; what it does not know is priced 0 in its list.
 */

import type { Milligas } from "../../message/gas.js";
import { addSat, U64_MAX } from "../../util/u64.js";
import {
  type AggregatePrice,
  DEFAULT_AGGREGATE,
  type Linear,
  type Price,
  type PriceList,
} from "./price-list.js";

export interface GasCharge {
  readonly name: string;
  readonly compute: Milligas;
  /** Storage and calls to the node. */
  readonly other: Milligas;
}

/** The charge for an actor's work between the syscall that ends it and its end. */
export const NO_EXECUTION: GasCharge = free("wasm_exec");

/** What an implicit message pays for its inclusion. */
export const NO_INCLUSION: GasCharge = { name: "none", compute: 0, other: 0 };

/** @param length bytes of the message as the client says it is stored */
export function onChainMessage(prices: PriceList, length: number): GasCharge {
  const storage = linear(prices.messageStorage, length);
  return {
    name: "OnChainMessage",
    compute: prices.messageCompute,
    other: addSat(storage, prices.actorUpdate),
  };
}

/** A return value that goes on chain. */
export function onChainReturnValue(prices: PriceList, length: number): GasCharge {
  return { name: "OnChainReturnValue", compute: 0, other: prices.returnStorage * length };
}

/** A return value for another actor, by the number of links in it. */
export function onReturnValue(prices: PriceList, links: number): GasCharge {
  return { name: "OnReturnValue", compute: prices.linkTracked * links, other: 0 };
}

/** A call, where the transfer is part of it (rule `chargesSendFirst`). */
export function onSend(prices: PriceList, transfers: boolean, invokes: boolean): GasCharge {
  const transfer = transfers ? prices.sendTransferFunds : 0;
  const premium = transfers && !invokes ? prices.sendTransferOnlyPremium : 0;
  const invocation = invokes ? prices.sendInvokeMethod : 0;
  const compute = prices.sendBase + transfer + premium + invocation;
  return { name: "OnMethodInvocation", compute, other: 0 };
}

/** @param links in the block of parameters */
export function onMethodInvocation(prices: PriceList, links: number): GasCharge {
  return {
    name: "OnMethodInvocation",
    compute: prices.sendInvokeMethod + prices.linkTracked * links,
    other: 0,
  };
}

export function onValueTransfer(prices: PriceList): GasCharge {
  return { name: "OnValueTransfer", compute: prices.sendTransferFunds, other: 0 };
}

/** @param newAddress the actor's address is assigned with it, which sends do and create_actor does not */
export function onCreateActor(prices: PriceList, newAddress: boolean): GasCharge {
  const { compute, other } = prices.actorCreate;
  const address = newAddress ? prices.addressAssignment + prices.addressLookup : 0;
  return { name: "OnCreateActor", compute, other: other + address };
}

export function onDeleteActor(prices: PriceList): GasCharge {
  return { name: "OnDeleteActor", compute: 0, other: prices.actorDelete };
}

export function onActorLookup(prices: PriceList): GasCharge {
  return { name: "OnActorLookup", compute: 0, other: prices.actorLookup };
}

export function onActorUpdate(prices: PriceList): GasCharge {
  return { name: "OnActorUpdate", compute: 0, other: prices.actorUpdate };
}

/** Charges of zero, made all the same because traces list them (rule `namesFreeCharges`). */
export const onResolveAddress = free("OnResolveAddress");
export const onLookupDelegatedAddress = free("OnLookupAddress");
export const onGetActorCodeCid = free("OnGetActorCodeCid");
export const onGetCodeCidForType = free("OnGetCodeCidForType");
export const onSelfBalance = free("OnSelfBalance");
export const onBalanceOf = free("OnBalanceOf");

export function onGetRoot(prices: PriceList): GasCharge {
  return { name: "OnActorGetRoot", compute: prices.linkTracked, other: 0 };
}

export function onSetRoot(prices: PriceList): GasCharge {
  return { name: "OnActorSetRoot", compute: prices.linkChecked, other: 0 };
}

/** Part of verifying a signature whose signer is an account's ID (up to network version 17). */
export function onBlockOpenBase(prices: PriceList): GasCharge {
  return { name: "OnBlockOpenBase", ...prices.blockOpen };
}

export function onBlockOpenPerByte(prices: PriceList, length: number): GasCharge {
  return { name: "OnBlockOpenPerByte", compute: blockCopy(prices) * length, other: 0 };
}

/** Bringing one byte of a block into memory. */
export function blockCopy(prices: PriceList): Price {
  return prices.blockMemcpy + prices.blockAllocate + prices.blockRetention;
}

/*
 * Computation's part of what C++ charges for blocks: see `nativePrices` for the whole. The rest is storage, and
 * what tops work up to the least price of a block.
 */

/** @param links in the block */
export function blockOpenCompute(prices: PriceList, links: number): Milligas {
  return prices.linkTracked * links;
}

/** Also that of opening a block (up to network version 20). @param length bytes @param links in the block */
export function blockCreateCompute(prices: PriceList, length: number, links: number): Milligas {
  return blockCopy(prices) * length + prices.linkChecked * links;
}

/** @param length bytes */
export function blockLinkCompute(prices: PriceList, length: number): Milligas {
  return linear(prices.blockLinkCompute, length);
}

/** @param length bytes of plain text */
export function onVerifySignature(prices: PriceList, type: "secp256k1" | "bls", length: number): GasCharge {
  const price = type === "bls" ? prices.verifyBls : prices.verifySecp;
  return { name: "OnVerifySignature", compute: linear(price, length), other: 0 };
}

export function onComputeUnsealedSectorCid(prices: PriceList): GasCharge {
  return { name: "OnComputeUnsealedSectorCid", compute: prices.computeUnsealedSectorCid, other: 0 };
}

export function onVerifySeal(prices: PriceList): GasCharge {
  return { name: "OnVerifySeal", compute: prices.verifySeal, other: 0 };
}

export function onVerifyAggregateSeals(
  prices: PriceList,
  sealProof: number | bigint,
  count: number,
): GasCharge {
  const price = aggregatePrice(prices, sealProof);
  const step = price.steps.findLast((candidate) => candidate.from <= count)?.price ?? 0;
  return { name: "OnVerifyAggregateSeals", compute: price.perProof * count + step, other: 0 };
}

export function onVerifyReplicaUpdate(prices: PriceList): GasCharge {
  return { name: "OnVerifyReplicaUpdate", compute: prices.verifyReplicaUpdate, other: 0 };
}

/** @param sectors challenged */
export function onVerifyPost(prices: PriceList, sectors: number): GasCharge {
  return { name: "OnVerifyPost", compute: linear(prices.verifyPost, sectors), other: 0 };
}

export function onVerifyConsensusFault(prices: PriceList): GasCharge {
  return { name: "OnVerifyConsensusFault", ...prices.verifyConsensusFault };
}

/** Randomness that the host mixes with entropy (up to network version 20). */
export function onDrawRandomness(prices: PriceList, entropyLength: number): GasCharge {
  // A tag, a digest and an epoch are hashed before the entropy.
  const hashing = prices.randomnessPerByte * (8 + 32 + 8 + entropyLength);
  const { compute, other } = prices.randomness;
  return { name: "OnGetRandomness", compute, other: other + hashing };
}

/** @param lookback epochs, as an unsigned 64 bit number */
export function onGetRandomness(prices: PriceList, lookback: number | bigint): GasCharge {
  return { name: "OnGetRandomness", compute: 0, other: linear(prices.lookback, lookback) };
}

/** @param lookback epochs, at least 1 */
export function onTipsetCid(prices: PriceList, lookback: number): GasCharge {
  const base = lookback === 1 ? prices.tipsetCidLatest : prices.tipsetCidHistorical;
  return { name: "OnTipsetCid", compute: 0, other: addSat(base, linear(prices.lookback, lookback)) };
}

/** @param length bytes of the event's CBOR */
export function onActorEventValidate(prices: PriceList, length: number): GasCharge {
  const copy = (prices.blockMemcpy + prices.blockAllocate) * length;
  return {
    name: "OnActorEventValidate",
    compute: addSat(copy, linear(prices.eventValidation, length)),
    other: 0,
  };
}

/** Bytes that stamping an event with its emitter adds. */
const STAMP_SIZE = 12;

/** @param length bytes of the event's CBOR */
export function onActorEventAccept(prices: PriceList, length: number): GasCharge {
  const size = length + STAMP_SIZE;
  const { blockMemcpy, blockAllocate, hashBlake2b256 } = prices;
  return {
    name: "OnActorEventAccept",
    compute: (blockMemcpy + blockAllocate) * size,
    // Later: two copies, an allocation and the hash of the events AMT.
    other: (2 * blockMemcpy + blockAllocate + hashBlake2b256) * size,
  };
}

/** Bytes that one entry adds to an encoded event, beside key and value. */
const ENTRY_SIZE = 9;

/** @param entries number of entries; the lengths are bytes of all keys and of all values */
export function onActorEvent(
  prices: PriceList,
  entries: number,
  keysLength: number,
  valuesLength: number,
): GasCharge {
  const size = STAMP_SIZE + ENTRY_SIZE * entries + keysLength + valuesLength;
  const copy = (prices.blockMemcpy + prices.blockAllocate) * size;
  const validation = addSat(linear(prices.eventEntries, entries), linear(prices.utf8Validation, keysLength));
  return {
    name: "OnActorEvent",
    compute: addSat(2 * copy, validation),
    other: prices.hashBlake2b256 * size + copy,
  };
}

function free(name: string): GasCharge {
  return { name, compute: 0, other: 0 };
}

function aggregatePrice(prices: PriceList, sealProof: number | bigint): AggregatePrice {
  const table = prices.verifyAggregateSeals;
  const price = table.get(Number(sealProof)) ?? table.get(DEFAULT_AGGREGATE);
  if (price === undefined) throw new Error("price list without a default aggregate price");
  return price;
}

/** Saturates at 64 bits, which only guest-chosen epochs reach. */
function linear(price: Linear, quantity: number | bigint): Milligas {
  if (typeof quantity === "number") {
    const total = price.flat + price.unit * quantity;
    if (total <= Number.MAX_SAFE_INTEGER) return total;
  }
  const product = BigInt(price.unit) * BigInt(quantity);
  return addSat(product > U64_MAX ? U64_MAX : product, price.flat);
}
