import { blake2b } from "@noble/hashes/blake2.js";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { describe, expect, test } from "vitest";
import { cidText, parseCid } from "../../../src/encoding/cid.js";
import { vectorExterns } from "../../../src/tools/vectors/externs.js";
import { parseVector } from "../../../src/tools/vectors/parse.js";
import { messageJson, ROOT, tipsetJson } from "./example.js";

const externsOf = (json: unknown) => vectorExterns(parseVector(JSON.stringify(json), "example.json"));
const hashOf = (text: string) => blake2b(new TextEncoder().encode(text), { dkLen: 32 });

describe("vectors of the public corpus", () => {
  const externs = externsOf(messageJson());

  test("what was recorded, and a fixed text otherwise", () => {
    expect(externs.getChainRandomness(5)).toEqual(new Uint8Array(32).fill(1));
    const text = new TextEncoder().encode("i_am_random_____i_am_random_____");
    expect(externs.getBeaconRandomness(5)).toEqual(text);
    expect(externs.getChainRandomness(6)).toEqual(text);
  });

  test("no tipsets, no faults", () => {
    expect(() => externs.getTipsetCid(5)).toThrow("the vector does not say what tipset:5 is");
    expect(
      externs.verifyConsensusFault(new Uint8Array(), new Uint8Array(), new Uint8Array()),
    ).toBeUndefined();
  });
});

test("generated message vectors: functions of the epoch", () => {
  const externs = externsOf(messageJson({ bundle: "v18" }));
  expect(externs.getChainRandomness(5)).toEqual(new Uint8Array(32).fill(1));
  expect(externs.getChainRandomness(-6n)).toEqual(hashOf("chain:-6"));
  expect(externs.getBeaconRandomness(5)).toEqual(hashOf("beacon:5"));
  const expected = CID.createV1(0x71, create(0xb220, hashOf("tipset:3"))).toString();
  expect(cidText(externs.getTipsetCid(3) as ReturnType<typeof parseCid>)).toBe(expected);
});

test("tipset vectors: only what was recorded", () => {
  const externs = externsOf(tipsetJson());
  expect(externs.getTipsetCid(6)).toBe(parseCid(ROOT));
  expect(() => externs.getTipsetCid(7)).toThrow("the vector does not say what tipset:7 is");
  expect(externs.getChainRandomness(5)).toEqual(new Uint8Array(32).fill(1));
  expect(() => externs.getBeaconRandomness(5)).toThrow("the vector does not say what beacon:5 is");
});
