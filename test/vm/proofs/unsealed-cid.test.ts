import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Cid } from "../../../src/encoding/cid.js";
import { dataCommitment, dataCommitmentCid } from "../../../src/vm/proofs/commitments.js";
import { unsealedSectorCid } from "../../../src/vm/proofs/unsealed-cid.js";

/** sha-256 of two nodes without the top two bits. */
function hash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const digest = createHash("sha256").update(left).update(right).digest();
  digest[31] = (digest[31] ?? 0) & 0x3f;
  return new Uint8Array(digest);
}

/** Root of so many zero bytes. */
function zeros(size: number): Uint8Array {
  if (size === 32) return new Uint8Array(32);
  const half = zeros(size / 2);
  return hash(half, half);
}

const a = new Uint8Array(32).fill(1);
const b = new Uint8Array(32).fill(2);

function piece(size: number | bigint, commitment: Uint8Array) {
  return { size, cid: dataCommitmentCid(commitment) };
}

function commitment(type: number, ...pieces: ReturnType<typeof piece>[]): string | undefined {
  const cid = unsealedSectorCid(type, pieces);
  const bytes = cid && dataCommitment(cid);
  return bytes && Buffer.from(bytes).toString("hex");
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

describe("a sector without pieces", () => {
  test.each([
    [0, "fc7e928296e516faade986b28f92d44a4f24b935485223376a799027bc18f833"],
    [1, "65f29e5d98d246c38b388cfc06db1f6b021303c5a289000bdce832a9c3ec421c"],
    [8, "077e5fde35c50a9303a55009e3498a4ebedff39c42b710b730d8ec7ac7afa63e"],
    [9, "e64005a6bfe3777953b8ad6ef93f0fca1049b2041654f2a411f7702799cece02"],
  ])("of type %i", (type, expected) => {
    const size = [2048, 8 << 20, 512 << 20, 2 ** 35, 2 ** 36][type % 5] ?? 0;
    expect(commitment(type)).toBe(expected);
    expect(hex(zeros(size))).toBe(expected);
  });

  test("series share their sizes", () => {
    for (const type of [3, 8, 13, 18]) expect(commitment(type)).toBe(hex(zeros(2 ** 35)));
  });
});

describe("pieces of a 2 KiB sector", () => {
  test("one as large as the sector", () => {
    expect(commitment(0, piece(2048, a))).toBe(hex(a));
  });

  test("two halves", () => {
    expect(commitment(5, piece(1024, a), piece(1024, b))).toBe(hex(hash(a, b)));
  });

  test("one, and zeros after it", () => {
    expect(commitment(0, piece(1024, a))).toBe(hex(hash(a, zeros(1024))));
  });

  test("a small one before a large one is aligned", () => {
    const left = hash(hash(hash(a, zeros(128)), zeros(256)), zeros(512));
    expect(commitment(0, piece(128, a), piece(1024, b))).toBe(hex(hash(left, b)));
  });

  test("sixteen of 128 bytes", () => {
    const level = (nodes: Uint8Array[]): Uint8Array => {
      const [first] = nodes;
      if (first !== undefined && nodes.length === 1) return first;
      const half = nodes.length / 2;
      return hash(level(nodes.slice(0, half)), level(nodes.slice(half)));
    };
    const pieces = Array.from({ length: 16 }, (_, index) => new Uint8Array(32).fill(index));
    expect(commitment(0, ...pieces.map((node) => piece(128, node)))).toBe(hex(level(pieces)));
  });

  test.each([
    ["a piece of nothing", [piece(0, a)]],
    ["larger than the sector", [piece(4096, a)]],
    ["together larger than the sector", [piece(2048, a), piece(128, b)]],
    ["no power of two", [piece(384, a)]],
    ["below 128 bytes", [piece(64, a)]],
    ["two below 128 bytes", [piece(64, a), piece(64, b)]],
    ["one byte", [piece(1, a)]],
    ["too many", Array.from({ length: 17 }, () => piece(128, a))],
    ["2^63 bytes", [piece(2n ** 63n, a)]],
    ["2^64 - 1 bytes", [piece(2n ** 64n - 1n, a)]],
    ["a CID of another codec", [{ size: 2048, cid: `\x01\x55\x92\x20\x20${"\x01".repeat(32)}` as Cid }]],
    ["a CID of another length", [{ size: 2048, cid: "\x01\x81\xe2\x03\x92\x20\x02\x01\x01" as Cid }]],
  ])("%s", (_case, pieces) => {
    expect(commitment(0, ...pieces)).toBeUndefined();
  });
});
