/** From objects to a program: places of sections, relocations, methods. */
import { exportedMethodNumber } from "../../builtin/frc42.js";
import { FvmError } from "../../errors.js";
import {
  type ElfObject,
  type ElfSymbol,
  type Relocation,
  type Section,
  SectionFlag,
  SectionType,
} from "./elf.js";
import { type EbpfMethod, type EbpfProgram, INSTRUCTION_BYTES } from "./program.js";

/** Regions of a program's memory: the upper half of addresses. */
const Region = { READ_ONLY_DATA: 1, DATA: 3 } as const;

/** Source: Linux, Documentation/bpf/llvm_reloc.rst. */
const RelocationType = { R_BPF_64_64: 1, R_BPF_64_ABS64: 2, R_BPF_64_32: 10 } as const;

const CALL = 0x85;
/** `src` of a call within the program. */
const LOCAL = 0x10;

/** A section that is part of the program. */
interface Placed {
  readonly object: ElfObject;
  readonly section: Section;
  readonly part: Part;
  /** Bytes from the part's start. */
  readonly offset: number;
}

/** Sections that come into memory together. */
interface Part {
  readonly sections: Placed[];
  /** The upper half of its addresses; undefined for code, which has none. */
  readonly region: number | undefined;
  size: number;
}

/** A program, and where in objects its instructions come from. */
export interface LinkedProgram extends EbpfProgram {
  readonly code: Uint8Array;
  /** Sections of code, and the numbers of their first instructions. */
  readonly origins: readonly {
    readonly object: ElfObject;
    readonly section: Section;
    readonly first: number;
  }[];
}

/**
 * Links objects to a program. Its methods are the global functions whose names begin with a capital letter.
 *
 * Throws `FvmError` INVALID_PROGRAM, with the symbol that stands in the way.
 */
export function linkProgram(objects: readonly ElfObject[]): LinkedProgram {
  return new Linker(objects).link();
}

class Linker {
  readonly #code: Part = { sections: [], region: undefined, size: 0 };
  readonly #readOnlyData: Part = { sections: [], region: Region.READ_ONLY_DATA, size: 0 };
  readonly #data: Part = { sections: [], region: Region.DATA, size: 0 };
  readonly #placed = new Map<Section, Placed>();
  readonly #globals = new Map<string, { readonly object: ElfObject; readonly symbol: ElfSymbol }>();

  constructor(private readonly objects: readonly ElfObject[]) {}

  link(): LinkedProgram {
    for (const object of this.objects) {
      for (const section of object.sections) this.#place(object, section);
      for (const symbol of object.symbols) this.#define(object, symbol);
    }
    const code = this.#bytesOf(this.#code);
    const readOnlyData = this.#bytesOf(this.#readOnlyData);
    const data = this.#bytesOf(this.#data);
    for (const [part, bytes] of [
      [this.#code, code],
      [this.#readOnlyData, readOnlyData],
      [this.#data, data],
    ] as const) {
      for (const placed of part.sections)
        for (const relocation of placed.section.relocations) this.#relocate(placed, relocation, bytes);
    }
    return {
      code,
      readOnlyData,
      // Zeros at its end need not be stored.
      data: data.subarray(0, data.findLastIndex((byte) => byte !== 0) + 1),
      dataSize: data.length,
      methods: this.#methods(),
      origins: this.#code.sections.map(({ object, section, offset }) => ({
        object,
        section,
        first: offset / INSTRUCTION_BYTES,
      })),
    };
  }

  #place(object: ElfObject, section: Section): void {
    const isContent = section.type === SectionType.PROGBITS || section.type === SectionType.NOBITS;
    if (!isContent || (section.flags & SectionFlag.ALLOC) === 0 || section.size === 0) return;
    const part =
      section.flags & SectionFlag.CODE
        ? this.#code
        : section.flags & SectionFlag.WRITE
          ? this.#data
          : this.#readOnlyData;
    const offset = Math.ceil(part.size / section.alignment) * section.alignment;
    const placed = { object, section, part, offset };
    part.sections.push(placed);
    part.size = offset + section.size;
    this.#placed.set(section, placed);
  }

  #define(object: ElfObject, symbol: ElfSymbol): void {
    if (!symbol.isGlobal || symbol.section === undefined) return;
    const { name } = symbol;
    if (this.#globals.has(name)) refuse(object, `${name} is defined more than once`, name);
    this.#globals.set(name, { object, symbol });
  }

  #bytesOf(part: Part): Uint8Array {
    const bytes = new Uint8Array(part.size);
    for (const { section, offset } of part.sections) bytes.set(section.bytes, offset);
    return bytes;
  }

  /** Where a symbol is in memory. */
  #find(object: ElfObject, symbol: ElfSymbol): { readonly part: Part; readonly offset: number } {
    const { name } = symbol;
    const found = symbol.section === undefined ? this.#globals.get(name) : { object, symbol };
    if (found === undefined) refuse(object, `${name} is not defined`, name);
    const section = found.object.sections[found.symbol.section as number];
    const placed = section && this.#placed.get(section);
    if (placed === undefined) refuse(object, `${name} is in no section of code or data`, name);
    return { part: placed.part, offset: placed.offset + found.symbol.value };
  }

  #relocate(placed: Placed, { offset, type, symbol }: Relocation, bytes: Uint8Array): void {
    const { object } = placed;
    const at = placed.offset + offset;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const target = this.#find(object, symbol);
    const addressOf = (addend: bigint): bigint => {
      const { region } = target.part;
      if (region === undefined) {
        refuse(
          object,
          `the address of ${symbol.name}, which is code, is used: functions have none`,
          symbol.name,
        );
      }
      return (BigInt(region) << 32n) + BigInt(target.offset) + addend;
    };
    switch (type) {
      case RelocationType.R_BPF_64_64: {
        const address = addressOf(BigInt(view.getInt32(at + 4, true)));
        view.setInt32(at + 4, Number(BigInt.asIntN(32, address)), true);
        view.setInt32(at + 4 + INSTRUCTION_BYTES, Number(address >> 32n), true);
        return;
      }
      case RelocationType.R_BPF_64_ABS64:
        view.setBigUint64(at, addressOf(view.getBigInt64(at, true)), true);
        return;
      case RelocationType.R_BPF_64_32: {
        if (target.part.region !== undefined || bytes[at] !== CALL) {
          refuse(object, `${symbol.name} is called, but is no function`, symbol.name);
        }
        // A call of a static function has its distance from the section's start in the instruction.
        const callee = target.offset / INSTRUCTION_BYTES + view.getInt32(at + 4, true) + 1;
        view.setUint8(at + 1, LOCAL);
        view.setInt32(at + 4, callee - at / INSTRUCTION_BYTES - 1, true);
        return;
      }
      default:
        refuse(object, `a relocation of type ${type} to ${symbol.name}`, symbol.name);
    }
  }

  #methods(): EbpfMethod[] {
    const methods: EbpfMethod[] = [];
    for (const [name, { object, symbol }] of this.#globals) {
      if (!symbol.isFunction || !/^[A-Z]/.test(name)) continue;
      const { offset } = this.#find(object, symbol);
      methods.push({ number: exportedMethodNumber(name), entry: offset / INSTRUCTION_BYTES, name });
    }
    if (methods.length === 0) {
      const [object] = this.objects;
      refuse(object, "no methods: global functions whose names begin with a capital letter");
    }
    return methods.sort((a, b) => a.number - b.number);
  }
}

function refuse(object: ElfObject | undefined, reason: string, symbol?: string): never {
  throw new FvmError("INVALID_PROGRAM", {
    source: object?.source ?? "no object",
    reason,
    ...(symbol && { symbol }),
  });
}
