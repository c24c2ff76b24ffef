import { parse } from "lossless-json";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { asU64, type U64 } from "../../util/u64.js";

/**
 * A JSON object whose fields are read with their types. Whatever is wrong becomes an `FvmError`
 * INVALID_VECTOR that names the file and the field.
 */
export class Fields {
  private constructor(
    readonly file: string,
    private readonly path: string,
    private readonly values: Readonly<Record<string, unknown>>,
  ) {}

  /** `value` is what `parseExactJson` returned; `path` names it in errors. */
  static of(value: unknown, file: string, path = ""): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new FvmError("INVALID_VECTOR", { file, field: path || "(top)", reason: "not an object" });
    }
    return new Fields(file, path, value as Record<string, unknown>);
  }

  /** Whether the field is there and not null. */
  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  /** Whether the field is there, be it null. */
  mentions(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** `read(name)`, or `fallback` if the field is absent or null. */
  optional<T, F>(name: string, read: (name: string) => T, fallback: F): T | F {
    return this.has(name) ? read.call(this, name) : fallback;
  }

  string(name: string): string {
    const value = this.values[name];
    return typeof value === "string" ? value : this.fail(name, "not a text");
  }

  /** An integer that a double holds exactly. */
  integer(name: string): number {
    const value = Number(this.bigint(name));
    return Number.isSafeInteger(value) ? value : this.fail(name, "integer too large");
  }

  /** An unsigned integer of 64 bits. */
  u64(name: string): U64 {
    return asU64(this.bigint(name)) ?? this.fail(name, "not between 0 and 2^64 - 1");
  }

  /** An integer of any size: a number, or decimal text. */
  bigint(name: string): bigint {
    const value = this.values[name];
    if (typeof value === "bigint") return value;
    if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
    if (typeof value === "string" && /^-?[0-9]+$/.test(value)) return BigInt(value);
    return this.fail(name, "not an integer");
  }

  /** Base64 with padding. */
  base64(name: string): Uint8Array {
    const text = this.string(name);
    const bytes = Buffer.from(text, "base64");
    // Node skips what it cannot read; then the lengths differ.
    const size = Math.floor((text.replace(/=+$/, "").length * 3) / 4);
    if (text.length % 4 !== 0 || bytes.length !== size) return this.fail(name, "not base64");
    return new Uint8Array(bytes.buffer, bytes.byteOffset, size);
  }

  /** A link as DAG-JSON writes it: `{"/": "bafy…"}`. */
  cid(name: string): Cid {
    const text = this.object(name).string("/");
    try {
      return parseCid(text);
    } catch (cause) {
      return this.fail(name, "not a CID", cause);
    }
  }

  object(name: string): Fields {
    return Fields.of(this.values[name], this.file, this.pathOf(name));
  }

  /** The items of a list, each read as a field that is called by its index. */
  items<T>(name: string, read: (list: Fields, index: string) => T): T[] {
    const list = this.list(name);
    const fields = new Fields(this.file, this.pathOf(name), { ...list });
    return list.map((_, index) => read(fields, `${index}`));
  }

  /** The objects of a list. */
  objects<T>(name: string, read: (item: Fields) => T): T[] {
    return this.items(name, (list, index) => read(list.object(index)));
  }

  list(name: string): readonly unknown[] {
    const value = this.values[name];
    return Array.isArray(value) ? value : this.fail(name, "not a list");
  }

  fail(name: string, reason: string, cause?: unknown): never {
    throw new FvmError("INVALID_VECTOR", { file: this.file, field: this.pathOf(name), reason }, { cause });
  }

  private pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** JSON without loss: integers beyond 2^53 are bigints. Throws `FvmError` INVALID_VECTOR. */
export function parseExactJson(text: string, file: string): unknown {
  try {
    // Without backslashes each quote begins or ends a text.
    return text.includes("\\") ? parse(text, undefined, exactNumber) : parseAroundLong(text);
  } catch (cause) {
    throw new FvmError("INVALID_VECTOR", { file, field: "(top)", reason: "not JSON" }, { cause });
  }
}

/** Texts from this length on, such as a CAR: the parser would put them together character by character. */
const LONG = 64;
/** Behind a value, not a name. */
const AFTER_VALUE = /^\s*[,\]}]/;

function parseAroundLong(text: string): unknown {
  let mark = "~";
  while (text.includes(mark)) mark += "~";
  const places = new Map<string, string>();
  const values = new Map<string, string>();
  // One pattern for all of it would keep a place to return to for each character: tens of megabytes.
  const parts = text.split('"');
  for (let at = 1; at + 1 < parts.length; at += 2) {
    const value = parts[at] as string;
    if (value.length < LONG || /[^A-Za-z0-9+/=]/.test(value) || !AFTER_VALUE.test(parts[at + 1] as string))
      continue;
    const place = places.get(value) ?? `${mark}${places.size}`;
    places.set(value, place);
    values.set(place, value);
    parts[at] = place;
  }
  const restored = (_: string, value: unknown) => values.get(value as string) ?? value;
  return parse(parts.join('"'), restored, exactNumber);
}

function exactNumber(text: string): number | bigint {
  const value = Number(text);
  if (/^-?[0-9]+$/.test(text)) return Number.isSafeInteger(value) ? value : BigInt(text);
  // A fraction that a double rounds to an integer is none.
  return Number.isInteger(value) ? Number.NaN : value;
}
