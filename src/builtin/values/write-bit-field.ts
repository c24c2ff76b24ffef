/** Writes bits, lowest of each byte first. */
class BitWriter {
  readonly #bytes: number[] = [];
  #at = 0;

  /** @param count 8 at most */
  write(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++, this.#at++) {
      if (this.#at % 8 === 0) this.#bytes.push(0);
      const byte = this.#at >> 3;
      this.#bytes[byte] = (this.#bytes[byte] as number) | (((value >> bit) & 1) << (this.#at % 8));
    }
  }

  /** Without zeros at the end, which the last length may have. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes.slice(0, this.#bytes.findLastIndex((byte) => byte !== 0) + 1));
  }
}

/**
 * A bit field in RLE+, in its shortest form. Source: ref-fvm ipld/bitfield/src/rleplus.
 *
 * @param set the integers whose bits are set: from 0 up to 2^53 - 1, ascending, each once
 */
export function writeBitField(set: readonly number[]): Uint8Array {
  if (set.length === 0) return new Uint8Array();
  const bits = new BitWriter();
  bits.write(0, 2);
  bits.write(set[0] === 0 ? 1 : 0, 1);
  for (const length of runLengths(set)) writeRun(bits, length);
  return bits.finish();
}

/** Lengths of runs by turns: of clear bits, unless the first bit is set, and of set ones, which are the last. */
function runLengths(set: readonly number[]): number[] {
  const lengths: number[] = [];
  let end = 0;
  for (const bit of set) {
    const last = lengths.pop() ?? 0;
    if (bit === end) lengths.push(last + 1);
    else lengths.push(...(last > 0 ? [last] : []), bit - end, 1);
    end = bit + 1;
  }
  return lengths;
}

/** As `readBitField` reads it. */
function writeRun(bits: BitWriter, length: number): void {
  if (length === 1) bits.write(1, 1);
  else if (length < 16) {
    bits.write(0b10, 2);
    bits.write(length, 4);
  } else {
    bits.write(0, 2);
    let rest = length;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bits.write((rest % 0x80) | 0x80, 8);
    bits.write(rest, 8);
  }
}
