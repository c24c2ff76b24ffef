import { CID } from "multiformats/cid";
import { describe, expect, test } from "vitest";
import {
  type Cid,
  cidBytes,
  cidCodec,
  cidFromBytes,
  cidFromParts,
  cidParts,
  cidText,
  parseCid,
  readCid,
  toCid,
} from "../../src/encoding/cid.js";
import { BLAKE2B_256, DAG_CBOR, FIL_COMMITMENT_SEALED, RAW } from "../../src/encoding/codecs.js";
import { isFvmError } from "../../src/errors.js";
import { hex, hexBytes, latin1 } from "../../src/util/bytes.js";

const sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const cases: [text: string, codec: number, hashCode: number][] = [
  ["bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a", DAG_CBOR, BLAKE2B_256],
  ["bafk2bzacedfvut2myeleyq67fljcrw4kkmn5pb5dpyozovj7jpoez5irnc3ro", RAW, BLAKE2B_256],
  ["bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", DAG_CBOR, 0x12],
  ["baga6ea4seaqao7s73y24kcutaosvacpdjgfe5pw76ooefnyqw4ynr3d2y6x2mpq", 0xf101, 0x1012],
  ["QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR", 0x70, 0x12],
];

describe.each(cases)("%s", (text, codec, hashCode) => {
  const cid = parseCid(text);

  test("text and bytes", () => {
    expect(cidText(cid)).toBe(text);
    expect(cidBytes(cid)).toEqual(CID.parse(text).bytes);
    expect(cidFromBytes(cidBytes(cid))).toBe(cid);
  });

  test("parts", () => {
    expect(cidCodec(cid)).toBe(codec);
    expect(cidParts(cid)).toEqual({
      version: text.startsWith("Q") ? 0 : 1,
      codec,
      hashCode,
      digest: CID.parse(text).multihash.digest,
    });
  });

  test("toCid takes all forms", () => {
    for (const input of [text, cid, CID.parse(text)]) expect(toCid(input)).toBe(cid);
  });
});

test("from parts", () => {
  const text = "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a";
  expect(cidFromParts(DAG_CBOR, BLAKE2B_256, cidParts(parseCid(text)).digest)).toBe(parseCid(text));
  expect(cidCodec(cidFromParts(FIL_COMMITMENT_SEALED, 0xb401, new Uint8Array(32)))).toBe(
    FIL_COMMITMENT_SEALED,
  );
});

/** What the reference reads, and its canonical form if that is another. */
describe("binary forms", () => {
  test.each([
    ["version 1", `01711220${sha256}`, undefined],
    ["version 0", `1220${sha256}`, undefined],
    ["bytes after the digest", `01711220${sha256}00`, `01711220${sha256}`],
    ["bytes after the digest of version 0", `1220${sha256}00`, `1220${sha256}`],
    ["identity", "0155000568656c6c6f", undefined],
    ["empty identity", "01550000", undefined],
    ["a codec of 64 bits", "01ffffffffffffffffff010000", undefined],
    ["a codec of 70 bits", "01ffffffffffffffffff7f0000", "01ffffffffffffffffff010000"],
    ["a digest of 64 bytes", `01550040${"00".repeat(64)}`, undefined],
  ])("%s", (_, bytes, canonical) => {
    expect(hex(cidBytes(readCid(hexBytes(bytes)) as Cid))).toBe(canonical ?? bytes);
  });

  test("of which something is left over are none for callers", () => {
    for (const bytes of [`01711220${sha256}00`, `1220${sha256}00`]) {
      expect(() => cidFromBytes(hexBytes(bytes))).toThrow("INVALID_CID");
    }
    expect(hex(cidBytes(cidFromBytes(hexBytes(`01711220${sha256}`))))).toBe(`01711220${sha256}`);
  });

  test.each([
    ["nothing", ""],
    ["a version alone", "01"],
    ["version 2", "0255000568656c6c6f"],
    ["version 0 spelled out", "0055000568656c6c6f"],
    ["no digest", "015500"],
    ["a digest cut off", "0155000568656c6c"],
    ["a digest of 65 bytes", `01550041${"00".repeat(65)}`],
    ["a codec that is not minimal", "0181000005"],
    ["a codec of 11 bytes", "01ffffffffffffffffffff010000"],
    ["version 0 cut off", `1220${sha256.slice(2)}`],
  ])("%s is refused", (_, bytes) => {
    expect(readCid(hexBytes(bytes))).toBeUndefined();
    expect(() => cidFromBytes(hexBytes(bytes))).toThrow(
      expect.toSatisfy((error) => isFvmError(error, "INVALID_CID") && error.details.cid === bytes),
    );
  });

  test("from a part of a buffer", () => {
    const bytes = hexBytes(`ffff01711220${sha256}ff`);
    expect(readCid(bytes, 2, bytes.length - 1)).toBe(latin1(bytes, 2, bytes.length - 1) as Cid);
    expect(readCid(bytes, 2, bytes.length - 2)).toBeUndefined();
  });
});

test.each(["", "bafy", "not a cid", "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta"])(
  "text %j is refused",
  (text) => {
    expect(() => toCid(text)).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_CID")));
  },
);

test.each(["Qm", "z", "k", "b"])(
  "a text that begins as a CID of kind %s and goes on for ever is refused",
  (start) => {
    expect(() => parseCid(start + "a".repeat(5_000_000))).toThrow("INVALID_CID");
  },
);

test("the longest CIDs have texts in each base", () => {
  const cid = cidFromParts(2 ** 40, 2 ** 40, new Uint8Array(64).fill(0xff));
  expect(parseCid(cidText(cid))).toBe(cid);
});
