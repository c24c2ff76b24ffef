/** Differences of two HAMTs and of two AMTs. */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { Blocks } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { Amt, type AmtLayout, CHAIN_AMT, EVENTS_AMT } from "../../src/ipld/amt.js";
import type { BlockAccess } from "../../src/ipld/block-access.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { hashOf } from "../../src/ipld/hamt-hash.js";
import type { EntryChange } from "../../src/ipld/tree-difference.js";
import { LateBlockstore, memoryBlocks, uintCodec, untilDone } from "../support/blocks.js";
import { FakeNativeBlocks } from "../support/fake-native-blocks.js";

/** By hand: what is in one model and not, or otherwise, in the other. */
function expectedChanges<K>(before: ReadonlyMap<K, number>, after: ReadonlyMap<K, number>) {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((key): EntryChange<K, number> => ({ key, before: before.get(key), after: after.get(key) }))
    .filter((change) => change.before !== change.after);
}

function byKey<K>(changes: Iterable<EntryChange<K, number>>): EntryChange<K, number>[] {
  return [...changes].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** All changes, each step made again until the blocks that it needs are there. */
async function allLate<C>(differences: Iterator<C, undefined>): Promise<C[]> {
  const found: C[] = [];
  for (;;) {
    const { done, value } = await untilDone(() => differences.next());
    if (done) return found;
    found.push(value);
  }
}

/** A store of what `write` makes, and blocks over it that count what is read. */
async function stored(write: (blocks: Blocks) => Cid[]) {
  const store = new MemoryBlockstore();
  const writer = memoryBlocks(store);
  const roots = write(writer);
  for (const root of roots) await writer.flush(root, "current");
  const late = new LateBlockstore(store);
  return { roots, late, blocks: new Blocks(new FakeNativeBlocks(false), late) };
}

const keys = fc.integer({ min: 0, max: 300 });
const edits = fc.array(fc.tuple(keys, fc.option(fc.nat(3))), { maxLength: 150 });

describe("two HAMTs", () => {
  function hamtOf(blocks: BlockAccess, entries: Iterable<readonly [number, number]>, bitWidth?: number) {
    const hamt = Hamt.empty(blocks, uintCodec(), bitWidth);
    for (const [key, value] of entries) hamt.set(idAddress(key), value);
    return hamt;
  }

  function edit(hamt: Hamt<number>, changes: readonly (readonly [number, number | null])[]) {
    for (const [key, value] of changes) {
      if (value === null) hamt.delete(idAddress(key));
      else hamt.set(idAddress(key), value);
    }
  }

  test.each([1, 3, 5, 8])("of bit width %i differ in what was added, removed and changed", (bitWidth) => {
    fc.assert(
      fc.property(edits, edits, (a, b) => {
        const blocks = memoryBlocks();
        const codec = uintCodec();
        const earlier = Hamt.empty(blocks, codec, bitWidth);
        edit(earlier, a);
        const later = Hamt.load(blocks, earlier.flush(), codec, bitWidth);
        edit(later, b);
        const expected = byKey(expectedChanges(new Map(earlier.entries()), new Map(later.entries())));
        expect(byKey(later.differences(earlier))).toEqual(expected);
        const written = Hamt.load(blocks, later.flush(), codec, bitWidth);
        expect(byKey(written.differences(earlier))).toEqual(expected);
        const back = expected.map(({ key, before, after }) => ({ key, before: after, after: before }));
        expect(byKey(earlier.differences(written))).toEqual(back);
        expect([...written.differences(later)]).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("are read only where they differ, each node once, though the store answers late", async () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => [i, i] as const);
    const { roots, late, blocks } = await stored((writer) => {
      const hamt = hamtOf(writer, numbers);
      const before = hamt.flush();
      hamt.set(idAddress(77), 1);
      return [before, hamt.flush()];
    });
    const codec = uintCodec();
    const [before, after] = [
      await untilDone(() => Hamt.load(blocks, roots[0] as Cid, codec)),
      await untilDone(() => Hamt.load(blocks, roots[1] as Cid, codec)),
    ];
    const changes = await allLate(after.differences(before));
    expect(changes).toEqual([{ key: idAddress(77), before: 77, after: 1 }]);
    // Two paths of three nodes, or of four where it is denser.
    expect(late.reads).toBeGreaterThanOrEqual(6);
    expect(late.reads).toBeLessThanOrEqual(8);
  });

  test("without anything in common are read once each, whatever has to be waited for", async () => {
    const { roots, late, blocks } = await stored((writer) => {
      const even = hamtOf(
        writer,
        Array.from({ length: 500 }, (_, i) => [2 * i, i]),
      );
      const odd = hamtOf(
        writer,
        Array.from({ length: 500 }, (_, i) => [2 * i + 1, i]),
      );
      return [even.flush(), odd.flush()];
    });
    const codec = uintCodec();
    const [before, after] = [
      await untilDone(() => Hamt.load(blocks, roots[0] as Cid, codec)),
      await untilDone(() => Hamt.load(blocks, roots[1] as Cid, codec)),
    ];
    const asked = vi.spyOn(late, "get");
    expect(await allLate(after.differences(before))).toHaveLength(1000);
    expect(new Set(asked.mock.calls.map(([cid]) => cid)).size).toBe(asked.mock.calls.length);
  });

  test("of different bit widths cannot be compared", () => {
    const blocks = memoryBlocks();
    const codec = uintCodec();
    const [five, three] = [Hamt.empty(blocks, codec), Hamt.empty(blocks, codec, 3)];
    expect(() => five.differences(three)).toThrow(expect.objectContaining({ code: "INVALID_HAMT" }));
  });
});

describe("two AMTs", () => {
  const layouts = fc.constantFrom<AmtLayout>(CHAIN_AMT, EVENTS_AMT, { version: 3, bitWidth: 1 });
  const indices = fc.oneof(fc.nat(40), fc.nat(5000), fc.maxSafeInteger().map(Math.abs));
  const edits = fc.array(fc.tuple(indices, fc.option(fc.nat(3))), { maxLength: 60 });

  function edit(amt: Amt<number>, changes: readonly (readonly [number, number | null])[]) {
    for (const [index, value] of changes) {
      if (value === null) amt.delete(index);
      else amt.set(index, value);
    }
  }

  test("differ in what was added, removed and changed, in order, whatever their heights", () => {
    fc.assert(
      fc.property(layouts, edits, edits, (layout, a, b) => {
        const blocks = memoryBlocks();
        const earlier = Amt.empty(blocks, uintCodec(), layout);
        edit(earlier, a);
        const later = Amt.load(blocks, earlier.flush(), uintCodec(), layout);
        edit(later, b);
        const expected = byKey(expectedChanges(new Map(earlier.entries()), new Map(later.entries())));
        expect([...later.differences(earlier)]).toEqual(expected);
        const written = Amt.load(blocks, later.flush(), uintCodec(), layout);
        expect([...written.differences(earlier)]).toEqual(expected);
        expect([...earlier.differences(written)]).toEqual(
          expected.map(({ key, before, after }) => ({ key, before: after, after: before })),
        );
      }),
      { numRuns: 100 },
    );
  });

  test("are read only where they differ, though the store answers late", async () => {
    const { roots, late, blocks } = await stored((writer) => {
      const amt = Amt.empty(writer, uintCodec(), EVENTS_AMT);
      for (let i = 0; i < 20_000; i++) amt.set(i, i);
      const before = amt.flush();
      amt.set(7_777, 1);
      return [before, amt.flush()];
    });
    const [before, after] = [
      await untilDone(() => Amt.load(blocks, roots[0] as Cid, uintCodec(), EVENTS_AMT)),
      await untilDone(() => Amt.load(blocks, roots[1] as Cid, uintCodec(), EVENTS_AMT)),
    ];
    expect(before.height).toBe(2);
    expect(await allLate(after.differences(before))).toEqual([{ key: 7_777, before: 7_777, after: 1 }]);
    expect(late.reads).toBe(6);
  });

  test("of different bit widths cannot be compared", () => {
    const [three, five] = [CHAIN_AMT, EVENTS_AMT].map((layout) =>
      Amt.empty(memoryBlocks(), uintCodec(), layout),
    ) as [Amt<number>, Amt<number>];
    expect(() => five.differences(three)).toThrow(expect.objectContaining({ code: "INVALID_AMT" }));
  });
});

describe("nodes that nobody honest writes", () => {
  const invalidHamt = expect.objectContaining({ name: "FvmError", code: "INVALID_HAMT" });
  /** A node with all 32 slots, the bitfield padded so that equal nodes have different CIDs. */
  function hamtNode(
    blocks: Blocks,
    pointers: (writer: CborWriter) => void,
    slots: number,
    padding: number,
  ): Cid {
    const bits = slots === 32 ? [0xff, 0xff, 0xff, 0xff] : [1];
    const writer = new CborWriter().array(2).bytes(Uint8Array.of(...new Array(padding).fill(0), ...bits));
    writer.array(slots);
    for (let i = 0; i < slots; i++) pointers(writer);
    return blocks.put(DAG_CBOR, writer.finish());
  }

  /** 32 to the power of 20 leaves in 21 blocks. */
  function hamtWithoutEnd(blocks: Blocks, leafKey: string, padding: number): Cid {
    let cid = hamtNode(blocks, (w) => w.array(1).array(2).latin1(leafKey).u64(1), 1, padding);
    for (let depth = 0; depth < 20; depth++) cid = hamtNode(blocks, (w) => w.cid(cid), 32, padding);
    return cid;
  }

  test("a HAMT that leads to the same leaf everywhere", () => {
    const blocks = memoryBlocks();
    const codec = uintCodec();
    const [before, after] = [0, 1].map((padding) =>
      Hamt.load(blocks, hamtWithoutEnd(blocks, "key", padding), codec),
    ) as [Hamt<number>, Hamt<number>];
    expect(() => [...after.differences(before)]).toThrow(invalidHamt);
    expect(() => [...after.differences(Hamt.empty(blocks, codec))]).toThrow(invalidHamt);
  });

  test("a HAMT that is deeper than hashes are long", () => {
    const blocks = memoryBlocks();
    const codec = uintCodec();
    let cid = hamtNode(blocks, (w) => w.array(1).array(2).latin1("key").u64(1), 1, 0);
    for (let depth = 0; depth < 2_000; depth++) cid = hamtNode(blocks, (w) => w.cid(cid), 1, 0);
    const hamt = Hamt.load(blocks, cid, codec);
    expect(() => [...hamt.differences(Hamt.empty(blocks, codec))]).toThrow(invalidHamt);
    expect(() => [...hamt.entries()]).toThrow(invalidHamt);
  });

  test("a key in another key's slot", () => {
    const blocks = memoryBlocks();
    const codec = uintCodec();
    const key = ["a", "b", "c", "d"].find((text) => (hashOf(text)[0] ?? 0) >> 3 !== 0) as string;
    const root = hamtNode(blocks, (w) => w.array(1).array(2).latin1(key).u64(1), 1, 0);
    const hamt = Hamt.load(blocks, root, codec);
    expect(hamt.get(key)).toBe(undefined);
    expect(() => [...hamt.differences(Hamt.empty(blocks, codec))]).toThrow(invalidHamt);
    expect(() => [...Hamt.empty(blocks, codec).differences(hamt)]).toThrow(invalidHamt);
  });

  /** 8 to the power of 17 values in 18 blocks. The head of the bitmap may be longer than needed. */
  function amtWithoutEnd(blocks: Blocks, bitmapHead: number[], value: number | undefined): Cid {
    const node = (child: Cid | undefined) => {
      const isEmpty = child === undefined && value === undefined;
      const writer = new CborWriter().array(3);
      writer.rawLatin1(String.fromCharCode(...bitmapHead, isEmpty ? 0 : 0xff));
      writer.array(child === undefined ? 0 : 8);
      for (let i = 0; child !== undefined && i < 8; i++) writer.cid(child);
      writer.array(child === undefined && !isEmpty ? 8 : 0);
      for (let i = 0; child === undefined && value !== undefined && i < 8; i++) writer.u64(value);
      return writer;
    };
    let cid: Cid | undefined;
    for (let height = 0; height < 16; height++) cid = blocks.put(DAG_CBOR, node(cid).finish());
    const root = new CborWriter().array(3).u64(16).u64(1);
    return blocks.put(DAG_CBOR, root.rawLatin1(node(cid).finishLatin1()).finish());
  }

  const SHORT = [0x41];
  const LONG = [0x58, 1];

  test("AMTs without end that mean the same", () => {
    const blocks = memoryBlocks();
    const load = (head: number[]) => Amt.load(blocks, amtWithoutEnd(blocks, head, 7), uintCodec(), CHAIN_AMT);
    const [before, after] = [load(SHORT), load(LONG)];
    expect([...after.differences(before)]).toEqual([]);
  });

  test("an AMT without end, of which as much is read as is asked for", () => {
    const blocks = memoryBlocks();
    const amt = Amt.load(blocks, amtWithoutEnd(blocks, SHORT, 7), uintCodec(), CHAIN_AMT);
    const changes = amt.differences(Amt.empty(blocks, uintCodec(), CHAIN_AMT));
    for (let key = 0; key < 100; key++)
      expect(changes.next().value).toEqual({ key, before: undefined, after: 7 });
  });

  test("an AMT of empty nodes", () => {
    const blocks = memoryBlocks();
    const amt = Amt.load(blocks, amtWithoutEnd(blocks, SHORT, undefined), uintCodec(), CHAIN_AMT);
    expect(() => [...amt.differences(Amt.empty(blocks, uintCodec(), CHAIN_AMT))]).toThrow(/empty node/);
  });
});
