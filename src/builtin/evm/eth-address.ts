import {
  type Address,
  addressId,
  delegatedAddress,
  delegatedParts,
  idAddress,
} from "../../address/address.js";
import { parseAddress } from "../../address/text.js";
import { FvmError } from "../../errors.js";
import { hex, hexBytes } from "../../util/bytes.js";
import { kindOf } from "../../util/kind-of.js";
import { u64 } from "../../util/u64.js";
import { type ActorId, type ActorState, SingletonId } from "../../vm/state-tree/actor-state.js";

/** An Ethereum address: `0x` and 40 hexadecimal digits. What this package makes has lower case. */
export type EthAddress = `0x${string}`;

const PATTERN = /^0x[0-9a-f]{40}$/i;
const ADDRESS_BYTES = 20;
/** Start of masked IDs: 0xff and zeros; the ID follows. */
const MASK = `0xff${"00".repeat(11)}`;

/** Whether a value is an Ethereum address, in any case of letters. */
export function isEthAddress(value: unknown): value is EthAddress {
  return typeof value === "string" && PATTERN.test(value);
}

/**
 * The Filecoin address that an Ethereum address stands for: f0 for a masked ID, f410 for all others. Throws `FvmError`
 * INVALID_ADDRESS. Source: actors/evm/shared/src/address.rs.
 */
export function ethToFilecoin(eth: EthAddress): Address {
  if (!isEthAddress(eth)) {
    const address = typeof eth === "string" ? eth : kindOf(eth);
    throw new FvmError("INVALID_ADDRESS", { address, reason: "not 0x and 40 hexadecimal digits" });
  }
  const text = eth.toLowerCase();
  if (text.startsWith(MASK)) return idAddress(u64(BigInt(`0x${text.slice(MASK.length)}`)));
  return delegatedAddress(SingletonId.Eam, hexBytes(text.slice(2)));
}

/** The address that a text means, in any form of Filecoin's or Ethereum's. Throws `FvmError` INVALID_ADDRESS. */
export function parseAnyAddress(text: string): Address {
  if (/^0x/i.test(text)) return ethToFilecoin(text as EthAddress);
  if (/^[ft]/.test(text)) return parseAddress(text);
  throw new FvmError("INVALID_ADDRESS", { address: text, reason: "not an address: f, t or 0x begins one" });
}

/**
 * The Ethereum address of an f410 address, or the masked ID of an f0 address, which is also what contracts see of actors
 * without an f410 address. Undefined: the other addresses stand for an ID that only a state tells.
 */
export function filecoinToEth(address: Address): EthAddress | undefined {
  const id = addressId(address);
  if (id !== undefined) return maskedId(id);
  const parts = delegatedParts(address);
  if (parts?.namespace !== SingletonId.Eam || parts.subaddress.length !== ADDRESS_BYTES) return undefined;
  return `0x${hex(parts.subaddress)}`;
}

/** The Ethereum address by which contracts see an actor: of its f410 address if it has one, else the masked ID. */
export function ethAddressOf(
  id: ActorId,
  actor: Pick<ActorState, "delegatedAddress"> | undefined,
): EthAddress {
  const address = actor?.delegatedAddress;
  return (address === undefined ? undefined : filecoinToEth(address)) ?? maskedId(id);
}

/** The Ethereum address that stands for an actor ID. */
export function maskedId(id: ActorId): EthAddress {
  return `${MASK}${id.toString(16).padStart(16, "0")}` as EthAddress;
}
