/** In the place of Node's modules `buffer`, `util` and `util/types`: the few things that checking bundles asks of them. */

/** As far as it is used. */
export class Buffer extends Uint8Array {
  static readonly poolSize = 8192;

  static byteLength(text: string): number {
    return new TextEncoder().encode(text).length;
  }

  static compare(a: Uint8Array, b: Uint8Array): number {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      const difference = (a[i] as number) - (b[i] as number);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }

  latin1Slice(start = 0, end = this.length): string {
    let text = "";
    for (let i = start; i < end; i++) text += String.fromCharCode(this[i] as number);
    return text;
  }

  latin1Write(text: string, offset = 0, length = text.length): number {
    for (let i = 0; i < length; i++) this[offset + i] = text.charCodeAt(i);
    return length;
  }

  override toString(encoding?: string): string {
    if (encoding !== "hex") return this.latin1Slice();
    return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** A buffer from text in latin1, hexadecimal or UTF-8, or from memory. */
  static of_(source: string | ArrayBuffer, encoding?: string | number, length?: number): Buffer {
    if (typeof source !== "string") return new Buffer(source, Number(encoding ?? 0), length);
    if (encoding === "hex") {
      return new Buffer((source.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
    }
    if (encoding !== "latin1") return new Buffer(new TextEncoder().encode(source));
    const bytes = new Buffer(source.length);
    bytes.latin1Write(source);
    return bytes;
  }
}
Object.defineProperty(Buffer, "from", { value: Buffer.of_ });

export function isUint8Array(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

export function isAnyArrayBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer;
}

/** Facts of errors, in a line. */
export function inspect(value: unknown): string {
  return JSON.stringify(value, (_, fact) => (typeof fact === "bigint" ? `${fact}` : fact)) ?? String(value);
}
