/** Lines of sources that instructions come from, as compilers note them in objects. Source: DWARF 5, section 6.2. */
import { resolve } from "node:path";
import type { ElfObject, Section } from "./elf.js";
import type { LinkedProgram } from "./link.js";
import { INSTRUCTION_BYTES } from "./program.js";

/** A place in a source. */
export interface SourceLine {
  /** Path, not relative. */
  readonly file: string;
  readonly line: number;
}

/** From this address of a section on. */
interface Row extends SourceLine {
  readonly section: number;
  readonly address: number;
}

const VERSION = 5;

/** Where an instruction of a program comes from, if its object says so. */
export function lineOf(program: LinkedProgram, instruction: number): SourceLine | undefined {
  const origin = program.origins.findLast(({ first }) => first <= instruction);
  if (origin === undefined) return undefined;
  const address = (instruction - origin.first) * INSTRUCTION_BYTES;
  const row = rowsOf(origin.object)
    .filter(({ section }) => section === origin.section.index)
    .findLast((row) => row.address <= address);
  return row && { file: row.file, line: row.line };
}

/** In the order of addresses. */
function rowsOf(object: ElfObject): Row[] {
  const table = object.sections.find(({ name }) => name === ".debug_line");
  if (table === undefined) return [];
  const strings = (name: string) => object.sections.find((section) => section.name === name)?.bytes;
  const rows = new LineReader(table, strings(".debug_line_str"), strings(".debug_str")).read();
  return rows.sort((a, b) => a.section - b.section || a.address - b.address);
}

const Standard = {
  COPY: 1,
  ADVANCE_PC: 2,
  ADVANCE_LINE: 3,
  SET_FILE: 4,
  SET_COLUMN: 5,
  CONST_ADD_PC: 8,
  FIXED_ADVANCE_PC: 9,
  SET_ISA: 12,
} as const;
const Extended = { END_SEQUENCE: 1, SET_ADDRESS: 2 } as const;
const Content = { PATH: 1, FOLDER: 2 } as const;
const Form = {
  DATA2: 0x05,
  STRING: 0x08,
  BLOCK: 0x09,
  DATA1: 0x0b,
  STRP: 0x0e,
  UDATA: 0x0f,
  LINE_STRP: 0x1f,
} as const;
/** Bytes of other forms: data4, data8, data16. */
const SIZES: Readonly<Record<number, number>> = { 6: 4, 7: 8, 30: 16 };

interface LineHeader {
  readonly end: number;
  readonly leastLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operands: readonly number[];
  readonly files: readonly string[];
}

/** An entry of a table of folders or files. */
interface PathEntry {
  readonly path: string;
  /** Number of the folder that a relative path begins at. */
  readonly folder: number;
}

class LineReader {
  readonly #view: DataView;
  #at = 0;

  constructor(
    private readonly table: Section,
    private readonly lineStrings: Uint8Array = new Uint8Array(),
    private readonly strings: Uint8Array = new Uint8Array(),
  ) {
    const { bytes } = table;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Row[] {
    const rows: Row[] = [];
    while (this.#at < this.table.bytes.length) {
      const end = this.#u32() + this.#at;
      // Tables of other versions say nothing here.
      if (this.#u16() === VERSION) rows.push(...this.#unit(end));
      this.#at = end;
    }
    return rows;
  }

  #unit(end: number): Row[] {
    const { lineBase, lineRange, opcodeBase, leastLength, operands, files, end: start } = this.#header();
    const rows: Row[] = [];
    let section = 0;
    let address = 0;
    let file = 1;
    let line = 1;
    const emit = () => rows.push({ section, address, file: files[file] ?? "", line });
    this.#at = start;
    while (this.#at < end) {
      const opcode = this.#u8();
      if (opcode >= opcodeBase) {
        address += Math.floor((opcode - opcodeBase) / lineRange) * leastLength;
        line += lineBase + ((opcode - opcodeBase) % lineRange);
        emit();
      } else if (opcode === 0) {
        const next = this.#uleb() + this.#at;
        const kind = this.#u8();
        if (kind === Extended.SET_ADDRESS) {
          section = this.#relocatedSection(this.#at);
          address = Number(this.#view.getBigUint64(this.#at, true));
        } else if (kind === Extended.END_SEQUENCE) {
          [section, address, file, line] = [0, 0, 1, 1];
        }
        this.#at = next;
      } else if (opcode === Standard.COPY) emit();
      else if (opcode === Standard.ADVANCE_PC) address += this.#uleb() * leastLength;
      else if (opcode === Standard.ADVANCE_LINE) line += this.#sleb();
      else if (opcode === Standard.SET_FILE) file = this.#uleb();
      else if (opcode === Standard.CONST_ADD_PC) {
        address += Math.floor((255 - opcodeBase) / lineRange) * leastLength;
      } else if (opcode === Standard.FIXED_ADVANCE_PC) address += this.#u16();
      else for (let rest = operands[opcode - 1] ?? 0; rest > 0; rest--) this.#uleb();
    }
    return rows;
  }

  #header(): LineHeader {
    // Sizes of an address and of a segment's selector.
    this.#at += 2;
    const end = this.#u32() + this.#at;
    const leastLength = this.#u8();
    // Operations of an instruction; whether rows begin statements.
    this.#at += 2;
    const lineBase = this.#view.getInt8(this.#at++);
    const lineRange = this.#u8();
    const opcodeBase = this.#u8();
    const operands = Array.from({ length: opcodeBase - 1 }, () => this.#u8());
    // The first folder is the compiler's; others, and files, may be named from there.
    const [first = { path: "" }, ...others] = this.#entries();
    const folders = [first.path, ...others.map(({ path }) => resolve(first.path, path))];
    const files = this.#entries().map(({ path, folder }) => resolve(folders[folder] ?? first.path, path));
    return { end, leastLength, lineBase, lineRange, opcodeBase, operands, files };
  }

  #entries(): PathEntry[] {
    const formats = Array.from({ length: this.#u8() }, () => [this.#uleb(), this.#uleb()] as const);
    return Array.from({ length: this.#uleb() }, () => {
      let path = "";
      let folder = 0;
      for (const [content, form] of formats) {
        const value = this.#form(form);
        if (content === Content.PATH && typeof value === "string") path = value;
        if (content === Content.FOLDER && typeof value === "number") folder = value;
      }
      return { path, folder };
    });
  }

  /** A text or a number; undefined: another value. */
  #form(form: number): string | number | undefined {
    if (form === Form.LINE_STRP) return textAt(this.lineStrings, this.#u32());
    if (form === Form.STRP) return textAt(this.strings, this.#u32());
    if (form === Form.STRING) {
      const text = textAt(this.table.bytes, this.#at);
      this.#at += text.length + 1;
      return text;
    }
    if (form === Form.UDATA) return this.#uleb();
    if (form === Form.DATA1) return this.#u8();
    if (form === Form.DATA2) return this.#u16();
    if (form === Form.BLOCK) {
      const bytes = this.#uleb();
      this.#at += bytes;
    } else this.#at += SIZES[form] ?? 0;
    return undefined;
  }

  /** The section that an address is in: its relocation tells. */
  #relocatedSection(offset: number): number {
    return this.table.relocations.find((relocation) => relocation.offset === offset)?.symbol.section ?? 0;
  }

  #u8(): number {
    return this.#view.getUint8(this.#at++);
  }

  #u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }

  #u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  #uleb(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  #sleb(): number {
    const start = this.#at;
    const value = this.#uleb();
    const bits = 7 * (this.#at - start);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }
}

function textAt(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.subarray(at, bytes.indexOf(0, at))).toString("utf8");
}
