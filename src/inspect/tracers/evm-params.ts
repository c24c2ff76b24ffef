/** Parameters and results of the actors behind instructions of the EVM. Undefined: they are malformed. */
import { addressId, readAddress } from "../../address/address.js";
import type { EthAddress } from "../../builtin/evm/index.js";
import type { CborReader } from "../../ipld/cbor.js";
import { tokenCodec } from "../../message/token.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import { hexOf } from "./hex.js";
import { EamMethod } from "./methods.js";
import { payloadOf, readCbor } from "./payload.js";

const SALT_BYTES = 32;
const ADDRESS_BYTES = 20;

/** The code that a creation of a contract runs. */
export function initcodeOf({ method, params }: CallTrace): Uint8Array | undefined {
  if (method === EamMethod.CreateExternal) return payloadOf(params);
  return readCbor(params, method === EamMethod.Create ? readCreate : readCreate2);
}

function readCreate(reader: CborReader): Uint8Array {
  reader.tuple(2);
  const initcode = reader.bytes();
  reader.u64();
  return initcode;
}

function readCreate2(reader: CborReader): Uint8Array {
  reader.tuple(2);
  const initcode = reader.bytes();
  bytesOf(reader, SALT_BYTES);
  return initcode;
}

/** The address of a contract, as its creation returns it. */
export function createdAddress({ end }: CallTrace): EthAddress | undefined {
  return end.kind === "exit" ? readCbor(end.value, readCreated) : undefined;
}

function readCreated(reader: CborReader): EthAddress {
  reader.tuple(3);
  reader.u64();
  if (!reader.null()) reader.bytes();
  return hexOf(bytesOf(reader, ADDRESS_BYTES));
}

/** The ID of an actor, as the init actor's Exec returns it. */
export function createdId({ end }: CallTrace): ActorId | undefined {
  return end.kind === "exit" ? readCbor(end.value, readExecuted) : undefined;
}

function readExecuted(reader: CborReader): ActorId {
  reader.tuple(2);
  const address = readAddress(reader.bytes(), { delegated: true });
  return (address && addressId(address)) ?? reader.fail("no ID address");
}

/** Input of a contract that runs another one's code. */
export interface Delegation {
  readonly input: Uint8Array;
  /** attoFIL, that of the call that the contract is in. */
  readonly value: bigint;
}

/** A contract's call of itself for DELEGATECALL. */
export function delegationOf({ params }: Pick<CallTrace, "params">): Delegation | undefined {
  return readCbor(params, (reader) => {
    reader.tuple(4);
    reader.cid();
    const input = reader.bytes();
    bytesOf(reader, ADDRESS_BYTES);
    return { input, value: tokenCodec.decode(reader) };
  });
}

function bytesOf(reader: CborReader, length: number): Uint8Array {
  const bytes = reader.bytes();
  return bytes.length === length ? bytes : reader.fail(`${bytes.length} bytes instead of ${length}`);
}
