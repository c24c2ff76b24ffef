/** Calls in Ethereum's JSON, and the messages that they are. Source: Lotus chain/types/ethtypes/eth_types.go, `EthCall`. */
import * as v from "valibot";
import { ADDRESS_PROTOCOL, type Address, addressProtocol } from "../../address/address.js";
import { type EthAddress, ethToFilecoin } from "../../builtin/evm/index.js";
import { EAM, EamMethod, EvmMethod } from "../../inspect/tracers/methods.js";
import { CborWriter } from "../../ipld/cbor.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { ZERO_ADDRESS } from "../../simulate/message.js";
import { noBytes } from "../../util/bytes.js";
import { failed } from "../rpc/errors.js";
import { named, type Schema } from "../rpc/schema.js";
import { addressParam, dataParam, quantity64, quantityParam } from "./json.js";

/** A transaction that is tried. Gas and prices are read, and count for nothing. */
export interface CallObject {
  readonly from?: EthAddress | null | undefined;
  readonly to?: EthAddress | null | undefined;
  /** attoFIL. */
  readonly value?: bigint | undefined;
  readonly data?: Uint8Array | undefined;
  /** Instead of `data`. */
  readonly input?: Uint8Array | null | undefined;
}

export const callObject: Schema<CallObject> = named(
  v.object({
    from: v.nullish(addressParam),
    to: v.nullish(addressParam),
    gas: v.optional(quantity64),
    gasPrice: v.optional(quantityParam),
    value: v.optional(quantityParam),
    data: v.optional(dataParam),
    input: v.nullish(dataParam),
  }),
  { name: "Call", go: "ethtypes.EthCall", goDecoder: "ethtypes.EthCallDecode" },
);

/**
 * The message that a call is: for the sender that it names, with the gas of a block, free of charge. Throws `RpcError` if the
 * sender is a masked ID.
 */
export function messageOfCall({ from, to, value, data, input }: CallObject): Message {
  const sender = from == null ? ZERO_ADDRESS : ethToFilecoin(from);
  const protocol = addressProtocol(sender);
  if (protocol !== ADDRESS_PROTOCOL.DELEGATED) {
    throw failed(`expected a class 4 address, got: ${protocol}`);
  }
  return { ...unpaidMessage(sender, { to, value, data, input }), gasLimit: BLOCK_GAS_LIMIT };
}

/** A call of a contract by Ethereum's transactions; without `to`, a creation. */
export interface Invocation {
  readonly to?: EthAddress | null | undefined;
  /** attoFIL. */
  readonly value?: bigint | null | undefined;
  readonly data?: Uint8Array | null | undefined;
  /** Instead of `data`. */
  readonly input?: Uint8Array | null | undefined;
}

/** The message that does it, without nonce, gas and fees. */
export function unpaidMessage(from: Address, { to, value, data, input }: Invocation): Message {
  const bytes = input ?? data ?? noBytes();
  return {
    version: 0,
    from,
    to: to == null ? EAM : ethToFilecoin(to),
    nonce: 0,
    value: value ?? 0n,
    gasLimit: 0,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: to == null ? EamMethod.CreateExternal : EvmMethod.InvokeContract,
    params: bytes.length === 0 ? noBytes() : new CborWriter().bytes(bytes).finish(),
  };
}
