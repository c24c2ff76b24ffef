import { describe, expect, test } from "vitest";
import type { Cid } from "../../../src/encoding/cid.js";
import { CborReader, type CborReader as Reader } from "../../../src/ipld/cbor.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { isFieldElement } from "../../../src/vm/proofs/commitments.js";
import { readAggregate, readSeals, readUpdate, readWindowPost } from "../../../src/vm/proofs/encoding.js";
import { hasGroth16Form } from "../../../src/vm/proofs/groth16.js";
import { aggregateProof, sealProof, updateProof, windowPost } from "../../../src/vm/proofs/input.js";
import {
  encodeAggregate,
  encodePost,
  encodeSeals,
  encodeUpdate,
  filled,
  groth16Form,
  type Sector,
  sealedCid,
  unsealedCid,
} from "./samples.js";

const raw = `\x01\x55\xa0\xe4\x02\x20${"\x01".repeat(32)}` as Cid;
const order = Uint8Array.from(
  Buffer.from("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", "hex"),
).reverse();

function read<T>(decode: (reader: Reader) => T, data: Uint8Array): T {
  const reader = new CborReader(data);
  const value = decode(reader);
  reader.end();
  return value;
}

function seal(sector: Sector, nv = 28) {
  const [info] = read(readSeals, encodeSeals(sector));
  return info && sealProof(info, networkVersion(nv).rules.kernel.maxSealProof);
}

describe("field elements", () => {
  test.each([
    ["zero", filled(0), true],
    ["the order less one", Uint8Array.from(order, (byte, index) => (index === 0 ? byte - 1 : byte)), true],
    ["the order", order, false],
    ["all ones", filled(0xff), false],
  ] as const)("%s", (_case, bytes, expected) => {
    expect(isFieldElement(bytes)).toBe(expected);
  });
});

describe("seals", () => {
  test("reach the verifier in parts", () => {
    expect(seal({ sealType: 13, sectorNumber: 5 })).toEqual({
      sealType: 13,
      proverId: Uint8Array.from([0xe8, 0x07, ...new Array(30).fill(0)]),
      sectorNumber: 5,
      ticket: filled(3),
      seed: filled(4),
      sealedCommitment: filled(0x11),
      unsealedCommitment: filled(0x22),
      proof: groth16Form(10),
    });
  });

  test.each([
    [17, 9, true],
    [17, 10, false],
    [18, 14, true],
    [20, 15, false],
    [21, 19, true],
    [28, 20, false],
    [28, -1, false],
  ])("network version %i, type %i", (nv, sealType, reaches) => {
    expect(seal({ sealType }, nv) !== undefined).toBe(reaches);
  });

  test.each([
    ["a sealed CID of another kind", { sealed: raw }],
    ["commitments the wrong way round", { sealed: unsealedCid() }],
    ["an unsealed CID of another kind", { unsealed: sealedCid() }],
    ["a sealed commitment of zeros", { sealed: sealedCid(filled(0)) }],
    ["an unsealed commitment of zeros", { unsealed: unsealedCid(filled(0)) }],
    ["a sealed commitment outside the field", { sealed: sealedCid(order) }],
    ["a short commitment", { sealed: sealedCid(new Uint8Array(31).fill(1)) }],
    ["a short ticket", { ticket: new Uint8Array(31) }],
    ["a long seed", { seed: new Uint8Array(33) }],
    ["a proof of nine partitions", { proof: groth16Form(9) }],
    ["a proof of ten partitions for a small sector", { sealType: 5, proof: groth16Form(10) }],
    ["a proof of zeros", { proof: new Uint8Array(1920) }],
  ])("%s does not", (_case, sector) => {
    expect(seal(sector)).toBeUndefined();
  });
});

test("non-interactive proofs may be of any length", () => {
  expect(seal({ sealType: 18, proof: new Uint8Array(5) })).toBeDefined();
});

describe("the form of Groth16 proofs", () => {
  const changed = (at: number, byte: number) => {
    const bytes = groth16Form(2);
    bytes[at] = byte;
    return bytes;
  };

  test.each([
    ["of two", groth16Form(2), true],
    ["too short", groth16Form(1), false],
    ["too long", groth16Form(3), false],
    ["with a sign", changed(0, 0xa0), true],
    ["first point not compressed", changed(0, 0x00), false],
    ["second point not compressed", changed(48, 0x20), false],
    ["third point of the second at infinity", changed(336, 0xc0), false],
    ["a coordinate at the prime's first byte", changed(0, 0x9a), true],
    ["a coordinate above the prime", changed(0, 0x9b), false],
    ["a coordinate without flags above the prime", changed(96, 0x80), false],
  ])("%s", (_case, bytes, expected) => {
    expect(hasGroth16Form(bytes, 2)).toBe(expected);
  });
});

describe("aggregates", () => {
  const aggregate = (data: Uint8Array) => aggregateProof(read(readAggregate, data), 19);

  test("reach the verifier in parts", () => {
    const found = aggregate(encodeAggregate([{ sectorNumber: 1 }, { sectorNumber: 2 }], { sealType: 19 }));
    expect(found).toMatchObject({ sealType: 19, aggregateType: 1 });
    expect(found?.sectors.map(({ sectorNumber }) => sectorNumber)).toEqual([1, 2]);
  });

  test.each([
    ["of no sectors", [], {}],
    ["of an unknown aggregate type", [{}], { aggregateType: 2 }],
    ["of an unknown seal type", [{}], { sealType: 20 }],
    ["with one bad sector", [{}, { sealed: raw }], {}],
  ] as const)("%s do not", (_case, sectors, types) => {
    expect(aggregate(encodeAggregate(sectors, types))).toBeUndefined();
  });
});

describe("window PoSt", () => {
  const post = (data: Uint8Array, nv = 28) => {
    const { windowPost: rules, maxSealProof } = networkVersion(nv).rules.kernel;
    return windowPost(read(readWindowPost, data), rules, maxSealProof);
  };

  test("reaches the verifier with sectors in order, each once", () => {
    const sectors = [
      { sectorNumber: 9 },
      { sectorNumber: 2, sealed: sealedCid(filled(1)) },
      { sectorNumber: 2, sealed: sealedCid(filled(2)) },
    ];
    const found = post(encodePost(sectors, { miner: 2n ** 64n - 1n }));
    expect(found).toEqual({
      postType: 13,
      proverId: Uint8Array.from([...new Array(9).fill(0xff), 1, ...new Array(22).fill(0)]),
      randomness: Uint8Array.from([...new Array(31).fill(0xff), 0x3f]),
      sectors: [
        { sectorNumber: 2, sealedCommitment: filled(2) },
        { sectorNumber: 9, sealedCommitment: filled(0x11) },
      ],
      proof: groth16Form(1),
    });
  });

  test.each([
    // network version, PoSt type, seal type
    [17, 8, 3, true],
    [17, 8, 8, true],
    [17, 13, 8, false],
    [17, 8, 13, false],
    [18, 8, 8, true],
    [18, 13, 8, true],
    [20, 13, 13, true],
    [20, 13, 18, false],
    [21, 8, 8, false],
    [28, 13, 18, true],
    [28, 14, 8, false],
    [28, 10, 0, true],
    [28, 3, 8, false],
    [28, 15, 0, false],
  ])("network version %i, type %i, sealed as %i", (nv, type, sealType, reaches) => {
    const found = post(encodePost([{ sealType }], { types: [type] }), nv);
    expect(found !== undefined).toBe(reaches);
  });

  test.each([
    ["no proof", [{}], { types: [] }],
    ["two proofs", [{}], { types: [13, 13] }],
    ["no sectors", [], {}],
    ["short randomness", [{}], { randomness: new Uint8Array(31) }],
    ["long randomness", [{}], { randomness: new Uint8Array(33) }],
    ["a sector of another size", [{}, { sealType: 9 }], {}],
    ["a CID of another kind", [{ sealed: raw }], {}],
    ["a commitment of zeros", [{ sealed: sealedCid(filled(0)) }], {}],
    ["a proof of two partitions", [{}], { proof: groth16Form(2) }],
  ] as const)("%s does not", (_case, sectors, options) => {
    expect(post(encodePost(sectors, options))).toBeUndefined();
  });
});

test.each([
  // sealed as, PoSt type, sectors, partitions
  [5, 10, 2, 1],
  [5, 10, 3, 2],
  [8, 13, 2349, 1],
  [8, 13, 2350, 2],
  [9, 14, 2300, 1],
  [9, 14, 2301, 2],
])("sectors of type %i in a PoSt of type %i: %i are %i partitions", (sealType, type, count, partitions) => {
  const sectors = Array.from({ length: count }, (_, sectorNumber) => ({ sealType, sectorNumber }));
  const reaches = [partitions - 1, partitions, partitions + 1].map((proofs) => {
    const info = read(readWindowPost, encodePost(sectors, { types: [type], proof: groth16Form(proofs) }));
    return windowPost(info, networkVersion(28).rules.kernel.windowPost, 19) !== undefined;
  });
  expect(reaches).toEqual([false, true, false]);
});

test.each([
  [0, 1],
  [1, 4],
  [2, 16],
  [3, 16],
  [4, 16],
])("updates of type %i have %i partitions", (updateType, partitions) => {
  const reaches = [partitions - 1, partitions, partitions + 1].map((proofs) => {
    const info = read(readUpdate, encodeUpdate({ updateType, proof: [...groth16Form(proofs)] }));
    return updateProof(info) !== undefined;
  });
  expect(reaches).toEqual([false, true, false]);
});

describe("updates", () => {
  const update = (data: Uint8Array) => updateProof(read(readUpdate, data));

  test("reach the verifier in parts", () => {
    expect(update(encodeUpdate())).toEqual({
      updateType: 3,
      oldSealedCommitment: filled(0x11),
      newSealedCommitment: filled(0x12),
      newUnsealedCommitment: filled(0x22),
      proof: groth16Form(16),
    });
  });

  test("a commitment of zeros does", () => {
    expect(update(encodeUpdate({ oldSealed: sealedCid(filled(0)) }))).toBeDefined();
  });

  test.each([
    ["an unknown type", { updateType: 5 }],
    ["a negative type", { updateType: -1 }],
    ["an old CID of another kind", { oldSealed: raw }],
    ["a new CID of another kind", { newSealed: raw }],
    ["a data CID of another kind", { newUnsealed: raw }],
    ["a commitment outside the field", { newSealed: sealedCid(filled(0xff)) }],
  ])("%s does not", (_case, change) => {
    expect(update(encodeUpdate(change))).toBeUndefined();
  });

  test("a proof of numbers over 255 is malformed", () => {
    expect(() => update(encodeUpdate({ proof: [256] }))).toThrow("INVALID_CBOR");
  });
});
