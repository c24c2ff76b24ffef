/** Values and what is behind their links, compared part by part. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { Blocks } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { type Callees, decodeAs } from "../../../src/builtin/schema/decode.js";
import {
  amt,
  block,
  hamt,
  kamt,
  list,
  option,
  type Schema,
  tuple,
} from "../../../src/builtin/schema/schema.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import type { ChangeLimits, ValueChange } from "../../../src/inspect/state/change.js";
import { Comparison } from "../../../src/inspect/state/comparison.js";
import { changeText } from "../../../src/inspect/state/text.js";
import { Amt } from "../../../src/ipld/amt.js";
import { CborWriter, type Codec } from "../../../src/ipld/cbor.js";
import { DecodedBlocks } from "../../../src/ipld/decoded-blocks.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { Kamt } from "../../../src/ipld/kamt.js";
import { native } from "../../../src/native/index.js";
import { finish } from "../../../src/util/waits.js";
import { LateBlockstore, memoryBlocks } from "../../support/blocks.js";

const nobody: Callees = {
  paramsOf: () => undefined,
  constructorParamsOf: () => undefined,
  methodNameOf: () => undefined,
};
const sideOn = (blocks: Blocks) => ({
  blocks,
  decode: (schema: Schema, data: Uint8Array) => decodeAs(schema, data, nobody).value,
});

/** Anything that a test writes: items of a tuple are an array. */
type Item =
  | number
  | string
  | null
  | undefined
  | { readonly cid: Cid }
  | { readonly raw: string }
  | readonly Item[];
const itemCodec: Codec<Item> = {
  encode(item, writer) {
    if (item === null || item === undefined) writer.null();
    else if (typeof item === "number") writer.i64(item);
    else if (typeof item === "string") writer.text(item);
    else if ("cid" in item) writer.cid(item.cid);
    else if ("raw" in item) writer.rawLatin1(item.raw);
    else {
      writer.array(item.length);
      for (const part of item) itemCodec.encode(part, writer);
    }
  },
  decode: () => {
    throw new Error("not needed");
  },
};

/** A network of blocks to compare in, with the stores below. */
class Fixture {
  readonly store = new MemoryBlockstore();
  readonly blocks = memoryBlocks(this.store);

  put(item: Item): Cid {
    const writer = new CborWriter();
    itemCodec.encode(item, writer);
    return this.blocks.put(DAG_CBOR, writer.finish());
  }

  hamt(entries: Readonly<Record<string, Item>>, bitWidth?: number): { cid: Cid } {
    const map = Hamt.empty(this.blocks, itemCodec, bitWidth);
    for (const [key, value] of Object.entries(entries)) map.set(key, value);
    return { cid: map.flush() };
  }

  amt(entries: Readonly<Record<number, Item>>): { cid: Cid } {
    const array = Amt.empty(this.blocks, itemCodec, { version: 3, bitWidth: 3 });
    for (const [index, value] of Object.entries(entries)) array.set(Number(index), value);
    return { cid: array.flush() };
  }

  kamt(entries: readonly (readonly [bigint, bigint])[]): { cid: Cid } {
    const storage = Kamt.empty(this.blocks);
    for (const [slot, value] of entries) storage.set(slot, value);
    return { cid: storage.flush() };
  }

  /** Differences between two items; `undefined`: there is none. */
  async changes(
    schema: Schema,
    before: Item | undefined,
    after: Item | undefined,
    limits: ChangeLimits = {},
    blocks = this.blocks,
  ): Promise<readonly ValueChange[]> {
    const root = (item: Item | undefined) => {
      if (item === undefined) return undefined;
      return { cid: this.put(item), decode: (data: Uint8Array) => decodeAs(schema, data, nobody).value };
    };
    const comparison = new Comparison(sideOn(blocks), sideOn(blocks), limits);
    await finish(comparison.root(["state"], root(before), root(after)));
    return comparison.changes;
  }

  async lines(...args: Parameters<Fixture["changes"]>): Promise<string[]> {
    return (await this.changes(...args)).map((change) => changeText(change));
  }
}

const key = (id: number) => idAddress(id) as string;

describe("a difference is told", () => {
  test("of fields, also those of records in records", async () => {
    const schema = tuple({ a: "u64", b: tuple({ c: "text", d: "u64" }) });
    expect(await new Fixture().lines(schema, [1, ["x", 7]], [1, ["x", 9]])).toEqual([
      "~ state.b.d: 7 → 9 (+2)",
    ]);
  });

  test("of a record that appears, field by field", async () => {
    const schema = tuple({ a: "u64", b: "text" });
    expect(await new Fixture().lines(schema, undefined, [1, "x"])).toEqual([
      "+ state.a: 1",
      '+ state.b: "x"',
    ]);
  });

  test("of what was nothing", async () => {
    const schema = tuple({ a: option(tuple({ b: "u64" })) });
    expect(await new Fixture().lines(schema, [null], [[3]])).toEqual(["~ state.a: none → {b: 3}"]);
  });

  test("of lists: in place, or what was removed and added", async () => {
    const schema = tuple({ a: list("u64") });
    const fixture = new Fixture();
    expect(await fixture.lines(schema, [[1, 2, 3]], [[1, 5, 3]])).toEqual(["~ state.a[1]: 2 → 5 (+3)"]);
    expect(await fixture.lines(schema, [[1, 2, 3]], [[1, 3]])).toEqual(["- state.a[1]: 2"]);
    expect(await fixture.lines(schema, [[1, 3]], [[1, 2, 3, 3]])).toEqual([
      "+ state.a[1]: 2",
      "+ state.a[2]: 3",
    ]);
    expect(await fixture.lines(schema, [[1, 1]], [[1, 1, 1]])).toEqual(["+ state.a[2]: 1"]);
    expect(await fixture.lines(schema, [[]], [[4]])).toEqual(["+ state.a[0]: 4"]);
  });

  test("of a block behind a link", async () => {
    const fixture = new Fixture();
    const schema = tuple({ a: block(tuple({ b: "u64" })) });
    const [before, after] = [1, 2].map((b) => [{ cid: fixture.put([b]) }]);
    expect(await fixture.lines(schema, before, after)).toEqual(["~ state.a.b: 1 → 2 (+1)"]);
  });

  test("of entries of a HAMT, in the order of their keys, and within them", async () => {
    const fixture = new Fixture();
    const schema = tuple({ a: hamt("address", tuple({ b: "u64", c: "u64" })) });
    const before = [fixture.hamt({ [key(1000)]: [1, 1], [key(200)]: [1, 1], [key(3)]: [1, 1] })];
    const after = [fixture.hamt({ [key(1000)]: [1, 1], [key(200)]: [1, 2], [key(40)]: [5, 5] })];
    expect(await fixture.lines(schema, before, after)).toEqual([
      "- state.a[f03]: {b: 1, c: 1}",
      "+ state.a[f040]: {b: 5, c: 5}",
      "~ state.a[f0200].c: 1 → 2 (+1)",
    ]);
  });

  test("of a set", async () => {
    const fixture = new Fixture();
    const schema = tuple({ a: hamt("u64", undefined) });
    const [before, after] = [[fixture.hamt({ "\x05": null })], [fixture.hamt({ "\x07": null })]];
    expect(await fixture.lines(schema, before, after)).toEqual(["- state.a[5]", "+ state.a[7]"]);
  });

  test("of a HAMT in a HAMT, also if the inner one is new", async () => {
    const fixture = new Fixture();
    const schema = tuple({ a: hamt("actor", hamt("i64", "u64"), 6) });
    const inner = fixture.hamt({ "\x03": 1 });
    const before = [fixture.hamt({ "\x10": inner }, 6)];
    const after = [fixture.hamt({ "\x10": fixture.hamt({ "\x03": 2 }), "\x11": inner }, 6)];
    expect(await fixture.lines(schema, before, after)).toEqual([
      "~ state.a[f016][-2]: 1 → 2 (+1)",
      "+ state.a[f017][-2]: 1",
    ]);
    expect(await fixture.lines(schema, undefined, after)).toEqual([
      "+ state.a[f016][-2]: 2",
      "+ state.a[f017][-2]: 1",
    ]);
  });

  test("of an AMT", async () => {
    const fixture = new Fixture();
    const schema = tuple({ a: amt("u64") });
    const [before, after] = [[fixture.amt({ 1: 1, 100: 5 })], [fixture.amt({ 1: 2, 9000: 5 })]];
    expect(await fixture.lines(schema, before, after)).toEqual([
      "~ state.a[1]: 1 → 2 (+1)",
      "- state.a[100]: 5",
      "+ state.a[9000]: 5",
    ]);
    expect(await fixture.lines(schema, undefined, before)).toEqual(["+ state.a[1]: 1", "+ state.a[100]: 5"]);
  });

  test("of a contract's storage, slot by slot", async () => {
    const fixture = new Fixture();
    const last = 2n ** 256n - 1n;
    const [before, after] = [
      [
        fixture.kamt([
          [1n, 5n],
          [last, 1n],
        ]),
      ],
      [
        fixture.kamt([
          [1n, 6n],
          [2n, 1n],
        ]),
      ],
    ];
    const word = (value: bigint) => `0x${value.toString(16).padStart(64, "0")}`;
    expect(await fixture.lines(tuple({ storage: kamt }), before, after)).toEqual([
      `~ state.storage[${word(1n)}]: ${word(5n)} → ${word(6n)}`,
      `+ state.storage[${word(2n)}]: ${word(1n)}`,
      `- state.storage[${word(last)}]: ${word(1n)}`,
    ]);
  });

  test("of bit fields: what was added and what was removed", async () => {
    const fixture = new Fixture();
    // RLE+ of {}, {0} and {0, 1, 2}: two bits for the version, the first bit, lengths of runs.
    const [none, one, three] = ["\x40", "\x41\x0c", "\x41\x74"].map((raw) => [{ raw }]);
    const schema = tuple({ a: "bitField" });
    expect(await fixture.lines(schema, one, none)).toEqual(["~ state.a: -<0>"]);
    expect(await fixture.lines(schema, one, three)).toEqual(["~ state.a: +<1-2>"]);
    expect(await fixture.lines(schema, three, one)).toEqual(["~ state.a: -<1-2>"]);
  });

  test("of data of no known layout", async () => {
    expect(await new Fixture().lines("any", [1, [2, 3]], [1, [2, 4]])).toEqual(["~ state[1][1]: 3 → 4 (+1)"]);
    expect(await new Fixture().lines(undefined as unknown as Schema, 1, "x")).toEqual(['~ state: 1 → "x"']);
  });

  test("if all that differs is how it is written", async () => {
    const fixture = new Fixture();
    const [before, after] = [[{ raw: "\x05" }], [{ raw: "\x18\x05" }]];
    const [cid, other] = [fixture.put(before), fixture.put(after)].map(cidText);
    expect(await fixture.lines(tuple({ a: "u64" }), before, after)).toEqual([`~ state: ${cid} → ${other}`]);
  });

  test("not of what is the same by CID, whatever may be behind it", async () => {
    const absent = native.cidOf(DAG_CBOR, Uint8Array.of(1, 2, 3));
    const schema = tuple({ a: hamt("u64", "u64"), b: "u64" });
    const lines = await new Fixture().lines(schema, [{ cid: absent }, 1], [{ cid: absent }, 2]);
    expect(lines).toEqual(["~ state.b: 1 → 2 (+1)"]);
  });
});

test("of large maps and storages only the paths to what differs are read", async () => {
  const fixture = new Fixture();
  const slots = Array.from({ length: 3000 }, (_, i) => [BigInt(i), 1n] as const);
  const entries = Object.fromEntries(Array.from({ length: 3000 }, (_, id) => [key(id), id]));
  const before = [fixture.hamt(entries), fixture.kamt(slots)];
  const after = [
    fixture.hamt({ ...entries, [key(77)]: 1 }),
    fixture.kamt(slots.map(([slot, value]) => [slot, slot === 128n ? 2n : value])),
  ];
  for (const root of [before, after]) await fixture.blocks.flush(fixture.put(root), "current");
  const late = new LateBlockstore(fixture.store);
  const blocks = new Blocks(native.blocks(), late, new DecodedBlocks());
  const schema = tuple({ a: hamt("address", "u64"), b: kamt });
  const lines = await fixture.lines(schema, before, after, {}, blocks);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe("~ state.a[f077]: 77 → 1 (-76)");
  // Reads of 2 states: the block, and paths of 2 to 4 nodes each in a HAMT and a KAMT.
  expect(late.reads).toBeGreaterThanOrEqual(10);
  expect(late.reads).toBeLessThanOrEqual(18);
});

describe("limits", () => {
  const schema = tuple({ a: amt("u64"), b: list("u64"), c: "u64" });

  test("of entries: that there are more is said, and what comes after is shown", async () => {
    const fixture = new Fixture();
    const before = [fixture.amt({}), [], 1];
    const after = [fixture.amt({ 0: 1, 1: 1, 2: 1, 3: 1 }), [1, 2, 3], 2];
    expect(await fixture.lines(schema, before, after, { maxEntries: 2 })).toEqual([
      "+ state.a[0]: 1",
      "+ state.a[1]: 1",
      "  state.a: and more",
      "+ state.b[0]: 1",
      "+ state.b[1]: 2",
      "  state.b: and more",
      "~ state.c: 1 → 2 (+1)",
    ]);
    const exact = await fixture.lines(schema, before, after, { maxEntries: 4 });
    expect(exact.join("\n")).not.toContain("more");
  });

  test("of all", async () => {
    const fixture = new Fixture();
    const after = [fixture.amt({ 0: 1, 1: 1, 2: 1, 3: 1 }), [1, 2, 3], 2];
    expect(await fixture.lines(schema, undefined, after, { maxChanges: 3 })).toEqual([
      "+ state.a[0]: 1",
      "+ state.a[1]: 1",
      "+ state.a[2]: 1",
      "  state: and more",
    ]);
  });

  test("hold for a tree without end", async () => {
    const fixture = new Fixture();
    // An AMT of 2^51 values in 18 blocks: all nodes of a height are the same one.
    const node = (links: readonly Item[], values: readonly Item[]): Item => [
      { raw: "\x41\xff" },
      links,
      values,
    ];
    let at: Item = node([], Array(8).fill(7));
    for (let height = 1; height < 17; height++) {
      const cid = fixture.put(at);
      at = node(Array(8).fill({ cid }), []);
    }
    const root = { cid: fixture.put([3, 16, 1, at]) };
    const lines = await fixture.lines(tuple({ a: amt("u64") }), undefined, [root], { maxEntries: 3 });
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe("  state.a: and more");
  });
});

describe("what cannot be read is said, and what comes after is shown", () => {
  const absent = native.cidOf(DAG_CBOR, Uint8Array.of(1, 2, 3));
  const schema = tuple({ a: hamt("u64", "u64"), b: "u64" });
  const notRead = /^~ state\.a: differs, but cannot be read: /;

  test.each([
    ["at once", false],
    ["late", true],
  ])("a block that the store lacks, which it says %s", async (_, isLate) => {
    const fixture = new Fixture();
    const before = [fixture.hamt({ "\x01": 1 }), 1];
    const after = [{ cid: absent }, 2];
    for (const cid of [fixture.put(before), fixture.put(after)]) {
      // The links lead out of what is here.
      fixture.store.putMany([{ cid, data: fixture.blocks.get(cid) }]);
    }
    fixture.store.putMany(
      [before[0]].map((link) => ({
        ...(link as { cid: Cid }),
        data: fixture.blocks.get((link as { cid: Cid }).cid),
      })),
    );
    const store = isLate ? new LateBlockstore(fixture.store) : fixture.store;
    const lines = await fixture.lines(schema, before, after, {}, new Blocks(native.blocks(), store));
    expect(lines).toEqual([
      `~ state.a: differs, but cannot be read: the store lacks the block ${cidText(absent)}`,
      "~ state.b: 1 → 2 (+1)",
    ]);
  });

  test("a malformed node", async () => {
    const fixture = new Fixture();
    const lines = await fixture.lines(schema, [fixture.hamt({}), 1], [{ cid: fixture.put([1, 2, 3]) }, 2]);
    expect(lines[0]).toMatch(notRead);
    expect(lines[0]).toContain("INVALID_HAMT");
    expect(lines[1]).toBe("~ state.b: 1 → 2 (+1)");
  });

  test("arrays of different widths", async () => {
    const fixture = new Fixture();
    const wide = Amt.empty(fixture.blocks, itemCodec, { version: 3, bitWidth: 5 });
    const lines = await fixture.lines(tuple({ a: amt("u64") }), [fixture.amt({})], [{ cid: wide.flush() }]);
    expect(lines[0]).toMatch(notRead);
  });

  test("a value of another layout is shown as what it is", async () => {
    const fixture = new Fixture();
    const lines = await fixture.lines(schema, [fixture.hamt({}), 1], [fixture.hamt({ "\x01": "text" }), 1]);
    expect(lines).toEqual(['+ state.a[1]: "text"']);
  });

  test("a key of another kind is shown as bytes", async () => {
    const fixture = new Fixture();
    const lines = await fixture.lines(schema, [fixture.hamt({}), 1], [fixture.hamt({ "\x80\x00": 1 }), 1]);
    expect(lines).toEqual(["+ state.a[0x8000]: 1"]);
  });
});
