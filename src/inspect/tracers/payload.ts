import { CBOR, DAG_CBOR, RAW } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { CborReader } from "../../ipld/cbor.js";
import { concatBytes, NO_BYTES } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { ObservedBlock } from "../../vm/trace/observation.js";

/** Selector of `handle_filecoin_method(uint64,uint64,bytes)`, by which contracts take calls of other actors. */
const NATIVE_SELECTOR = Uint8Array.of(0x86, 0x8e, 0x10, 0xc4);
const WORD = 32;

/**
 * The bytes that go into a contract or come out of it, from the block they travel in. Undefined: the block holds
 * something else. Source: Lotus node/impl/eth/utils.go, `decodePayload`.
 */
export function payloadOf(block: ObservedBlock | undefined): Uint8Array | undefined {
  if (block === undefined || block.codec === 0) return NO_BYTES;
  if (block.codec === RAW) return block.data;
  return readCbor(block, (reader) => reader.bytes());
}

/**
 * The first item of a block of CBOR, by Go's rules; what follows it is ignored, as Lotus does. Undefined: the
 * block is of another codec, or does not begin with such an item.
 */
export function readCbor<T>(
  block: ObservedBlock | undefined,
  read: (reader: CborReader) => T,
): T | undefined {
  if (block === undefined || (block.codec !== CBOR && block.codec !== DAG_CBOR)) return undefined;
  try {
    return read(new CborReader(block.data, 0, { canonical: true }));
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}

/** Parameters of a native actor's method, as contracts are given them. Source: as `payloadOf`. */
export function nativeInput(method: U64, params: ObservedBlock | undefined): Uint8Array {
  return concatBytes(NATIVE_SELECTOR, nativeTuple(method, params));
}

/** Return value of a native actor's method, in the same manner. */
export function nativeOutput(exitCode: number, value: ObservedBlock | undefined): Uint8Array {
  return nativeTuple(exitCode, value);
}

/** Solidity's ABI of (uint64, uint64 codec, bytes). */
function nativeTuple(number: U64, block: ObservedBlock | undefined): Uint8Array {
  const { codec, data } = block ?? { codec: 0, data: NO_BYTES };
  const padding = new Uint8Array(-data.length & (WORD - 1));
  return concatBytes(word(number), word(codec), word(3 * WORD), word(data.length), data, padding);
}

function word(value: U64): Uint8Array {
  const bytes = new Uint8Array(WORD);
  new DataView(bytes.buffer).setBigUint64(WORD - 8, BigInt(value));
  return bytes;
}
