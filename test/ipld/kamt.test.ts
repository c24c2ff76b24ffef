import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { isFvmError } from "../../src/errors.js";
import type { BlockAccess } from "../../src/ipld/block-access.js";
import { DecodedBlocks } from "../../src/ipld/decoded-blocks.js";
import { Kamt } from "../../src/ipld/kamt.js";
import type { EntryChange } from "../../src/ipld/tree-difference.js";
import { LateBlockstore, memoryBlocks, untilDone } from "../support/blocks.js";

const TOP = 2n ** 256n - 1n;

/** The root of the map with these entries. */
function rootOf(entries: Iterable<readonly [bigint, bigint]>, blocks: BlockAccess = memoryBlocks()): Cid {
  const kamt = Kamt.empty(blocks);
  for (const [key, value] of entries) kamt.set(key, value);
  return kamt.flush();
}

const byKey = ([a]: readonly [bigint, bigint], [b]: readonly [bigint, bigint]) => (a < b ? -1 : 1);

/** Keys that share long beginnings, as arrays and mappings of contracts do, and others. */
const keys = fc.oneof(
  fc.bigInt(0n, 40n),
  fc
    .tuple(fc.constantFrom(0n, 2n ** 200n, TOP - 70n), fc.bigInt(0n, 70n))
    .map(([base, offset]) => base + offset),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.boolean())
    .map(([bit, up]) => (up ? 1n << BigInt(bit) : TOP >> BigInt(bit))),
  fc.bigInt(0n, TOP),
);
const steps = fc.array(fc.tuple(keys, fc.oneof(fc.constant(0n), fc.bigInt(1n, 3n), fc.bigInt(1n, TOP))), {
  maxLength: 120,
});

/** Sets, and deletes where the value is 0. */
function play(kamt: Kamt, model: Map<bigint, bigint>, script: readonly (readonly [bigint, bigint])[]): void {
  for (const [key, value] of script) {
    if (value === 0n) {
      expect(kamt.delete(key)).toBe(model.delete(key));
    } else {
      kamt.set(key, value);
      model.set(key, value);
    }
    expect(kamt.get(key)).toBe(model.get(key));
  }
}

test("the empty map", () => {
  const blocks = memoryBlocks();
  const empty = Kamt.empty(blocks);
  expect(empty.isEmpty).toBe(true);
  // The same bytes as an empty HAMT: no bits, no pointers.
  expect(cidText(empty.flush())).toBe("bafy2bzaceamp42wmmgr2g2ymg46euououzfyck7szknvfacqscohrvaikwfay");
  expect(Kamt.load(blocks, empty.flush()).get(0n)).toBeUndefined();
  expect(empty.delete(5n)).toBe(false);
});

test("neighbours, far ends and single bits", () => {
  const entries: [bigint, bigint][] = [0n, 1n, 2n, 31n, 32n, 2n ** 255n, TOP - 1n, TOP].map((key, i) => [
    key,
    BigInt(i + 1),
  ]);
  const blocks = memoryBlocks();
  const kamt = Kamt.load(blocks, rootOf(entries, blocks));
  expect([...kamt.entries()]).toEqual(entries);
  for (const [key, value] of entries) expect(kamt.get(key)).toBe(value);
  expect(kamt.get(3n)).toBeUndefined();
  expect(kamt.get(2n ** 128n)).toBeUndefined();
});

test("random scripts: a Map's contents, and one root whatever the order", () => {
  fc.assert(
    fc.property(steps, steps, (first, second) => {
      const blocks = memoryBlocks();
      const model = new Map<bigint, bigint>();
      let kamt = Kamt.empty(blocks);
      play(kamt, model, first);
      kamt = Kamt.load(blocks, kamt.flush());
      play(kamt, model, second);
      const entries = [...model].sort(byKey);
      expect([...kamt.entries()]).toEqual(entries);
      expect(kamt.isEmpty).toBe(entries.length === 0);
      const root = kamt.flush();
      expect(rootOf(entries)).toBe(root);
      expect(rootOf(entries.reverse())).toBe(root);
    }),
    { numRuns: 150 },
  );
});

test("setting what is there, and deleting what is not, change nothing", () => {
  const blocks = memoryBlocks();
  const root = rootOf(
    Array.from({ length: 100 }, (_, i) => [BigInt(i), 7n] as const),
    blocks,
  );
  const kamt = Kamt.load(blocks, root);
  kamt.set(50n, 7n);
  expect(kamt.delete(100n)).toBe(false);
  expect(kamt.delete(2n ** 250n)).toBe(false);
  expect(kamt.flush()).toBe(root);
});

describe("differences", () => {
  test("of random maps: those of the models", () => {
    fc.assert(
      fc.property(steps, steps, fc.boolean(), (first, second, isStored) => {
        const blocks = memoryBlocks();
        const [before, after] = [new Map<bigint, bigint>(), new Map<bigint, bigint>()];
        const earlier = Kamt.empty(blocks);
        play(earlier, before, first);
        const later = Kamt.load(blocks, earlier.flush());
        play(later, after, []);
        for (const [key, value] of before) after.set(key, value);
        play(later, after, second);
        if (isStored) later.flush();
        const all = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => (a < b ? -1 : 1));
        const expected: EntryChange<bigint, bigint>[] = all
          .map((key) => ({ key, before: before.get(key), after: after.get(key) }))
          .filter((difference) => difference.before !== difference.after);
        expect([...later.differences(earlier)]).toEqual(expected);
        const reversed = expected.map(({ key, before, after }) => ({ key, before: after, after: before }));
        expect([...earlier.differences(later)]).toEqual(reversed);
      }),
      { numRuns: 150 },
    );
  });

  test("what two maps have in common is not read", () => {
    const store = memoryBlocks();
    const entries = Array.from({ length: 3000 }, (_, i) => [BigInt(i) ** 11n, 1n] as const);
    const before = rootOf(entries, store);
    const changed = Kamt.load(store, before);
    changed.set(1234n ** 11n, 2n);
    const after = changed.flush();
    const reads: Cid[] = [];
    const counting: BlockAccess = {
      decoded: new DecodedBlocks(),
      get(cid) {
        reads.push(cid);
        return store.get(cid);
      },
      put: (codec, data) => store.put(codec, data),
    };
    const differences = [...Kamt.load(counting, after).differences(Kamt.load(counting, before))];
    expect(differences).toEqual([{ key: 1234n ** 11n, before: 1n, after: 2n }]);
    expect(reads.length).toBeLessThan(30);
  });
});

test("blocks that come late", async () => {
  const store = new MemoryBlockstore();
  const blocks = memoryBlocks(store);
  const entries = Array.from({ length: 500 }, (_, i) => [BigInt(i) * 2n ** 100n, BigInt(i + 1)] as const);
  const root = rootOf(entries, blocks);
  await blocks.flush(root, "current");
  const late = memoryBlocks(new LateBlockstore(store));
  const kamt = await untilDone(() => Kamt.load(late, root));
  await untilDone(() => kamt.set(3n * 2n ** 100n, 99n));
  expect(await untilDone(() => kamt.get(3n * 2n ** 100n))).toBe(99n);
  expect(await untilDone(() => kamt.delete(4n * 2n ** 100n))).toBe(true);
  const expected = entries.flatMap(([key, value], i) =>
    i === 4 ? [] : [[key, i === 3 ? 99n : value] as const],
  );
  expect(kamt.flush()).toBe(rootOf(expected));
  const differences = kamt.differences(await untilDone(() => Kamt.load(late, root)));
  const changes: EntryChange<bigint, bigint>[] = [];
  for (let next = await untilDone(() => differences.next()); !next.done; ) {
    changes.push(next.value);
    next = await untilDone(() => differences.next());
  }
  expect(changes).toEqual([
    { key: 3n * 2n ** 100n, before: 4n, after: 99n },
    { key: 4n * 2n ** 100n, before: 5n, after: undefined },
  ]);
});

test.each([-1n, 2n ** 256n, 5, "5", undefined])("a key or value of %s is refused", (bad) => {
  const kamt = Kamt.empty(memoryBlocks());
  const isInvalid = expect.toSatisfy((error) => isFvmError(error, "INVALID_KAMT"));
  expect(() => kamt.get(bad as bigint)).toThrow(isInvalid);
  expect(() => kamt.set(bad as bigint, 1n)).toThrow(isInvalid);
  expect(() => kamt.set(1n, bad as bigint)).toThrow(isInvalid);
  expect(() => kamt.delete(bad as bigint)).toThrow(isInvalid);
  expect(kamt.isEmpty).toBe(true);
});
