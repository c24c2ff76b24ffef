import type { Cid } from "../../encoding/cid.js";
import { CborReader, CborWriter } from "../../ipld/cbor.js";

/** Version of the form in which programs are kept. */
const VERSION = 1;

/** A method of a contract: an exported function. */
export interface JavaScriptMethod {
  /** FRC-0042's number of the name. */
  readonly number: number;
  readonly name: string;
}

/** Program that the constructor has made of a source. */
export interface JavaScriptProgram {
  /** For the engine of the actor that made it, and no other. */
  readonly bytecode: Uint8Array;
  readonly methods: readonly JavaScriptMethod[];
  /** A block of one byte string. */
  readonly source: Cid;
}

/**
 * Parameters of the constructor of the JavaScript actor.
 *
 * @param source an ECMAScript module; its exported functions are the contract's methods
 * @param params those of the contract's own `Constructor`: one DAG-CBOR item, or nothing
 */
export function javaScriptConstructorParams(
  source: string,
  params: Uint8Array = new Uint8Array(),
): Uint8Array {
  return new CborWriter().array(2).bytes(new TextEncoder().encode(source)).bytes(params).finish();
}

/** The block that a contract's state leads to. Throws `FvmError` INVALID_CBOR. */
export function decodeJavaScriptProgram(block: Uint8Array): JavaScriptProgram {
  const reader = new CborReader(block);
  reader.tuple(4);
  if (reader.u32() !== VERSION) reader.fail("a program of another version");
  const bytecode = reader.bytes();
  const methods = Array.from({ length: reader.array() }, () => {
    reader.tuple(2);
    return { number: reader.u32(), name: reader.text() };
  });
  const source = reader.cid();
  reader.end();
  return { bytecode, methods, source };
}

/** A source as its block keeps it. Throws `FvmError` INVALID_CBOR. */
export function decodeJavaScriptSource(block: Uint8Array): string {
  const reader = new CborReader(block);
  const source = reader.bytes();
  reader.end();
  return new TextDecoder().decode(source);
}
