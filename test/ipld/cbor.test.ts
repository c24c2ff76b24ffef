import * as dagCbor from "@ipld/dag-cbor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cid, cidText, parseCid } from "../../src/encoding/cid.js";
import { isFvmError } from "../../src/errors.js";
import { CborReader, CborWriter, type Codec, decodeCbor, encodeCbor, Major } from "../../src/ipld/cbor.js";
import { hex, hexBytes, latin1, latin1Bytes } from "../../src/util/bytes.js";
import { U64_MAX, u64 } from "../../src/util/u64.js";

type Reading = (reader: CborReader) => unknown;

const read = {
  bytes: (reader) => hex(reader.bytes()),
  latin1: (reader) => hex(latin1Bytes(reader.latin1())),
  text: (reader) => reader.text(),
  u64: (reader) => reader.u64(),
  u32: (reader) => reader.u32(),
  u8: (reader) => reader.u8(),
  i64: (reader) => reader.i64(),
  bool: (reader) => reader.bool(),
  optional: (reader) => (reader.null() ? null : reader.u64()),
  pair: (reader) => {
    reader.tuple(2);
    return [reader.u64(), reader.u64()];
  },
  list: (reader) => Array.from({ length: reader.array() }, () => reader.u64()),
  cid: (reader) => cidText(reader.cid()),
  raw: (reader) => hex(reader.raw()),
} satisfies Record<string, Reading>;

function decode(kind: keyof typeof read, input: string, canonical = false): unknown {
  return decodeCbor<unknown>({ decode: read[kind] }, hexBytes(input), { canonical });
}

const isInvalid = expect.toSatisfy((error) => isFvmError(error, "INVALID_CBOR"));
const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const cid = "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
const cid0 = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n";

/** Inputs and the reference decoder's values; the last column says whether Go's decoder takes them, too. */
const accepted: [kind: keyof typeof read, input: string, value: unknown, isCanonical: boolean][] = [
  ["bytes", "43010203", "010203", true],
  ["bytes", "40", "", true],
  ["bytes", "5803010203", "010203", false],
  ["bytes", "5b0000000000000003010203", "010203", false],
  // The decoder ignores the header's type bits that are its own.
  ["bytes", "03010203", "010203", false],
  ["bytes", "1803010203", "010203", false],
  ["bytes", "5f4101420203ff", "010203", false],
  ["bytes", "5f5f4101ff420203ff", "010203", false],
  ["bytes", "5f0101ff", "01", false],
  ["bytes", "5fff", "", false],
  ["latin1", "43010203", "010203", true],
  ["latin1", "5f4101420203ff", "010203", false],
  ["text", "6161", "a", true],
  ["text", "62c3a9", "é", true],
  ["text", "63efbbbf", "\ufeff", true],
  ["text", "4161", "a", false],
  ["text", "2161", "a", false],
  ["text", "0161", "a", false],
  ["text", "7f61614162ff", "ab", false],
  ["u64", "05", 5, true],
  ["u64", "17", 23, true],
  ["u64", "1818", 24, true],
  ["u64", "1805", 5, false],
  ["u64", "190100", 256, true],
  ["u64", "1900ff", 255, false],
  ["u64", "1a00010000", 65536, true],
  ["u64", "1a0000ffff", 65535, false],
  ["u64", "1b0000000100000000", 2 ** 32, true],
  ["u64", "1b00000000ffffffff", 2 ** 32 - 1, false],
  ["u64", "1b001fffffffffffff", Number.MAX_SAFE_INTEGER, true],
  ["u64", "1b0020000000000000", 2n ** 53n, true],
  ["u64", "1bffffffffffffffff", U64_MAX, true],
  ["u32", "1affffffff", 2 ** 32 - 1, true],
  ["u8", "18ff", 255, true],
  ["u8", "1805", 5, false],
  ["i64", "20", -1, true],
  ["i64", "3818", -25, true],
  ["i64", "1b7fffffffffffffff", 2n ** 63n - 1n, true],
  ["i64", "3b7fffffffffffffff", -(2n ** 63n), true],
  ["i64", "3b001ffffffffffffe", -Number.MAX_SAFE_INTEGER, true],
  ["i64", "3b001fffffffffffff", -(2n ** 53n), true],
  ["bool", "f4", false, true],
  ["bool", "f5", true, true],
  ["optional", "f6", null, true],
  ["optional", "05", 5, true],
  ["pair", "820102", [1, 2], true],
  ["pair", "020102", [1, 2], false],
  ["pair", "98020102", [1, 2], false],
  ["pair", "18020102", [1, 2], false],
  ["list", "80", [], true],
  ["list", "00", [], false],
  ["list", "8101", [1], true],
  ["cid", `d82a58250001711220${digest}`, cid, true],
  ["cid", `d82a58260001711220${digest}00`, cid, false],
  ["cid", `d82a58270001711220${digest}0000`, cid, false],
  ["cid", `d82a5823001220${digest}`, cid0, true],
  ["cid", `d9002a58250001711220${digest}`, cid, false],
  ["cid", `582a58250001711220${digest}`, cid, false],
  ["cid", `982a58250001711220${digest}`, cid, false],
  ["cid", `182a58250001711220${digest}`, cid, false],
  ["cid", `d82a5f4100582401711220${digest}ff`, cid, false],
  ["raw", "8301820203a16161f6", "8301820203a16161f6", true],
  [
    "raw",
    `82d82a58250001711220${digest}fb3ff0000000000000`,
    `82d82a58250001711220${digest}fb3ff0000000000000`,
    true,
  ],
  ["raw", "82f4fa3f800000", "82f4fa3f800000", true],
  ["raw", "9801f5", "9801f5", false],
];

const refused: [kind: keyof typeof read, input: string][] = [
  ["bytes", "63010203"],
  ["bytes", "83010203"],
  ["bytes", "1fff"],
  ["bytes", "5c"],
  ["bytes", "5f4101420203"],
  ["bytes", "5f6101ff"],
  ["bytes", "4301020304"],
  ["bytes", "430102"],
  ["bytes", "5b00000000ffffffff01"],
  ["bytes", "5bffffffffffffffff01"],
  ["bytes", ""],
  ["bytes", "5f".repeat(100_000)],
  ["latin1", "430102"],
  ["latin1", "5f4101"],
  ["text", "8161"],
  ["text", "61ff"],
  ["text", "62c3"],
  ["u64", "25"],
  ["u64", "45"],
  ["u64", "c24105"],
  ["u64", "1c"],
  ["u64", "1b00000000000000"],
  ["u64", "0505"],
  ["u32", "1b0000000000000005"],
  ["u8", "190005"],
  ["i64", "1b8000000000000000"],
  ["i64", "3b8000000000000000"],
  ["i64", "c24105"],
  ["i64", "40"],
  ["bool", "f6"],
  ["bool", "01"],
  ["optional", "f7"],
  ["optional", "f816"],
  ["pair", "420102"],
  ["pair", "a20102"],
  ["pair", "9f0102ff"],
  ["pair", "8101"],
  ["pair", "83010203"],
  ["list", "9f01ff"],
  ["list", "9a7fffffff"],
  ["cid", `d82b58250001711220${digest}`],
  ["cid", `f82a58250001711220${digest}`],
  ["cid", `d82a18250001711220${digest}`],
  ["cid", `d82a58250101711220${digest}`],
  ["cid", `d82a582401711220${digest}`],
  ["cid", "d82a4100"],
  ["cid", "d82a40"],
  ["raw", "9f01ff"],
  ["raw", "5f4101ff"],
  ["raw", "bf616101ff"],
  ["raw", "c10a"],
  ["raw", "d82a05"],
  ["raw", "f7"],
  ["raw", "f97e00"],
  ["raw", "ff"],
  ["raw", "8201"],
  ["raw", "a16161"],
  ["raw", "fa3f80"],
];

describe("reading as the reference", () => {
  test.each(accepted)("%s %s", (kind, input, value) => {
    expect(decode(kind, input)).toEqual(value);
  });

  test.each(refused)("%s %s is refused", (kind, input) => {
    expect(() => decode(kind, input)).toThrow(isInvalid);
  });
});

describe("reading as Go", () => {
  test.each(accepted)("%s %s", (kind, input, value, isCanonical) => {
    if (isCanonical) expect(decode(kind, input, true)).toEqual(value);
    else expect(() => decode(kind, input, true)).toThrow(isInvalid);
  });

  test.each(refused)("%s %s is refused", (kind, input) => {
    expect(() => decode(kind, input, true)).toThrow(isInvalid);
  });
});

test("errors say where", () => {
  expect(() => decode("pair", "82010")).toThrow(TypeError);
  expect(() => decode("pair", "8201f6")).toThrow(
    expect.toSatisfy((error) => isFvmError(error, "INVALID_CBOR") && error.details.offset === 2),
  );
});

test("reading from an offset", () => {
  const reader = new CborReader(hexBytes("ffff0182"), 2);
  expect(reader.u64()).toBe(1);
  expect(reader.major()).toBe(Major.ARRAY);
  expect(() => reader.end()).toThrow(isInvalid);
});

describe("writing", () => {
  const write = (build: (writer: CborWriter) => unknown) => {
    const writer = new CborWriter();
    build(writer);
    return hex(writer.finish());
  };

  test("each kind of item", () => {
    expect(write((w) => w.array(2).bool(true).null())).toBe("82f5f6");
    expect(write((w) => w.map(1).text("é").bytes(Uint8Array.of(0, 0xff)))).toBe("a162c3a94200ff");
    expect(write((w) => w.latin1("\0\xff").raw(hexBytes("f4")))).toBe("4200fff4");
    expect(write((w) => w.cid(parseCid(cid)))).toBe(`d82a58250001711220${digest}`);
    expect(write((w) => w.bool(false))).toBe("f4");
  });

  test.each([0, 23, 24, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2n ** 53n, U64_MAX])(
    "header of %s",
    (value) => {
      const bytes = write((w) => w.u64(value));
      expect(bytes).toBe(hex(dagCbor.encode(value)));
      expect(decode("u64", bytes, true)).toBe(value);
    },
  );

  test.each([
    -1,
    -24,
    -25,
    -256,
    -257,
    -(2 ** 32),
    -(2 ** 32) - 1,
    -(2 ** 53) + 1,
    -(2n ** 53n),
    -(2n ** 63n),
  ])("header of %s", (value) => {
    const bytes = write((w) => w.i64(value));
    expect(bytes).toBe(hex(dagCbor.encode(value)));
    expect(decode("i64", bytes, true)).toBe(value);
  });

  test("a writer grows, and starts anew after finish", () => {
    const writer = new CborWriter();
    const long = new Uint8Array(10_000).fill(7);
    expect(hex(writer.bytes(long).finish())).toBe(hex(dagCbor.encode(long)));
    expect(hex(writer.text("x".repeat(3000)).finish())).toBe(hex(dagCbor.encode("x".repeat(3000))));
    expect(writer.u64(1).finish()).toEqual(Uint8Array.of(1));
  });

  test("a codec may encode within an encoding", () => {
    const inner: Codec<number> = { encode: (value, w) => w.u64(value), decode: (r) => Number(r.u64()) };
    const outer: Codec<number> = {
      encode: (value, w) =>
        w
          .array(2)
          .u64(value)
          .bytes(encodeCbor(inner, value + 1)),
      decode: (r) => Number(r.u64()),
    };
    expect(hex(encodeCbor(outer, 1))).toBe("82014102");
  });
});

describe("round trips", () => {
  type Value = number | string | Uint8Array | boolean | null | bigint | { [key: string]: Value } | Value[];
  const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: U64_MAX }),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array({ maxLength: 300 }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value") as fc.Arbitrary<Value>),
      fc.dictionary(fc.string(), tie("value") as fc.Arbitrary<Value>),
    ),
  }));

  /** Reads any value by its header; map keys come in the order written. */
  function readAny(reader: CborReader): Value {
    switch (reader.major()) {
      case Major.UNSIGNED:
      case Major.NEGATIVE:
        return reader.i64();
      case Major.BYTES:
        return reader.bytes().slice();
      case Major.TEXT:
        return reader.text();
      case Major.ARRAY:
        return Array.from({ length: reader.array() }, () => readAny(reader));
      case Major.MAP:
        return Object.fromEntries(
          Array.from({ length: reader.map() }, () => [reader.text(), readAny(reader)]),
        );
      default:
        return reader.null() ? null : reader.bool();
    }
  }

  function writeAny(value: Value, writer: CborWriter): void {
    if (value === null) writer.null();
    else if (typeof value === "boolean") writer.bool(value);
    else if (typeof value === "string") writer.text(value);
    else if (typeof value === "number" || typeof value === "bigint") writer.i64(u64(value));
    else if (value instanceof Uint8Array) writer.bytes(value);
    else if (Array.isArray(value)) {
      writer.array(value.length);
      for (const item of value) writeAny(item, writer);
    } else {
      const keys = Object.keys(value).sort((a, b) => Buffer.compare(dagCbor.encode(a), dagCbor.encode(b)));
      writer.map(keys.length);
      for (const key of keys) {
        writer.text(key);
        writeAny(value[key] ?? null, writer);
      }
    }
  }

  const within = (value: Value): boolean =>
    typeof value === "bigint"
      ? value < 2n ** 63n
      : typeof value !== "object" || value === null || Object.values(value).every(within);

  test("what another library writes is read, and written alike", () => {
    fc.assert(
      fc.property(values.filter(within), (value) => {
        const data = new Uint8Array(dagCbor.encode(value));
        const decoded = decodeCbor({ decode: readAny }, data, { canonical: true });
        expect(decoded).toEqual(dagCbor.decode(data));
        expect(encodeCbor({ encode: writeAny }, decoded)).toEqual(data);
        expect(new CborReader(data).raw()).toEqual(data);
      }),
    );
  });

  test("no input makes the reader do anything but return or throw INVALID_CBOR", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(...Object.values(read)),
        (data, reading) => {
          try {
            decodeCbor<unknown>({ decode: reading }, data);
          } catch (error) {
            expect(error).toEqual(isInvalid);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("CIDs keep their bytes", () => {
  const data = encodeCbor<Cid>({ encode: (value, w) => w.cid(value) }, parseCid(cid));
  expect(latin1(data, 5)).toBe(parseCid(cid));
});

test("a string of very many chunks", () => {
  const count = 300_000;
  expect(decode("bytes", `5f${"4107".repeat(count)}ff`)).toBe("07".repeat(count));
});
