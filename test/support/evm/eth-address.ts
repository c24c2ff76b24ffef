/** Ethereum addresses, as hex text, and how those of contracts come about. */
import { concatBytes } from "@noble/hashes/utils.js";
import { type Address, delegatedAddress, idAddress } from "../../../src/address/address.js";
import { fromHex, keccak, toBigInt, toHex, word } from "./abi.js";

/** Actor ID of the Ethereum address manager, the namespace of f410 addresses. */
const EAM_ID = 10;
const ID_PREFIX = `0xff${"00".repeat(11)}`;
const RLP_STRING = 0x80;
const RLP_LIST = 0xc0;

/** The form of an actor ID that contracts see: 0xff and the ID. */
export function maskedId(id: number): string {
  return `${ID_PREFIX}${id.toString(16).padStart(16, "0")}`;
}

/** The Filecoin address that an Ethereum address stands for. */
export function filecoinAddress(eth: string): Address {
  return eth.startsWith(ID_PREFIX)
    ? idAddress(Number.parseInt(eth.slice(ID_PREFIX.length), 16))
    : delegatedAddress(EAM_ID, fromHex(eth));
}

/** Where CREATE puts a contract: keccak of RLP of creator and its nonce. */
export function createAddress(creator: string, nonce: number): string {
  const items = concatBytes(rlpString(fromHex(creator)), rlpInteger(nonce));
  return lastTwenty(keccak(concatBytes(Uint8Array.of(RLP_LIST + items.length), items)));
}

/** Where CREATE2 puts a contract (EIP-1014). */
export function create2Address(creator: string, salt: bigint, initcode: Uint8Array): string {
  return lastTwenty(keccak(concatBytes(Uint8Array.of(0xff), fromHex(creator), word(salt), keccak(initcode))));
}

/** The address that the end of a hash of 32 bytes is. */
export function lastTwenty(hash: Uint8Array): string {
  return toHex(hash.subarray(12));
}

/** Below 2^32. */
function rlpInteger(value: number): Uint8Array {
  const bytes = fromHex(`0x${value.toString(16).padStart(8, "0")}`);
  return rlpString(
    toBigInt(bytes) === 0n ? new Uint8Array() : bytes.subarray(bytes.findIndex((byte) => byte > 0)),
  );
}

/** Shorter than 56 bytes. */
function rlpString(bytes: Uint8Array): Uint8Array {
  const [first = RLP_STRING] = bytes;
  if (bytes.length === 1 && first < RLP_STRING) return bytes;
  return concatBytes(Uint8Array.of(RLP_STRING + bytes.length), bytes);
}
