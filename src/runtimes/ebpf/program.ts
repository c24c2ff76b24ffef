import { CborReader, CborWriter } from "../../ipld/cbor.js";

/** Version of the form in which programs are kept. */
const VERSION = 1;

/** Bytes of an instruction. */
export const INSTRUCTION_BYTES = 8;

/** A method of a program: FRC-0042's number of its name, and the instruction with which it begins. */
export interface EbpfMethod {
  readonly number: number;
  readonly entry: number;
  readonly name: string;
}

/** An eBPF program, ready to be deployed. */
export interface EbpfProgram {
  /** Instructions of eight bytes (RFC 9669). */
  readonly code: Uint8Array;
  /** Bytes at addresses from 1 << 32 on. */
  readonly readOnlyData: Uint8Array;
  /** Bytes at addresses from 3 << 32 on when a call begins. */
  readonly data: Uint8Array;
  /** Bytes from 3 << 32 on; zeros where `data` has no more. */
  readonly dataSize: number;
  readonly methods: readonly EbpfMethod[];
}

/** The block that a contract's state leads to. */
export function encodeProgram(program: EbpfProgram): Uint8Array {
  const { code, readOnlyData, data, dataSize, methods } = program;
  const writer = new CborWriter().array(6).u64(VERSION).bytes(code).bytes(readOnlyData).bytes(data);
  writer.u64(dataSize).array(methods.length);
  for (const { number, entry, name } of methods) writer.array(3).u64(number).u64(entry).text(name);
  return writer.finish();
}

/** Throws `FvmError` INVALID_CBOR. */
export function decodeProgram(block: Uint8Array): EbpfProgram {
  const reader = new CborReader(block);
  reader.tuple(6);
  if (reader.u32() !== VERSION) reader.fail("a program of another version");
  const code = reader.bytes();
  const readOnlyData = reader.bytes();
  const data = reader.bytes();
  const dataSize = reader.u32();
  const methods = Array.from({ length: reader.array() }, () => {
    reader.tuple(3);
    return { number: reader.u32(), entry: reader.u32(), name: reader.text() };
  });
  reader.end();
  return { code, readOnlyData, data, dataSize, methods };
}

/** Parameters of the constructor of the eBPF actor. `params`: those of the program's own constructor. */
export function constructorParams(program: EbpfProgram, params: Uint8Array = new Uint8Array()): Uint8Array {
  return new CborWriter().array(2).bytes(encodeProgram(program)).bytes(params).finish();
}
