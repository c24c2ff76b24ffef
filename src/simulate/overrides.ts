import type { Address } from "../address/address.js";
import { isAddress } from "../address/address.js";
import { formatAddress } from "../address/text.js";
import { type Cid, isBinaryCid } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import { isU256 } from "../ipld/u256.js";
import { fitsToken } from "../message/token.js";
import { asBytes, ownBytes } from "../util/bytes.js";
import { is, isList, isU64, iterable, optional, shown } from "../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption, readOption } from "../util/options.js";
import { type U64, u64 } from "../util/u64.js";

/** Values of a contract's storage by slot, integers of 256 bits; 0n empties a slot. A `Map` is one. */
export type StorageSlots = Iterable<readonly [slot: bigint, value: bigint]>;

/** Changes to an actor. Fields that are left out stay as they are. */
export interface ActorOverride {
  /** attoFIL. */
  readonly balance?: bigint;
  /**
   * Nonce of the next message; of a contract, the one CREATE makes the next address from. A placeholder with
   * a nonce becomes an Ethereum account.
   */
  readonly nonce?: U64;
  /** Code of the actor. Not together with what makes a contract. */
  readonly code?: Cid;
  /** State of the actor: its root, or the block itself in DAG-CBOR. Not together with what makes a contract. */
  readonly state?: Cid | Uint8Array;
  /** EVM code. Makes a contract of an account, a placeholder or nothing at an f410 address. */
  readonly bytecode?: Uint8Array;
  /** The whole storage of a contract. */
  readonly storage?: StorageSlots;
  /** Some slots of a contract's storage. Not together with `storage`. */
  readonly slots?: StorageSlots;
}

/**
 * Actors that are to be otherwise, by address; a `Map` is one. Those that do not exist are made, where the address (f1,
 * f3, f410) or `code` says what they are.
 */
export type Overrides = Iterable<readonly [address: Address, override: ActorOverride]>;

/** An override in an object of our own. */
export interface CheckedOverride extends Omit<ActorOverride, "storage" | "slots"> {
  readonly address: Address;
  /** Where it is in the options, for errors, such as `overrides[f0100]`. */
  readonly option: string;
  readonly storage?: ReadonlyMap<bigint, bigint>;
  readonly slots?: ReadonlyMap<bigint, bigint>;
}

/** Bytes that an actor may read in one block. Source: fvm/src/machine/mod.rs, `max_block_size`. */
const MAX_BLOCK_BYTES = 2 ** 20;

const isBlock = is((value) => {
  const bytes = asBytes(value);
  return bytes !== undefined && bytes.length <= MAX_BLOCK_BYTES;
}, "bytes, 1 MiB at most");

const CHECKS: Checks<ActorOverride> = {
  balance: optional(
    is(
      (value) => typeof value === "bigint" && value >= 0n && fitsToken(value),
      "a bigint of attoFIL from 0 on",
    ),
  ),
  nonce: optional(isU64),
  code: optional(isBinaryCid),
  state: optional((value) => (typeof value === "string" ? isBinaryCid(value) : isBlock(value))),
  bytecode: optional(isBlock),
  storage: optional(iterable("an iterable of slots and values")),
  slots: optional(iterable("an iterable of slots and values")),
};
/** Fields that make an actor another one altogether, and those that make it a contract. */
const RAW = ["code", "state"] as const;
const EVM = ["bytecode", "storage", "slots"] as const;

/** Overrides with everything read once. Throws `FvmError` INVALID_OPTION with the path of what is wrong. */
export function checkedOverrides(overrides: Overrides): CheckedOverride[] {
  checkOption("overrides", overrides, iterable("an iterable of addresses and overrides"));
  const checked = new Map<Address, CheckedOverride>();
  for (const [i, pair] of readOption("overrides", () => [...overrides]).entries()) {
    checkOption(`overrides[${i}]`, pair, isPair);
    const [address, given] = pair;
    checkOption(`overrides[${i}]`, address, isAnyAddress);
    const option = `overrides[${formatAddress(address)}]`;
    if (checked.has(address)) throw invalid(option, "it is there twice");
    checked.set(address, checkedOverride(address, given, option));
  }
  return [...checked.values()];
}

const isPair = is((value) => isList(value) && value.length === 2, "a pair of address and override");
const isAnyAddress = is((value) => isAddress(value, { delegated: true }), "an address in byte form");

function checkedOverride(address: Address, given: ActorOverride, option: string): CheckedOverride {
  const { nonce, state, bytecode, storage, slots, ...fields } = checkedOptionsOnly(given, CHECKS, option);
  const raw = RAW.find((name) => given[name] !== undefined);
  const evm = EVM.find((name) => given[name] !== undefined);
  if (raw !== undefined && evm !== undefined) throw invalid(option, `${raw} and ${evm} exclude each other`);
  if (storage !== undefined && slots !== undefined) {
    throw invalid(option, "storage and slots exclude each other");
  }
  return {
    address,
    option,
    ...fields,
    ...(nonce !== undefined && { nonce: u64(nonce) }),
    ...(state !== undefined && { state: typeof state === "string" ? state : bytesOf(state) }),
    ...(bytecode !== undefined && { bytecode: bytesOf(bytecode) }),
    ...(storage !== undefined && { storage: checkedSlots(storage, `${option}.storage`) }),
    ...(slots !== undefined && { slots: checkedSlots(slots, `${option}.slots`) }),
  };
}

function checkedSlots(slots: StorageSlots, option: string): ReadonlyMap<bigint, bigint> {
  const checked = new Map<bigint, bigint>();
  for (const pair of readOption(option, () => [...slots])) {
    checkOption(
      option,
      pair,
      is((value) => isList(value) && value.length === 2, "a pair of slot and value"),
    );
    const [slot, value] = pair;
    for (const integer of pair) {
      if (!isU256(integer)) throw invalid(option, `${shown(integer)} is not a bigint from 0 to 2^256 - 1`);
    }
    checked.set(slot, value);
  }
  return checked;
}

function bytesOf(bytes: Uint8Array): Uint8Array {
  return ownBytes(bytes) as Uint8Array;
}

export function invalid(option: string, reason: string, cause?: unknown): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason }, { cause });
}
