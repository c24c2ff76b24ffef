/** Blocks of KAMTs: their bytes, and malformed ones. */
import { describe, expect, test } from "vitest";
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../src/encoding/codecs.js";
import { isFvmError } from "../../src/errors.js";
import { BlockNotFound } from "../../src/ipld/block-access.js";
import { CborWriter, encodeCbor } from "../../src/ipld/cbor.js";
import { Kamt } from "../../src/ipld/kamt.js";
import { hex, hexBytes } from "../../src/util/bytes.js";
import { memoryBlocks } from "../support/blocks.js";

const isInvalid = expect.toSatisfy((error) => isFvmError(error, "INVALID_KAMT"));
/** Pointer of a map: `v` and pairs. */
const VALUES = "a16176";
const LINK = "a1616c83";

const cidHex = (cid: Cid) => hex(encodeCbor({ encode: (value: Cid, writer) => writer.cid(value) }, cid));

describe("bytes", () => {
  test("an entry: integers are big-endian bytes without leading zeros", () => {
    const blocks = memoryBlocks();
    const kamt = Kamt.empty(blocks);
    kamt.set(0n, 0x1234n);
    expect(hex(blocks.get(kamt.flush()))).toBe(`82410181${VALUES}818240421234`);
    kamt.delete(0n);
    kamt.set(2n ** 256n - 1n, 0n);
    expect(hex(blocks.get(kamt.flush()))).toBe(`82448000000081${VALUES}81825820${"ff".repeat(32)}40`);
  });

  test("keys 0 and 1 part at the last bit: 50 levels of five bits are left out", () => {
    const blocks = memoryBlocks();
    const kamt = Kamt.empty(blocks);
    kamt.set(0n, 5n);
    kamt.set(1n, 6n);
    const root = blocks.get(kamt.flush());
    // 250 bits of zeros in 32 bytes.
    expect(hex(root)).toMatch(new RegExp(`^82410181${LINK}d82a5827.{78}18fa5820${"00".repeat(32)}$`));
    const child = blocks.put(DAG_CBOR, hexBytes(`82410382${VALUES}8182404105${VALUES}818241014106`));
    expect(hex(root)).toContain(cidHex(child));
  });

  test("a fork in the middle of what was left out", () => {
    const blocks = memoryBlocks();
    const kamt = Kamt.empty(blocks);
    // Digits after the first: 1 0 0 … and 1 0 0 …, then 2 0 0 …
    const at = (digit: bigint, level: bigint) => digit << (256n - 5n * (level + 1n));
    kamt.set(at(1n, 1n) + at(3n, 3n), 1n);
    kamt.set(at(1n, 1n) + at(4n, 3n), 2n);
    const [before] = hex(blocks.get(kamt.flush())).match(/0a42[0-9a-f]{4}$/) ?? [];
    // Ten bits: 00001 00000.
    expect(before).toBe("0a420800");
    kamt.set(at(1n, 1n) + at(5n, 2n), 3n);
    // Five bits to the fork: 00001.
    expect(hex(blocks.get(kamt.flush()))).toMatch(/054108$/);
    kamt.delete(at(1n, 1n) + at(5n, 2n));
    expect(hex(blocks.get(kamt.flush()))).toMatch(/0a420800$/);
  });
});

describe("malformed nodes", () => {
  const target = (codec: number) => cidHex(memoryBlocks().put(codec, hexBytes("824080")));
  const link = (extension: string, codec = DAG_CBOR) => `82410181${LINK}${target(codec)}${extension}`;
  test.each([
    ["no node", "83408080"],
    ["a bitfield that is no byte string", "828080"],
    ["fewer pointers than bits", "82410180"],
    ["more pointers than bits", `824081${VALUES}8182404105`],
    ["a slot that no key reaches", `8245010000000081${VALUES}8182404105`],
    ["a pointer of a HAMT", "8241018181824041" + "05"],
    ["a pointer of an unknown kind", "82410181a1617880"],
    ["a pointer of two kinds", `82410181a2617681824041056176818240` + "4105"],
    ["a slot without entries", `82410181${VALUES}80`],
    ["a slot of two entries", `82410181${VALUES}82824041058241014105`],
    ["an entry of three", `82410181${VALUES}81834041054105`],
    ["a key of 33 bytes", `82410181${VALUES}81825821${"00".repeat(33)}4105`],
    ["a value of 33 bytes", `82410181${VALUES}8182405821${"00".repeat(33)}`],
    ["a link to raw bytes", link("0040", RAW)],
    ["an extension that is no multiple of five bits", link("044100")],
    ["an extension as long as the key", link(`18ff5820${"00".repeat(32)}`)],
    ["an extension of 2^32 - 1 bits", link("1affffffff4100")],
    ["an extension with bytes missing", link("0a4100")],
    ["an extension with a byte too many", link("05420000")],
    ["an extension with a bit too many", link("054104")],
    ["bytes after the node", "82408000"],
    ["a node cut off", "8240"],
  ])("%s", (_, bytes) => {
    const blocks = memoryBlocks();
    const root = blocks.put(DAG_CBOR, hexBytes(bytes));
    expect(() => Kamt.load(blocks, root)).toThrow(isInvalid);
  });

  /** A root whose only pointer is a link in slot 0. */
  const over = (
    blocks: ReturnType<typeof memoryBlocks>,
    child: Cid,
    extension: (writer: CborWriter) => CborWriter,
  ) => {
    const writer = new CborWriter()
      .array(2)
      .bytes(Uint8Array.of(1))
      .array(1)
      .map(1)
      .text("l")
      .array(3)
      .cid(child);
    return blocks.put(DAG_CBOR, extension(writer).finish());
  };
  const all = (kamt: Kamt) => [
    () => kamt.get(0n),
    () => kamt.set(0n, 1n),
    () => kamt.delete(0n),
    () => [...kamt.entries()],
    () => [...kamt.differences(Kamt.empty(memoryBlocks()))],
  ];

  test("an empty node below the root", () => {
    const blocks = memoryBlocks();
    const root = over(blocks, blocks.put(DAG_CBOR, hexBytes("824080")), (w) =>
      w.u64(0).bytes(new Uint8Array()),
    );
    for (const act of all(Kamt.load(blocks, root))) expect(act).toThrow(/empty node/);
  });

  test("a chain of nodes longer than keys: 60 links to the first slot", () => {
    const blocks = memoryBlocks();
    let cid = blocks.put(DAG_CBOR, hexBytes(`82410181${VALUES}8182404105`));
    for (let i = 0; i < 60; i++) cid = over(blocks, cid, (w) => w.u64(0).bytes(new Uint8Array()));
    for (const act of all(Kamt.load(blocks, cid))) expect(act).toThrow(/deeper than keys have bits/);
  });

  test("extensions that together are longer than keys", () => {
    const blocks = memoryBlocks();
    let cid = blocks.put(DAG_CBOR, hexBytes(`82410181${VALUES}8182404105`));
    for (let i = 0; i < 2; i++) cid = over(blocks, cid, (w) => w.u64(200).bytes(new Uint8Array(25)));
    for (const act of all(Kamt.load(blocks, cid))) expect(act).toThrow(/deeper than keys have bits/);
  });

  test("a child that all slots share: keys in other places, no walk through 32^50 of them", () => {
    const blocks = memoryBlocks();
    let cid = blocks.put(DAG_CBOR, hexBytes(`82410181${VALUES}8182404105`));
    for (let i = 0; i < 50; i++) {
      const writer = new CborWriter().array(2).bytes(new Uint8Array(4).fill(255)).array(32);
      for (let slot = 0; slot < 32; slot++) {
        writer.map(1).text("l").array(3).cid(cid).u64(0).bytes(new Uint8Array());
      }
      cid = blocks.put(DAG_CBOR, writer.finish());
    }
    const kamt = Kamt.load(blocks, cid);
    expect(kamt.get(0n)).toBe(5n);
    expect(() => [...kamt.entries()]).toThrow(/key in another key's place/);
    expect(() => [...kamt.differences(Kamt.empty(blocks))]).toThrow(/key in another key's place/);
  });

  test("the only entry of a node cannot be deleted", () => {
    const blocks = memoryBlocks();
    const child = blocks.put(DAG_CBOR, hexBytes(`82410181${VALUES}8182404105`));
    const kamt = Kamt.load(
      blocks,
      over(blocks, child, (w) => w.u64(0).bytes(new Uint8Array())),
    );
    expect(() => kamt.delete(0n)).toThrow(/node with a single entry/);
    expect(kamt.get(0n)).toBe(5n);
  });

  test("an absent block leaves the map as it was", () => {
    const blocks = memoryBlocks();
    const absent = memoryBlocks().put(DAG_CBOR, hexBytes("824081"));
    const root = over(blocks, absent, (w) => w.u64(0).bytes(new Uint8Array()));
    const kamt = Kamt.load(blocks, root);
    expect(() => kamt.set(0n, 1n)).toThrow(expect.toSatisfy((error) => error instanceof BlockNotFound));
    expect(kamt.flush()).toBe(root);
  });
});
