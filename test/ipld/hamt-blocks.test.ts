import { describe, expect, test } from "vitest";
import type { Blocks } from "../../src/blockstore/blocks.js";
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { isFvmError } from "../../src/errors.js";
import { BlockNotFound } from "../../src/ipld/block-access.js";
import { CborWriter, encodeCbor } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { native } from "../../src/native/index.js";
import { hex, hexBytes, latin1, latin1Bytes } from "../../src/util/bytes.js";
import { memoryBlocks, uintCodec } from "../support/blocks.js";
import { cidOf } from "../support/fake-native-blocks.js";
import { linkTo, malformedNodes } from "../support/hamt-nodes.js";

describe("depth", () => {
  const key = "deep";
  const hash = native.hash(0x12, latin1Bytes(key)) ?? new Uint8Array(32);
  const bits = Array.from(hash, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const slotAt = (depth: number) => Number.parseInt(bits.slice(5 * depth, 5 * depth + 5), 2);

  function node(slot: number, pointer: (writer: CborWriter) => unknown): Uint8Array {
    const writer = new CborWriter().array(2);
    const field = (1n << BigInt(slot)).toString(16);
    writer.bytes(hexBytes(field.padStart(field.length + (field.length % 2), "0"))).array(1);
    pointer(writer);
    return writer.finish();
  }

  /** A path of nodes with a single slot each, from the root down to `bottom`. */
  function chain(blocks: Blocks, depth: number, bottom: Uint8Array): Cid {
    let cid = blocks.put(DAG_CBOR, bottom);
    for (let d = depth - 1; d >= 0; d--) {
      const child = cid;
      cid = blocks.put(
        DAG_CBOR,
        node(slotAt(d), (writer) => writer.cid(child)),
      );
    }
    return cid;
  }

  test("the last level has the one bit that is left", () => {
    const blocks = memoryBlocks();
    const lastBit = Number(bits.at(-1));
    const bottom = node(lastBit, (w) => w.array(1).array(2).latin1(key).u64(9));
    const hamt = Hamt.load(blocks, chain(blocks, 51, bottom), uintCodec());
    expect(hamt.get(key)).toBe(9);
    // No sequence of sets makes a node of one entry, and none can be left empty.
    expect(() => hamt.delete(key)).toThrow(/node with a single entry/);
    expect(hamt.get(key)).toBe(9);
  });

  test("nothing is below", () => {
    const blocks = memoryBlocks();
    const bottom = node(0, (w) => w.array(1).array(2).latin1(key).u64(9));
    const hamt = Hamt.load(blocks, chain(blocks, 52, bottom), uintCodec());
    for (const act of [() => hamt.get(key), () => hamt.set(key, 1), () => hamt.delete(key)]) {
      expect(act).toThrow(/deeper than the hash has bits/);
    }
  });
});

describe("malformed blocks", () => {
  const isInvalid = expect.toSatisfy((error) => isFvmError(error, "INVALID_HAMT"));

  test.each(malformedNodes)("%s", (_, bytes) => {
    const blocks = memoryBlocks();
    const root = blocks.put(DAG_CBOR, hexBytes(bytes));
    expect(() => Hamt.load(blocks, root, uintCodec())).toThrow(isInvalid);
  });

  test("an empty node below the root", () => {
    const blocks = memoryBlocks();
    blocks.put(DAG_CBOR, hexBytes("824080"));
    const field = "44ffffffff";
    const root = blocks.put(DAG_CBOR, hexBytes(`82${field}9820${linkTo(DAG_CBOR).repeat(32)}`));
    const hamt = Hamt.load(blocks, root, uintCodec());
    expect(() => hamt.get("a")).toThrow(/empty node/);
    expect(() => hamt.set("a", 1)).toThrow(/empty node/);
    expect(() => [...hamt.entries()]).toThrow(/empty node/);
  });

  test("a value of the wrong kind fails when it is read", () => {
    const blocks = memoryBlocks();
    const bools = Hamt.empty<boolean>(blocks, {
      encode: (value, writer) => writer.bool(value),
      decode: (reader) => reader.bool(),
    });
    bools.set("a", true);
    const hamt = Hamt.load(blocks, bools.flush(), uintCodec());
    expect(hamt.get("b")).toBeUndefined();
    expect(() => hamt.get("a")).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_CBOR")));
  });

  test("slots that no key reaches are kept", () => {
    const blocks = memoryBlocks();
    // Bit 40 of a node of 32 slots.
    const root = blocks.put(DAG_CBOR, hexBytes("8246010000000000" + "81" + "8182410107"));
    const hamt = Hamt.load(blocks, root, uintCodec());
    hamt.set("x", 1);
    hamt.delete("x");
    expect(hamt.flush()).toBe(root);
    expect([...hamt.entries()]).toEqual([["\x01", 7]]);
  });

  test("an absent block leaves the map as it was", () => {
    const blocks = memoryBlocks();
    const absent = cidOf(DAG_CBOR, hexBytes("01"));
    const pointer = hex(encodeCbor({ encode: (value: Cid, writer) => writer.cid(value) }, absent));
    const root = blocks.put(DAG_CBOR, hexBytes(`8244ffffffff9820${pointer.repeat(32)}`));
    const hamt = Hamt.load(blocks, root, uintCodec());
    expect(() => hamt.set("a", 1)).toThrow(expect.toSatisfy((error) => error instanceof BlockNotFound));
    expect(hamt.flush()).toBe(root);
  });

  test("latin1 keys are bytes", () => {
    const blocks = memoryBlocks();
    const hamt = Hamt.empty(blocks, uintCodec());
    hamt.set("\xff\x80", 1);
    expect(latin1(blocks.get(hamt.flush()))).toContain("\x42\xff\x80\x01");
  });
});
