/** An assembler of eBPF in the language of bpf_conformance: `mov %r0, 1`, `ldxdw %r0, [%r1+8]`, `jne %r0, 1, label`. */

const ARITHMETIC: Readonly<Record<string, readonly [code: number, offset: number]>> = {
  add: [0x0, 0],
  sub: [0x1, 0],
  mul: [0x2, 0],
  div: [0x3, 0],
  sdiv: [0x3, 1],
  or: [0x4, 0],
  and: [0x5, 0],
  lsh: [0x6, 0],
  rsh: [0x7, 0],
  mod: [0x9, 0],
  smod: [0x9, 1],
  xor: [0xa, 0],
  mov: [0xb, 0],
  arsh: [0xc, 0],
};
const CONDITIONS: Readonly<Record<string, number>> = {
  jeq: 0x1,
  jgt: 0x2,
  jge: 0x3,
  jset: 0x4,
  jne: 0x5,
  jsgt: 0x6,
  jsge: 0x7,
  jlt: 0xa,
  jle: 0xb,
  jslt: 0xc,
  jsle: 0xd,
};
const SIZES: Readonly<Record<string, number>> = { w: 0x00, h: 0x08, b: 0x10, dw: 0x18 };
const ATOMICS: Readonly<Record<string, number>> = {
  add: 0x00,
  or: 0x40,
  and: 0x50,
  xor: 0xa0,
  xchg: 0xe1,
  cmpxchg: 0xf1,
};
const FETCH = 0x01;
const BY_REGISTER = 0x08;
enum Class {
  LDX = 1,
  ST = 2,
  STX = 3,
  ALU = 4,
  JMP = 5,
  JMP32 = 6,
  ALU64 = 7,
}

export interface Instruction {
  readonly opcode: number;
  readonly destination?: number;
  readonly source?: number;
  readonly offset?: number;
  readonly immediate?: number;
}

/** Bytes of an instruction. */
export function encode({
  opcode,
  destination = 0,
  source = 0,
  offset = 0,
  immediate = 0,
}: Instruction): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint8(0, opcode);
  view.setUint8(1, destination | (source << 4));
  view.setInt16(2, offset, true);
  view.setInt32(4, immediate, true);
  return new Uint8Array(view.buffer);
}

/** `lddw`: an instruction of two. */
export function wideLoad(destination: number, value: bigint): Instruction[] {
  return [
    { opcode: 0x18, destination, immediate: Number(BigInt.asIntN(32, value)) },
    { opcode: 0, immediate: Number(BigInt.asIntN(32, value >> 32n)) },
  ];
}

/** Where a label leads: by which field, from which instruction. */
interface Reference {
  readonly at: number;
  readonly field: "offset" | "immediate";
  readonly label: string;
}

/** The instructions of a text, one a line; `#` begins a comment. */
export function assemble(text: string): Uint8Array {
  const instructions: Instruction[] = [];
  const labels = new Map<string, number>();
  const references: Reference[] = [];
  for (const line of text.split("\n")) {
    const statement = line.replace(/#.*/, "").trim();
    if (statement === "") continue;
    const label = /^(\w+):$/.exec(statement)?.[1];
    if (label !== undefined) {
      labels.set(label, instructions.length);
      continue;
    }
    // A jump to `exit` leads to the first one.
    if (statement === "exit" && !labels.has("exit")) labels.set("exit", instructions.length);
    instructions.push(...parse(statement, instructions.length, references));
  }
  for (const { at, field, label } of references) {
    const target = labels.get(label);
    if (target === undefined) throw new Error(`no label ${label}`);
    instructions[at] = { ...(instructions[at] as Instruction), [field]: target - at - 1 };
  }
  return Buffer.concat(instructions.map(encode));
}

function parse(statement: string, at: number, references: Reference[]): Instruction[] {
  const [word = "", ...rest] = statement.split(/\s+/);
  const operands = rest
    .join(" ")
    .split(",")
    .map((operand) => operand.trim())
    .filter((operand) => operand !== "");
  const [first = "", second = ""] = operands;
  const target = (field: Reference["field"], operand: string): Partial<Instruction> => {
    if (/^[-+]?(0x[\da-f]+|\d+)$/i.test(operand)) return { [field]: Number(numberOf(operand)) };
    references.push({ at, field, label: operand });
    return {};
  };
  const name = word.replace(/(?<=[a-z])(64|32)$/, "");
  const is32 = word.endsWith("32");
  if (word === "exit") return [{ opcode: 0x95 }];
  if (word === "lddw") return wideLoad(register(first), numberOf(second));
  if (word === "ja") return [{ opcode: 0x05, ...target("offset", first) }];
  if (word === "ja32") return [{ opcode: 0x06, ...target("immediate", first) }];
  if (word === "call") {
    const local = /^local (\w+)$/.exec(first)?.[1];
    if (local !== undefined) return [{ opcode: 0x85, source: 1, ...target("immediate", local) }];
    if (first.startsWith("%")) return [{ opcode: 0x8d, destination: register(first) }];
    return [{ opcode: 0x85, immediate: Number(numberOf(first)) }];
  }
  if (word === "lock") return [atomic(operands)];
  const extension = /^movsx(8|16|32)(32|64)$/.exec(word);
  if (extension) {
    const [, from, to] = extension;
    const opcode = 0xb0 | BY_REGISTER | (to === "64" ? Class.ALU64 : Class.ALU);
    return [{ opcode, destination: register(first), source: register(second), offset: Number(from) }];
  }
  const conversion = /^(le|be|swap|bswap)(16|32|64)$/.exec(word);
  if (conversion) {
    const opcode = { le: 0xd4, be: 0xdc, swap: 0xd7, bswap: 0xd7 }[conversion[1] as "le"];
    return [{ opcode, destination: register(first), immediate: Number(conversion[2]) }];
  }
  if (name === "neg")
    return [{ opcode: 0x80 | (is32 ? Class.ALU : Class.ALU64), destination: register(first) }];
  const memory = /^(ldx|ldxs|st|stx)(b|h|w|dw)$/.exec(word);
  if (memory) return [memoryAccess(memory[1] as string, memory[2] as string, first, second)];
  const arithmetic = ARITHMETIC[name];
  if (arithmetic !== undefined) {
    const [code, offset] = arithmetic;
    const opcode = (code << 4) | (is32 ? Class.ALU : Class.ALU64);
    return [{ ...operand(opcode, second), destination: register(first), offset }];
  }
  const condition = CONDITIONS[name];
  if (condition !== undefined) {
    const opcode = (condition << 4) | (is32 ? Class.JMP32 : Class.JMP);
    return [
      { ...operand(opcode, second), destination: register(first), ...target("offset", operands[2] ?? "") },
    ];
  }
  throw new Error(`unknown instruction: ${statement}`);
}

/** An opcode with its second operand, a register or a number. */
function operand(opcode: number, text: string): Instruction {
  if (text.startsWith("%")) return { opcode: opcode | BY_REGISTER, source: register(text) };
  return { opcode, immediate: Number(BigInt.asIntN(32, numberOf(text))) };
}

function memoryAccess(kind: string, size: string, first: string, second: string): Instruction {
  const mode = kind === "ldxs" ? 0x80 : 0x60;
  const place = (text: string) => {
    const found = /^\[(%r\d+)([-+].*)?\]$/.exec(text.replaceAll(" ", ""));
    if (!found) throw new Error(`no place in memory: ${text}`);
    return { register: register(found[1] as string), offset: Number(numberOf(found[2] ?? "0")) };
  };
  const opcode = mode | (SIZES[size] as number);
  if (kind.startsWith("ldx")) {
    const { register: source, offset } = place(second);
    return { opcode: opcode | Class.LDX, destination: register(first), source, offset };
  }
  const { register: destination, offset } = place(first);
  if (kind === "stx") return { opcode: opcode | Class.STX, destination, source: register(second), offset };
  return {
    opcode: opcode | Class.ST,
    destination,
    offset,
    immediate: Number(BigInt.asIntN(32, numberOf(second))),
  };
}

/** `fetch add32 [%r1+8], %r2`, without `lock`. */
function atomic([first = "", second = ""]: readonly string[]): Instruction {
  const found = /^(fetch )?([a-z]+)(32|64)? (\[.*\])$/.exec(first);
  if (!found) throw new Error(`unknown atomic operation: ${first}`);
  const [, fetch, name = "", width, place = ""] = found;
  const { destination, source, offset } = memoryAccess("stx", width === "32" ? "w" : "dw", place, second);
  const immediate = ATOMICS[name];
  if (immediate === undefined) throw new Error(`unknown atomic operation: ${first}`);
  const parts = { destination, source, offset } as Pick<
    Required<Instruction>,
    "destination" | "source" | "offset"
  >;
  return { ...parts, opcode: width === "32" ? 0xc3 : 0xdb, immediate: immediate | (fetch ? FETCH : 0) };
}

function register(text: string): number {
  const number = /^%r(\d+)$/.exec(text)?.[1];
  if (number === undefined) throw new Error(`no register: ${text}`);
  return Number(number);
}

function numberOf(text: string): bigint {
  const sign = text.startsWith("-") ? -1n : 1n;
  return sign * BigInt(text.replace(/^[-+]/, ""));
}
