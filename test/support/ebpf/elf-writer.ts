/** Objects as clang makes them for eBPF, of sections and symbols that are written out. */
export interface WrittenSection {
  readonly name: string;
  /** A number: zeros. */
  readonly content: Uint8Array | number;
  /** `sh_flags`: 1 writable, 2 in memory, 4 code. */
  readonly flags: number;
  readonly alignment?: number;
  readonly relocations?: readonly {
    readonly offset: number;
    readonly type: number;
    readonly symbol: string;
  }[];
}

export interface WrittenSymbol {
  readonly name: string;
  /** Name of a section; left out: another object defines it. */
  readonly section?: string;
  readonly value?: number;
  readonly kind?: "function" | "data";
  readonly isLocal?: boolean;
}

interface Part {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly link?: number;
  readonly info?: number;
  readonly alignment?: number;
  readonly entry?: number;
}

const PROGBITS = 1;
const SYMTAB = 2;
const STRTAB = 3;
const NOBITS = 8;
const REL = 9;

export function writeElf(
  sections: readonly WrittenSection[],
  symbols: readonly WrittenSymbol[],
  machine = 247,
): Uint8Array {
  const strings = new Strings();
  // Section 0 is none; then the given ones, their relocations, symbols, strings.
  const sectionIndex = new Map(sections.map(({ name }, at) => [name, at + 1]));
  const symbolIndex = new Map(symbols.map(({ name }, at) => [name, at + 1]));
  const relocated = sections.filter(({ relocations }) => relocations !== undefined);
  const symtab = 1 + sections.length + relocated.length;
  const parts: Part[] = [
    { name: "", type: 0, flags: 0, size: 0, bytes: new Uint8Array() },
    ...sections.map(({ name, content, flags, alignment = 8 }) =>
      typeof content === "number"
        ? { name, type: NOBITS, flags, alignment, size: content, bytes: new Uint8Array() }
        : { name, type: PROGBITS, flags, alignment, size: content.length, bytes: content },
    ),
    ...relocated.map(({ name, relocations = [] }) => {
      const bytes = Buffer.concat(
        relocations.map(({ offset, type, symbol }) =>
          words(BigInt(offset), wide(type, symbolIndex.get(symbol) ?? 0)),
        ),
      );
      const info = sectionIndex.get(name) as number;
      return {
        name: `.rel${name}`,
        type: REL,
        flags: 0,
        size: bytes.length,
        bytes,
        link: symtab,
        info,
        entry: 16,
      };
    }),
  ];
  const table = Buffer.concat([
    new Uint8Array(24),
    ...symbols.map((symbol) =>
      symbolBytes(symbol, strings.at(symbol.name), sectionIndex.get(symbol.section ?? "") ?? 0),
    ),
  ]);
  parts.push({
    name: ".symtab",
    type: SYMTAB,
    flags: 0,
    size: table.length,
    bytes: table,
    link: symtab + 1,
    entry: 24,
  });
  const names = [...parts.map(({ name }) => strings.at(name)), strings.at(".strtab")];
  const text = strings.bytes();
  parts.push({ name: ".strtab", type: STRTAB, flags: 0, size: text.length, bytes: text });
  let offset = 64;
  const headers: Uint8Array[] = [];
  for (const [at, part] of parts.entries()) {
    headers.push(
      words(
        wide(names[at] as number, part.type),
        BigInt(part.flags),
        0n,
        BigInt(offset),
        BigInt(part.size),
        wide(part.link ?? 0, part.info ?? 0),
        BigInt(part.alignment ?? 1),
        BigInt(part.entry ?? 0),
      ),
    );
    offset += part.bytes.length;
  }
  const head = Buffer.alloc(64);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE(1, 16);
  head.writeUInt16LE(machine, 18);
  head.writeBigUInt64LE(BigInt(offset), 40);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(parts.length, 60);
  head.writeUInt16LE(parts.length - 1, 62);
  return Buffer.concat([head, ...parts.map(({ bytes }) => bytes), ...headers]);
}

function symbolBytes({ value = 0, kind, isLocal }: WrittenSymbol, name: number, section: number): Uint8Array {
  const info = (isLocal ? 0 : 0x10) | (kind === "function" ? 2 : kind === "data" ? 1 : 0);
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32LE(name, 0);
  bytes.writeUInt8(info, 4);
  bytes.writeUInt16LE(section, 6);
  bytes.writeBigUInt64LE(BigInt(value), 8);
  return bytes;
}

function words(...values: readonly bigint[]): Uint8Array {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, at) => {
    bytes.writeBigUInt64LE(value, 8 * at);
  });
  return bytes;
}

const wide = (low: number, high: number) => BigInt(low) | (BigInt(high) << 32n);

class Strings {
  #text = "\0";

  at(name: string): number {
    if (name === "") return 0;
    const at = this.#text.length;
    this.#text += `${name}\0`;
    return at;
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#text, "latin1");
  }
}
