import { describe, expect, test } from "vitest";
import { ethTransactionHash } from "../../../src/chain/signatures/eth-sender.js";
import { ethTransactionOf } from "../../../src/chain/signatures/eth-transaction.js";
import { encodeSignedMessage, signedMessageCid } from "../../../src/chain/types/signed-message.js";
import { cidText } from "../../../src/encoding/cid.js";
import { parseRawTransaction } from "../../../src/node/eth/raw-transaction.js";
import { decodeRlp } from "../../../src/node/eth/rlp.js";
import { hexBytes } from "../../../src/util/bytes.js";
import { read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const CHAIN_ID = 31415926;

interface Conversion {
  readonly raw: string;
  readonly hash?: string;
  readonly cid?: string;
}

const names = recordings(["nv28", "nv27-28"]);
if (names.length === 0)
  skipLoudly("conversions of transactions by a Lotus node: they are not on this machine");

describe.each(names)("transactions of %s", (name) => {
  const conversions = (read(name, "conversions.json") as Conversion[]).filter(({ cid }) => cid !== undefined);

  test("become Lotus's messages", () => {
    expect(conversions.length).toBeGreaterThan(100);
    for (const { raw, hash, cid } of conversions) {
      const signed = parseRawTransaction(hexBytes(raw.slice(2)), CHAIN_ID);
      expect(cidText(signedMessageCid(signed))).toBe(cid);
      expect(ethTransactionHash(ethTransactionOf(signed, CHAIN_ID), CHAIN_ID)).toBe(hash);
    }
  });

  test("cut short or changed are refused, or other messages", () => {
    for (const { raw, cid } of conversions.slice(0, 10)) {
      const bytes = hexBytes(raw.slice(2));
      for (let length = 0; length < bytes.length; length++) {
        expect(() => parseRawTransaction(bytes.subarray(0, length), CHAIN_ID)).toThrow(
          /invalid rlp data|empty data/,
        );
      }
      for (let at = 0; at < bytes.length; at++) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ 1;
        expect(cidOrRefusal(changed)).not.toBe(cid);
      }
    }
  });
});

/** Nothing else is thrown. */
function cidOrRefusal(raw: Uint8Array): string {
  try {
    const signed = parseRawTransaction(raw, CHAIN_ID);
    encodeSignedMessage(signed);
    return cidText(signedMessageCid(signed));
  } catch (error) {
    expect(error).toMatchObject({ name: "RpcError", code: 1 });
    return (error as Error).message;
  }
}

/** Texts of Lotus's decoder. */
test.each([
  ["", "data is empty"],
  ["8100", "non-canonical single byte encoding"],
  ["83aabb", "out of bound while parsing string"],
  ["b801ff", "non-canonical string length encoding"],
  ["b90001", "non-canonical length encoding with leading zeros"],
  ["bf0102", "out of bound while parsing length"],
  ["b838ff", "out of bound while parsing length"],
  ["c3aabb", "out of bound while parsing list"],
  ["c281ff81", "length 4, consumed 3"],
  ["c3820102ff", "length 5, consumed 4"],
  ["c182", "cannot decode list element: invalid rlp data: out of bound while parsing string"],
  [`cd${"80".repeat(13)}`, "incorrect list length"],
  ["f801c0", "non-canonical list length encoding"],
])("RLP %s is refused: %s", (data, text) => {
  expect(() => decodeRlp(hexBytes(data))).toThrow(text);
});

test("lists nested too deep are refused", () => {
  let data = new Uint8Array([0xc0]);
  for (let i = 0; i < 40; i++) data = Uint8Array.of(0xc0 + data.length, ...data);
  expect(() => decodeRlp(data)).toThrow("list nesting depth exceeds limit of 32");
});

test("RLP is decoded", () => {
  expect(decodeRlp(hexBytes("c50182aabbc0"))).toEqual([Uint8Array.of(1), Uint8Array.of(0xaa, 0xbb), []]);
  const long = new Uint8Array(300).fill(7);
  expect(decodeRlp(Uint8Array.of(0xb9, 1, 44, ...long))).toEqual(long);
});
