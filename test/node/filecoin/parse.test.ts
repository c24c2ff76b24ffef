import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../../src/address/text.js";
import { FilecoinJson } from "../../../src/node/filecoin/json.js";
import {
  type GivenMessage,
  parseBase64,
  parseBigInt,
  parseCidJson,
  parseEpoch,
  parseGoAddress,
  parseInt64,
  parseMessage,
  parseSendSpec,
  parseSignedMessage,
  parseTipsetKey,
  parseUint64,
} from "../../../src/node/filecoin/parse.js";
import { ParamError } from "../../../src/node/rpc/errors.js";

const CID = "bafy2bzacedo3zeq3sq4xoea3uzd6ljmvhdvdrtv2nl3m3iy7tqwxnqehhtxe2";
const READERS = {
  parseBase64,
  parseBigInt,
  parseCidJson,
  parseEpoch,
  parseGoAddress,
  parseInt64,
  parseMessage,
  parseSendSpec,
  parseSignedMessage,
  parseTipsetKey,
  parseUint64,
};

describe("a message comes back as it was written", () => {
  test.each(["f", "t"] as const)("on a network of letter %s", (letter) => {
    const message = {
      version: 0,
      to: parseAddress("t1abjxfbp274xpdqcpuaykwkfb43omjotacm2p3za"),
      from: parseAddress("t0100"),
      nonce: 2n ** 63n,
      value: 10n ** 24n,
      gasLimit: 2n ** 62n - 1n,
      gasFeeCap: 0n,
      gasPremium: 3n,
      method: 2,
      params: Uint8Array.of(0, 255),
    };
    const { CID: _cid, ...json } = new FilecoinJson(letter).message(message);
    expect(json.To.startsWith(letter)).toBe(true);
    expect(parseMessage(json)).toEqual(message);
  });
});

test("what a message lacks is Go's nothing; names may be in any case", () => {
  const empty: GivenMessage = {
    version: 0,
    to: undefined,
    from: undefined,
    nonce: 0,
    value: 0n,
    gasLimit: 0,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: 0,
    params: new Uint8Array(),
  };
  expect(parseMessage({})).toEqual(empty);
  expect(parseMessage({ FROM: "", To: null, nonce: 7, Other: [] })).toEqual({ ...empty, nonce: 7 });
});

test("a key without CIDs is the head's", () => {
  expect(parseTipsetKey([])).toBeUndefined();
  expect(parseTipsetKey(null)).toBeUndefined();
  expect(parseTipsetKey([{ "/": CID }])).toEqual([parseCidJson({ "/": CID })]);
});

describe("refusals in Go's words", () => {
  test.each([
    [() => parseGoAddress("rubbish"), "unknown address network"],
    [() => parseGoAddress("t9aaaa"), "unknown address protocol"],
    [() => parseGoAddress("t0x"), "invalid address payload"],
    [() => parseGoAddress("t0123456789012345678901"), "invalid address length"],
    [() => parseGoAddress("t1abjxfbp274xpdqcpuaykwkfb43omjotacm2p3zb"), "invalid address checksum"],
    [() => parseGoAddress(7), "json: cannot unmarshal number into Go value of type address.Address"],
    [() => parseUint64("7"), "json: cannot unmarshal string into Go value of type uint64"],
    [() => parseUint64(-1), "json: cannot unmarshal number -1 into Go value of type uint64"],
    [() => parseInt64(1.5), "json: cannot unmarshal number 1.5 into Go value of type int64"],
    [() => parseBigInt("12x"), "failed to parse bigint string: '\"12x\"'"],
    [() => parseBase64("a?=="), "illegal base64 data at input byte 1"],
    [() => parseMessage([]), "json: cannot unmarshal array into Go value of type types.RawMessage"],
    [() => parseCidJson({ "/": "" }), "invalid cid: cid too short"],
    [() => parseSignedMessage({ Signature: { Type: 9 } }), "invalid signature type"],
  ])("%#", (read, message) => {
    expect(read).toThrow(new ParamError(message));
  });
});

test.each(Object.entries(READERS))("%s refuses any JSON with no other error", (_, read) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        read(value);
      } catch (error) {
        expect(error).toBeInstanceOf(ParamError);
      }
    }),
  );
});
