/**
 * Snapshots of Wasm: a module is started here, and what its memory holds then becomes the data that it begins with.
 * Nothing else of it may change: globals have to be back where they were.
 */
import { BuildError } from "./run.mjs";

const SECTION = { memory: 5, global: 6, export: 7, dataCount: 12, data: 11 };
const PAGE = 65536;

/** Runs of zeros below this many bytes are data like others: a segment of its own would take more. */
const GAP = 64;

/**
 * @param {Uint8Array} wasm of one memory
 * @param {{ start: (exports: any) => void, stackBytes: number, keep: readonly string[] }} options
 *   start: calls exports of an instance, in which no import can be called. stackBytes: memory from 0 on is C's stack,
 *   of which nothing is kept. keep: exports of the result.
 */
export function snapshotOf(wasm, { start, stackBytes, keep }) {
  const module = new WebAssembly.Module(wasm);
  const { exports } = isolated(module);
  const stackPointer = exports.__stack_pointer.value;
  start(exports);
  if (exports.__stack_pointer.value !== stackPointer) throw new BuildError("C's stack is not where it was.");
  const memory = new Uint8Array(exports.memory.buffer).slice();
  memory.fill(0, 0, stackBytes);
  return rewritten(wasm, { memory, keep });
}

/** An instance of which no import can be called: the syscall that ends an invocation says why. */
export function isolated(module) {
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = (...values) => {
      const [, , at, length] = values;
      const text = name === "exit" ? Buffer.from(instance.exports.memory.buffer, at, length).toString() : "";
      throw new BuildError(`${from}.${name}(${values.join(", ")}) was called before the snapshot. ${text}`);
    };
  }
  const instance = new WebAssembly.Instance(module, imports);
  return instance;
}

/** The module with this memory, and with these exports only. */
function rewritten(wasm, { memory, keep }) {
  const segments = segmentsOf(memory);
  const parts = [wasm.subarray(0, 8)];
  const add = (id, body) => parts.push(Uint8Array.of(id, ...uleb(body.length)), body);
  for (const { id, body } of sectionsOf(wasm)) {
    if (id === SECTION.memory) add(id, Uint8Array.of(1, 0, ...uleb(memory.length / PAGE)));
    else if (id === SECTION.export) add(id, exportsOf(body, keep));
    else if (id === SECTION.dataCount) add(id, Uint8Array.from(uleb(segments.length)));
    else if (id === SECTION.data) add(id, dataOf(memory, segments));
    else if (id !== 0) add(id, body);
  }
  return Buffer.concat(parts);
}

function* sectionsOf(wasm) {
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at];
    const size = readUleb(wasm, at + 1);
    at = size.end + size.value;
    yield { id, body: wasm.subarray(size.end, at) };
  }
}

/** Stretches of memory that are to be written: [start, end). */
function segmentsOf(memory) {
  const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.length / 8);
  const segments = [];
  for (let at = 0; at < words.length; at++) {
    if (words[at] === 0n) continue;
    const last = segments.at(-1);
    if (last && at * 8 - last.end < GAP) last.end = at * 8 + 8;
    else segments.push({ start: at * 8, end: at * 8 + 8 });
  }
  return segments;
}

const I32_CONST = 0x41;
const END = 0x0b;

function dataOf(memory, segments) {
  const parts = [Uint8Array.from(uleb(segments.length))];
  for (const { start, end } of segments) {
    parts.push(
      Uint8Array.of(0, I32_CONST, ...sleb(start), END, ...uleb(end - start)),
      memory.subarray(start, end),
    );
  }
  return Buffer.concat(parts);
}

function exportsOf(body, keep) {
  const kept = [];
  let { value: count, end: at } = readUleb(body, 0);
  for (; count > 0; count--) {
    const start = at;
    const length = readUleb(body, at);
    const name = Buffer.from(body.subarray(length.end, length.end + length.value)).toString();
    at = readUleb(body, length.end + length.value + 1).end;
    if (keep.includes(name)) kept.push(body.subarray(start, at));
  }
  return Buffer.concat([Uint8Array.from(uleb(kept.length)), ...kept]);
}

function uleb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** Signed LEB128 of a natural number below 2^31. */
function sleb(value) {
  const bytes = [];
  for (; value > 63; value >>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

function readUleb(bytes, at) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at };
  }
}
