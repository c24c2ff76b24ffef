import { encode } from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { describe, expect, test } from "vitest";
import { cidFromParts, cidText, parseCid } from "../../src/encoding/cid.js";
import { CBOR, DAG_CBOR, FIL_COMMITMENT_SEALED, IDENTITY, RAW } from "../../src/encoding/codecs.js";
import { isIntact } from "../../src/ipld/intact.js";
import { inlineBlock, isStored, linksOf } from "../../src/ipld/links.js";
import { native } from "../../src/native/index.js";
import { latin1Bytes } from "../../src/util/bytes.js";

const data = latin1Bytes("data");
const digest = new Uint8Array(32);
const texts = [
  "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2",
  "bafyreiaqpwbbyjo4a42saasj36kkrpv4tsherf2e7bvezkert2a7dhonoi",
  "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR",
];

describe("links of a block", () => {
  test("in order, wherever they are", () => {
    const [a, b, c] = texts.map((text) => CID.parse(text));
    const block = encode({ x: [1, a, { y: b, z: "text" }], y: [new Uint8Array(99), null, c, a] });
    expect(linksOf(block).map(cidText)).toEqual([texts[0], texts[1], texts[2], texts[0]]);
  });

  test.each(["", "\x81", "\x82\x01", "\xd8\x2a\x43\x00\x01", "\xd8\x2b\x01"])("malformed: %j", (block) => {
    expect(() => linksOf(latin1Bytes(block))).toThrow(expect.objectContaining({ code: "INVALID_CBOR" }));
  });
});

test.each([
  ["raw bytes", cidFromParts(RAW, 0xb220, digest), true],
  ["CBOR", cidFromParts(CBOR, 0xb220, digest), true],
  ["DAG-CBOR by another hash", parseCid(texts[1] as string), true],
  ["a commitment", cidFromParts(FIL_COMMITMENT_SEALED, 0xb401, digest), false],
  ["data in the CID", cidFromParts(RAW, IDENTITY, data), false],
])("whether stores keep %s", (_, cid, kept) => {
  expect(isStored(cid)).toBe(kept);
});

test("a block that is its CID", () => {
  expect(inlineBlock(cidFromParts(DAG_CBOR, IDENTITY, data))).toEqual(data);
  expect(inlineBlock(native.cidOf(DAG_CBOR, data))).toBeUndefined();
});

test.each([
  ["the right bytes", native.cidOf(RAW, data), true],
  ["wrong bytes", native.cidOf(RAW, latin1Bytes("date")), false],
  ["sha2-256", cidFromParts(RAW, 0x12, native.hash(0x12, data) as Uint8Array), true],
  ["sha2-256 of others", cidFromParts(RAW, 0x12, digest), false],
  ["bytes in the CID", cidFromParts(RAW, IDENTITY, data), true],
  ["others in the CID", cidFromParts(RAW, IDENTITY, digest), false],
  ["a hash that nobody knows", cidFromParts(RAW, 0x1234, digest), undefined],
])("whether a block is intact: %s", (_, cid, intact) => {
  expect(isIntact(cid, data)).toBe(intact);
});
