import { FvmError } from "../../errors.js";
import { CborReader } from "../../ipld/cbor.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";

/** Decodes a CBOR argument. Throws `SyscallError` (illegal argument) if it is malformed. */
export function decodeArgument<V>(decode: (reader: CborReader) => V, data: Uint8Array): V {
  try {
    const reader = new CborReader(data);
    const value = decode(reader);
    reader.end();
    return value;
  } catch (error) {
    if (!(error instanceof FvmError)) throw error;
    const reason = "reason" in error.details ? error.details.reason : error.message;
    const text = `Serialization error for Cbor protocol: ${reason}`;
    throw new SyscallError(ErrorNumber.IllegalArgument, text);
  }
}
