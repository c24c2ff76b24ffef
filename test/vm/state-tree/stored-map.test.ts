/** The map whose nodes C++ reads and writes, against the HAMT of src/ipld. */
import { describe, expect, test, vi } from "vitest";
import { Blocks, type Blockstore } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { DAG_CBOR, SHA2_256 } from "../../../src/encoding/codecs.js";
import { BlockNotFound } from "../../../src/ipld/block-access.js";
import { CborWriter, type Codec } from "../../../src/ipld/cbor.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { encodeNode, HamtNode } from "../../../src/ipld/hamt-node.js";
import { native } from "../../../src/native/index.js";
import { hexBytes, latin1Bytes } from "../../../src/util/bytes.js";
import { StoredMap } from "../../../src/vm/state-tree/stored-map.js";
import { LateBlockstore, untilDone } from "../../support/blocks.js";
import { malformedNodes, unusualNodes } from "../../support/hamt-nodes.js";
import { randomNumbers } from "../../support/test-data.js";

type Change = readonly [key: string, value: string | null];

/** Any item, as the latin1 text of its bytes. A new codec each time, because trees of one share their decoded nodes. */
function itemCodec(): Codec<string> {
  return { encode: (item, writer) => writer.rawLatin1(item), decode: (reader) => reader.rawLatin1() };
}

/** Blocks of a cache of their own, and how often C++ has left something to the HAMT. */
function nativeBlocks(store: Blockstore = new MemoryBlockstore(), cacheBytes = 1 << 24) {
  const buffer = native.blocks(native.blockCache(cacheBytes));
  const spies = (["hamtLoad", "hamtGet", "hamtChange"] as const).map((name) => vi.spyOn(buffer, name));
  const left = () =>
    spies.flatMap(({ mock }) => mock.results as { value: unknown }[]).filter(({ value }) => value === null)
      .length;
  return { blocks: new Blocks(buffer, store), left };
}

function changedHamt(blocks: Blocks, root: Cid, changes: readonly Change[], codec = itemCodec()): Cid {
  const hamt = Hamt.load(blocks, root, codec);
  for (const [key, value] of changes) {
    if (value === null) hamt.delete(key);
    else hamt.set(key, value);
  }
  return hamt.flush();
}

/** Result, or the whole error. */
function outcome<T>(act: () => T): unknown {
  try {
    return { value: act() };
  } catch (error) {
    if (error instanceof BlockNotFound) return { absent: error.cid };
    const { name, message, cause } = error as Error;
    return { name, message, cause: cause instanceof Error ? cause.message : cause };
  }
}

/** A value as no map has decoded it before. */
function read(blocks: Blocks, root: Cid, key: string): string | undefined {
  return StoredMap.load(blocks, root, itemCodec()).get(key);
}

const emptyRoot = (blocks: Blocks) => Hamt.empty(blocks, itemCodec()).flush();

/** Items of all kinds that values may hold. */
function randomItem(random: (below: number) => number): string {
  const writer = new CborWriter();
  const items = [
    () => writer.u64(random(1 << 20)),
    () => writer.i64(-random(70_000)),
    () => writer.bytes(new Uint8Array(random(300)).fill(random(256))),
    () => writer.text("é".repeat(random(20))),
    () => writer.array(2).null().bool(true),
    () => writer.map(1).u64(1).array(0),
    () => writer.rawLatin1("\xfb\x40\x09\x21\xfb\x54\x44\x2d\x18"),
    () => writer.rawLatin1("\x19\x00\x07"),
    () => writer.array(1).cid(native.cidOf(DAG_CBOR, Uint8Array.of(random(256)))),
  ];
  items[random(items.length)]?.();
  return writer.finishLatin1();
}

/** Keys of which many begin with the same bits of their hash, so that their nodes are deep. */
function crowdedKeys(): string[] {
  const places = new Map<number, string[]>();
  for (let i = 0; i < 100_000; i++) {
    const key = `key ${i}`;
    const hash = native.hash(SHA2_256, latin1Bytes(key)) ?? new Uint8Array();
    const place = ((hash[0] ?? 0) << 8) | (hash[1] ?? 0);
    places.set(place, [...(places.get(place) ?? []), key]);
  }
  const fullest = [...places.values()].sort((a, b) => b.length - a.length).slice(0, 40);
  return fullest.flat();
}

/** 10,000 operations in all, unless the environment has another number: a million takes minutes. */
const OPERATIONS = Number(process.env.FVM_HAMT_OPERATIONS ?? 10_000);
const TIMEOUT = { timeout: 3_600_000 };

describe("random operations", () => {
  const crowded = crowdedKeys();
  test.each([
    ["few keys", (i: number) => `k${i % 40}`],
    ["some hundred keys", (i: number) => `\x00${String.fromCharCode(i & 0xff, (i >> 8) & 3)}`],
    ["many keys", (i: number) => `\x01${i % 20_000}`],
    ["keys with hashes that begin alike", (i: number) => crowded[i % crowded.length] ?? ""],
  ])(
    "%s",
    (_, keyOf) => {
      const random = randomNumbers(OPERATIONS);
      const { blocks, left } = nativeBlocks();
      const codec = itemCodec();
      let map = StoredMap.load(blocks, emptyRoot(blocks), codec);
      for (let done = 0; done < OPERATIONS / 4; ) {
        const changes = new Map<string, string | null>();
        // Deletions lead now and then, so that maps get small again.
        const deletions = [0, 1, 5, 9][random(4)] ?? 0;
        for (let count = 1 + random(1 << random(10)); count > 0; count--) {
          changes.set(keyOf(random(1 << 24)), random(10) < deletions ? null : randomItem(random));
        }
        const list = [...changes];
        done += list.length;
        const expected = changedHamt(blocks, map.root, list, codec);
        map = map.with(list, blocks);
        expect(map.root).toBe(expected);
        for (const [key, value] of list.slice(0, 20)) expect(map.get(key)).toBe(value ?? undefined);
        expect(map.get("absent")).toBeUndefined();
      }
      expect(left()).toBe(0);
      const all = [...map.asHamt().entries()].map(([key]) => [key, null] as const);
      expect(map.with(all, blocks).root).toBe(emptyRoot(blocks));
      expect(left()).toBe(0);
    },
    600_000,
  );
});

test("nothing that changes: the same root, and no block", () => {
  const buffer = native.blocks(native.blockCache(1 << 20));
  const blocks = new Blocks(buffer, new MemoryBlockstore());
  const map = StoredMap.load(blocks, emptyRoot(blocks), itemCodec()).with([["a", "\x01"]], blocks);
  const { size } = buffer;
  for (const changes of [[], [["a", "\x01"]], [["b", null]]] as Change[][]) {
    expect(map.with(changes, blocks).root).toBe(map.root);
  }
  expect(buffer.size).toBe(size);
});

test("a value longer than the addon is given room for", () => {
  const { blocks } = nativeBlocks();
  const long = new CborWriter().bytes(new Uint8Array(100_000)).finishLatin1();
  const map = StoredMap.load(blocks, emptyRoot(blocks), itemCodec()).with([["a", long]], blocks);
  expect(map.get("a")).toBe(long);
});

/** Everything that can be done with a map, done by both. */
function expectAlike(root: Cid, changes: readonly (readonly Change[])[], makeBlocks: () => Blocks): void {
  const codec = itemCodec();
  const [mine, theirs] = [makeBlocks(), makeBlocks()];
  expect(outcome(() => StoredMap.load(mine, root, codec).root)).toEqual(
    outcome(() => Hamt.load(theirs, root, itemCodec()) && root),
  );
  for (const list of changes) {
    for (const [key] of list) {
      expect(outcome(() => StoredMap.load(mine, root, codec).get(key))).toEqual(
        outcome(() => Hamt.load(theirs, root, itemCodec()).get(key)),
      );
    }
    expect(outcome(() => StoredMap.load(mine, root, codec).with(list, mine).root)).toEqual(
      outcome(() => changedHamt(theirs, root, list)),
    );
  }
}

describe("nodes that no HAMT writes are read and refused alike", () => {
  const changes: Change[][] = [
    [["\x01", "\x05"]],
    [["\x01", null]],
    Array.from({ length: 40 }, (_, i) => [`${i}`, "\x05"] as const),
  ];

  test.each([...malformedNodes, ...unusualNodes])("%s", (_, hex) => {
    const data = hexBytes(hex);
    expectAlike(native.cidOf(DAG_CBOR, data), changes, () => {
      const { blocks } = nativeBlocks();
      blocks.put(DAG_CBOR, data);
      return blocks;
    });
    const buffer = native.blocks(native.blockCache(1 << 20));
    expect(buffer.hamtLoad(buffer.put(DAG_CBOR, data))).toBeNull();
  });

  test("nodes with bytes changed, cut and added at random", TIMEOUT, () => {
    const random = randomNumbers(7);
    const { blocks } = nativeBlocks();
    const entries = Array.from({ length: 25 }, (_, i) => [`${i}`, randomItem(random)] as const);
    const plain = blocks.get(
      StoredMap.load(blocks, emptyRoot(blocks), itemCodec()).with(entries, blocks).root,
    );
    const lists = [
      entries.slice(0, 3),
      [["0", null]],
      [
        ["x", "\x01"],
        ["3", null],
      ],
    ] as Change[][];
    for (let round = 0; round < OPERATIONS / 20; round++) {
      const data = plain.slice(0, random(4) === 0 ? random(plain.length) : undefined);
      for (let count = 1 + random(2); count > 0; count--)
        data[random(round % 2 === 0 ? 40 : data.length)] = random(256);
      expectAlike(native.cidOf(DAG_CBOR, data), lists, () => {
        const { blocks } = nativeBlocks();
        blocks.put(DAG_CBOR, data);
        return blocks;
      });
    }
  });
});

describe("depth and odd shapes", () => {
  const key = "deep";
  const hash = native.hash(SHA2_256, latin1Bytes(key)) ?? new Uint8Array();
  const bits = Array.from(hash, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const slotAt = (depth: number) => Number.parseInt(bits.slice(5 * depth, 5 * depth + 5), 2);
  const entry = (key: string) => ({ key, encoded: "\x07", value: undefined });
  type Slots = HamtNode<never>["slots"];

  const node = (slots: Slots | Record<number, Slots[number]>) =>
    encodeNode(new HamtNode(Array.from({ length: 32 }, (_, slot) => (slots as Slots)[slot])));

  /** A tree that goes down to `bottom` along the key's hash, in nodes of a single slot. */
  function chain(blocks: Blocks, depth: number, bottom: string): Cid {
    let cid = blocks.put(DAG_CBOR, bottom);
    for (let d = depth - 1; d >= 0; d--) cid = blocks.put(DAG_CBOR, node({ [slotAt(d)]: cid }));
    return cid;
  }

  const lists: Change[][] = [
    [[key, "\x05"]],
    [[key, null]],
    [["other", null]],
    [
      ["a", null],
      ["b", null],
    ],
    [
      ["a", null],
      [key, "\x05"],
    ],
    [
      ["a", null],
      ["c", null],
      [key, "\x05"],
      ["x", "\x01"],
    ],
    [
      [key, null],
      ["a", null],
      ["b", null],
      ["c", null],
    ],
  ];
  const bottoms: [what: string, slots: (slot: number) => Record<number, Slots[number]>][] = [
    ["one entry", (slot) => ({ [slot]: [entry(key)] })],
    ["three entries", (slot) => ({ [slot]: [entry("a"), entry("b"), entry(key)] })],
    [
      "four entries, three of them elsewhere",
      (slot) => ({ [slot]: [entry(key)], [slot ^ 1]: ["a", "b", "c"].map(entry) }),
    ],
    [
      "a full bucket of other keys",
      (slot) => ({ [slot]: ["a", "b", "c"].map(entry), [slot ^ 1]: ["f", "g"].map(entry) }),
    ],
  ];
  const cases = [1, 2, 25, 51, 52].flatMap((depth) =>
    bottoms.map(([what, slots]) => [what, depth, slots] as const),
  );

  test.each(cases)("%s at depth %i", (_, depth, slots) => {
    const slot = depth === 51 ? Number(bits.at(-1)) : slotAt(Math.min(depth, 50));
    let root: Cid | undefined;
    const makeBlocks = () => {
      const { blocks } = nativeBlocks();
      root = chain(blocks, depth, node(slots(slot)));
      return blocks;
    };
    makeBlocks();
    expectAlike(root as Cid, lists, makeBlocks);
  });

  test.each([1, 2])("additions and deletions among keys that are elsewhere, at depth %i", (depth) => {
    const bitsOf = (name: string) => native.hash(SHA2_256, latin1Bytes(name)) ?? new Uint8Array();
    const window = (name: string) => ((bitsOf(name)[0] ?? 0) << 8) | (bitsOf(name)[1] ?? 0);
    const leadsHere = (name: string) => (window(name) ^ window(key)) >> (16 - 5 * depth) === 0;
    const added = Array.from({ length: 100_000 }, (_, i) => `x${i}`).find(leadsHere) as string;
    const slot = slotAt(depth);
    const bottom = node({ [slot]: [entry(key)], [slot ^ 1]: ["a", "b", "c"].map(entry) });
    const makeBlocks = () => {
      const { blocks } = nativeBlocks();
      chain(blocks, depth, bottom);
      return blocks;
    };
    const root = chain(nativeBlocks().blocks, depth, bottom);
    const changes: Change[] = [
      [key, null],
      [added, "\x05"],
    ];
    // The first order makes a bucket of the node in between, and the keys move.
    expect(changedHamt(makeBlocks(), root, changes)).not.toBe(
      changedHamt(makeBlocks(), root, changes.toReversed()),
    );
    expectAlike(root, [changes, changes.toReversed()], makeBlocks);
  });

  test("the last level is read and written natively", () => {
    const { blocks, left } = nativeBlocks();
    const last = Number(bits.at(-1));
    const bottom = node({ [last]: [entry(key)], [last ^ 1]: ["a", "b", "c"].map(entry) });
    const map = StoredMap.load(blocks, chain(blocks, 51, bottom), itemCodec());
    expect(read(blocks, map.root, key)).toBe("\x07");
    const set = map.with([[key, "\x05"]], blocks);
    expect(read(blocks, set.root, key)).toBe("\x05");
    const rest = set.with([[key, null]], blocks);
    expect(left()).toBe(0);
    // All nodes of the chain have collapsed.
    expect(rest.root).toBe(blocks.put(DAG_CBOR, node({ [slotAt(0)]: ["a", "b", "c"].map(entry) })));
  });

  test("an empty node below the root", () => {
    const makeBlocks = () => {
      const { blocks } = nativeBlocks();
      chain(blocks, 1, node({}));
      return blocks;
    };
    const { blocks } = nativeBlocks();
    expectAlike(chain(blocks, 1, node({})), lists, makeBlocks);
  });
});

describe("absent blocks", () => {
  const entries = Array.from({ length: 2_000 }, (_, i) => [`${i}`, "\x07"] as const);

  async function stored(): Promise<{ store: MemoryBlockstore; root: Cid }> {
    const store = new MemoryBlockstore();
    const { blocks } = nativeBlocks(store);
    const { root } = StoredMap.load(blocks, emptyRoot(blocks), itemCodec()).with(entries, blocks);
    await blocks.flush(root, "current");
    return { store, root };
  }

  test("are named", async () => {
    const { store, root } = await stored();
    const rootOnly = {
      get: (cid: Cid) => (cid === root ? store.get(cid) : undefined),
      putMany: () => undefined,
    };
    expectAlike(root, [[["5", "\x01"]], [["7", null]]], () => nativeBlocks(rootOnly).blocks);
    expectAlike(root, [], () => nativeBlocks(new MemoryBlockstore()).blocks);
  });

  test.each([1 << 24, 3_000, 0])("are waited for, with a cache of %i bytes", async (cacheBytes) => {
    const { store, root } = await stored();
    const late = new LateBlockstore(store);
    const { blocks, left } = nativeBlocks(late, cacheBytes);
    const map = await untilDone(() => StoredMap.load(blocks, root, itemCodec()));
    for (let i = 0; i < 2_000; i += 97) expect(await untilDone(() => map.get(`${i}`))).toBe("\x07");
    const changes = entries.slice(0, 50).map(([key], i): Change => [key, i % 2 === 0 ? null : "\x01"]);
    const changed = await untilDone(() => map.with(changes, blocks));
    expect(changed.root).toBe(changedHamt(nativeBlocks(store).blocks, root, changes));
    if (cacheBytes === 1 << 24) expect(left()).toBe(0);
  });

  test("nothing is written before all are there", async () => {
    const { store, root } = await stored();
    const buffer = native.blocks(native.blockCache(1 << 20));
    const late = new Blocks(buffer, new LateBlockstore(store));
    const map = await untilDone(() => StoredMap.load(late, root, itemCodec()));
    let waits = 0;
    await untilDone(() => {
      expect(buffer.size).toBe(0);
      waits++;
      return map.with(
        [
          ["1", "\x01"],
          ["1000", null],
        ],
        late,
      );
    });
    expect(waits).toBeGreaterThan(2);
    expect(buffer.size).toBeGreaterThan(2);
  });
});
