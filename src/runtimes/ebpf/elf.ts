/** Objects as compilers make them for eBPF: ELF, 64 bits, little-endian, not linked. Source: System V ABI, chapter 4. */
import { FvmError } from "../../errors.js";

/** Purpose of a section: its `sh_type`. */
export const SectionType = { PROGBITS: 1, SYMTAB: 2, NOBITS: 8, REL: 9 } as const;
/** Bits of `sh_flags`. */
export const SectionFlag = { WRITE: 1, ALLOC: 2, CODE: 4 } as const;

const MACHINE_BPF = 247;
const RELOCATABLE = 1;
const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const RELOCATION_BYTES = 16;

export interface Section {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly alignment: number;
  /** Bytes in memory. */
  readonly size: number;
  /** Empty for one of zeros. */
  readonly bytes: Uint8Array;
  readonly relocations: readonly Relocation[];
}

export interface ElfSymbol {
  /** Name of the section, if it is a section's own symbol. */
  readonly name: string;
  readonly isGlobal: boolean;
  readonly isFunction: boolean;
  /** Index of its section; undefined for one that another object has to define. */
  readonly section: number | undefined;
  /** Bytes from the section's start. */
  readonly value: number;
}

export interface Relocation {
  readonly offset: number;
  readonly type: number;
  readonly symbol: ElfSymbol;
}

export interface ElfObject {
  /** Name of the file, for errors. */
  readonly source: string;
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
}

const SYMBOL_FUNCTION = 2;
const SYMBOL_SECTION = 3;
const GLOBAL = 1;
/** Section numbers from here on are no sections. */
const RESERVED = 0xff00;

/** Throws `FvmError` INVALID_PROGRAM on what is no such object. */
export function readElf(source: string, file: Uint8Array): ElfObject {
  try {
    return new ElfReader(source, file).read();
  } catch (cause) {
    // Offsets that lead out of the file.
    if (!(cause instanceof RangeError)) throw cause;
    throw new FvmError("INVALID_PROGRAM", { source, reason: "the object is cut off" }, { cause });
  }
}

interface SectionHeader {
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
}

class ElfReader {
  readonly #view: DataView;

  constructor(
    private readonly source: string,
    private readonly file: Uint8Array,
  ) {
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  }

  read(): ElfObject {
    const view = this.#view;
    const isElf = this.file.length >= HEADER_BYTES && view.getUint32(0) === 0x7f454c46;
    // 64 bits, little-endian.
    if (!isElf || view.getUint16(4) !== 0x0201) this.#refuse("no ELF object of 64 bits, little-endian");
    if (view.getUint16(16, true) !== RELOCATABLE || view.getUint16(18, true) !== MACHINE_BPF) {
      this.#refuse("no object for BPF, such as clang --target=bpfel -c makes");
    }
    const headers = this.#headers(view.getUint16(60, true));
    const names = headers[view.getUint16(62, true)];
    if (names === undefined) this.#refuse("no names of sections");
    const nameOf = (header: SectionHeader) => this.#text(names, header.name);
    const symbols = headers
      .filter(({ type }) => type === SectionType.SYMTAB)
      .flatMap((table) => this.#symbols(table, headers, nameOf));
    const sections = headers.map((header, index) => ({
      index,
      name: nameOf(header),
      type: header.type,
      flags: header.flags,
      alignment: Math.max(header.alignment, 1),
      size: header.size,
      bytes: header.type === SectionType.NOBITS ? new Uint8Array() : this.#bytes(header),
      relocations: headers
        .filter(({ type, info }) => type === SectionType.REL && info === index)
        .flatMap((table) => this.#relocations(table, symbols)),
    }));
    return { source: this.source, sections, symbols };
  }

  #headers(count: number): SectionHeader[] {
    const view = this.#view;
    const start = this.#number(40);
    if (start + SECTION_BYTES * count > this.file.length) throw new RangeError("sections beyond the file");
    return Array.from({ length: count }, (_, index) => {
      const at = start + SECTION_BYTES * index;
      return {
        name: view.getUint32(at, true),
        type: view.getUint32(at + 4, true),
        flags: this.#number(at + 8),
        offset: this.#number(at + 24),
        size: this.#number(at + 32),
        link: view.getUint32(at + 40, true),
        info: view.getUint32(at + 44, true),
        alignment: this.#number(at + 48),
      };
    });
  }

  #symbols(
    table: SectionHeader,
    headers: readonly SectionHeader[],
    sectionName: (header: SectionHeader) => string,
  ): ElfSymbol[] {
    const names = headers[table.link];
    if (names === undefined) this.#refuse("no names of symbols");
    return Array.from({ length: Math.floor(table.size / SYMBOL_BYTES) }, (_, index) => {
      const at = table.offset + SYMBOL_BYTES * index;
      const info = this.#view.getUint8(at + 4);
      const section = this.#view.getUint16(at + 6, true);
      const header = headers[section];
      const isOwn = (info & 0xf) === SYMBOL_SECTION && header !== undefined;
      return {
        name: isOwn ? sectionName(header) : this.#text(names, this.#view.getUint32(at, true)),
        isGlobal: info >> 4 >= GLOBAL,
        isFunction: (info & 0xf) === SYMBOL_FUNCTION,
        section: section === 0 || section >= RESERVED ? undefined : section,
        value: this.#number(at + 8),
      };
    });
  }

  #relocations(table: SectionHeader, symbols: readonly ElfSymbol[]): Relocation[] {
    return Array.from({ length: Math.floor(table.size / RELOCATION_BYTES) }, (_, index) => {
      const at = table.offset + RELOCATION_BYTES * index;
      const symbol = symbols[this.#view.getUint32(at + 12, true)];
      if (symbol === undefined) this.#refuse("a relocation to a symbol that is not there");
      return { offset: this.#number(at), type: this.#view.getUint32(at + 8, true), symbol };
    });
  }

  #bytes({ offset, size }: SectionHeader): Uint8Array {
    if (offset + size > this.file.length) throw new RangeError("a section leads out of the file");
    return this.file.subarray(offset, offset + size);
  }

  /** A text that ends with a zero. */
  #text(table: SectionHeader, at: number): string {
    const bytes = this.#bytes(table).subarray(at);
    return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString("latin1");
  }

  /** An integer of 64 bits that has to be exact as a number. */
  #number(at: number): number {
    const value = Number(this.#view.getBigUint64(at, true));
    if (!Number.isSafeInteger(value)) throw new RangeError("a number of more than 53 bits");
    return value;
  }

  #refuse(reason: string): never {
    throw new FvmError("INVALID_PROGRAM", { source: this.source, reason });
  }
}
