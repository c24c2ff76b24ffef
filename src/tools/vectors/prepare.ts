import { ADDRESS_PROTOCOL, addressProtocol } from "../../address/address.js";
import { decodeMessage, type Message } from "../../message/message.js";
import { oncePer } from "../../util/once-per.js";
import type { ApplyKind } from "../../vm/executor/apply-result.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { type NetworkVersion, networkVersion } from "../../vm/network/version.js";
import type { Surroundings } from "./runner.js";
import type { MessageVector, Variant, VectorMessage } from "./vector.js";

/** Bytes that a secp256k1 signature and its wrapping add to a message on chain, bytes. */
export const SECP_SIGNATURE_BYTES = 65 + 4;
const BLOCK_DELAY_SECONDS = 30;

/** The machine on which a vector's messages are executed. */
export function messageMachine(
  vector: MessageVector,
  variant: Variant,
  { store, blockCache, externs, proofs, watching }: Surroundings,
): MachineOptions {
  return {
    network: variant.networkVersion,
    stateRoot: vector.stateRoot,
    blockstore: store,
    blockCache,
    epoch: variant.epoch,
    timestamp: BLOCK_DELAY_SECONDS * variant.epoch,
    baseFee: vector.baseFee,
    circulatingSupply: vector.circulatingSupply,
    chainId: vector.chainId,
    externs,
    proofs,
    missingBlocks: "receipt",
    ...watching,
  };
}

/** A vector's message, as a machine takes it. */
export interface PreparedMessage {
  readonly message: Message;
  readonly options: { readonly kind: ApplyKind; readonly rawLength: number };
}

/** Decoded once: a thousand new objects before each run would be moved about by the collector during it. */
export function preparedMessages(vector: MessageVector, variant: Variant): readonly PreparedMessage[] {
  const prepared = preparedByVersion(vector);
  const network = networkVersion(variant.networkVersion);
  const known = prepared.get(network) ?? vector.messages.map((message) => prepare(message, network));
  prepared.set(network, known);
  return known;
}

const preparedByVersion = oncePer(
  (_: MessageVector) => new Map<NetworkVersion, readonly PreparedMessage[]>(),
);

function prepare({ bytes, kind }: VectorMessage, network: NetworkVersion): PreparedMessage {
  const message = decodeMessage(bytes, network);
  const isSecp = addressProtocol(message.from) === ADDRESS_PROTOCOL.SECP256K1;
  return { message, options: { kind, rawLength: bytes.length + (isSecp ? SECP_SIGNATURE_BYTES : 0) } };
}
