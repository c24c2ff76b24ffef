/** Answers to calls, from their outcomes. */
import { ethToFilecoin, readBytecode, readEvmState } from "../../builtin/evm/index.js";
import { CBOR } from "../../encoding/codecs.js";
import { readCbor } from "../../inspect/tracers/payload.js";
import { retrying } from "../../ipld/retrying.js";
import type { Receipt } from "../../message/receipt.js";
import { NO_BYTES } from "../../util/bytes.js";
import { type Machine, walkMachine } from "../../vm/machine/machine.js";
import { createdAddress } from "./receipt.js";

/** The bytes that a contract has returned; undefined: it is no byte string. */
export function returnedBytes({ returnData }: Pick<Receipt, "returnData">): Uint8Array | undefined {
  if (returnData.length === 0) return NO_BYTES;
  return readCbor({ codec: CBOR, data: returnData }, (reader) => reader.bytes().slice());
}

/**
 * The code of a contract that a message has created on a machine. Throws `RpcError` as `createdAddress`; the signal's
 * reason.
 */
export async function createdCode(
  machine: Machine,
  receipt: Receipt,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const address = ethToFilecoin(createdAddress(receipt));
  const { actorsVersion } = machine.network;
  return walkMachine(machine, "simulate", signal, function* ({ tree, blocks }) {
    return yield* retrying(() => {
      const id = tree.resolveAddress(address);
      const actor = id === undefined ? undefined : tree.getActor(id);
      return actor === undefined
        ? NO_BYTES
        : readBytecode(blocks, readEvmState(blocks, actor.state, actorsVersion));
    });
  });
}
