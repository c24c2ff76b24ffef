import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { Blocks } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { SHA2_256 } from "../../src/encoding/codecs.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { native } from "../../src/native/index.js";
import { hex } from "../../src/util/bytes.js";
import { LateBlockstore, memoryBlocks, uintCodec, untilDone } from "../support/blocks.js";
import { FakeNativeBlocks, linksOf } from "../support/fake-native-blocks.js";
import { randomNumbers } from "../support/test-data.js";

const EMPTY_ROOT = "bafy2bzaceamp42wmmgr2g2ymg46euououzfyck7szknvfacqscohrvaikwfay";

/** The root of the map with these entries. */
function rootOf(entries: Iterable<[string, number]>, blocks: Blocks = memoryBlocks()): Cid {
  const hamt = Hamt.empty(blocks, uintCodec());
  for (const [key, value] of entries) hamt.set(key, value);
  return hamt.flush();
}

/** Random sets and deletes; the reference made the same ones. `flushed` gives the map to go on with. */
function play(
  start: Hamt<number>,
  steps: number,
  keys: number,
  flushed: (root: Cid, hamt: Hamt<number>) => Hamt<number>,
): void {
  let hamt = start;
  const random = randomNumbers(1);
  for (let step = 0; step < steps; step++) {
    const key = idAddress(random(keys));
    if (random(5) < 2) hamt.delete(key);
    else hamt.set(key, step);
    if ((step + 1) % (steps / 10) === 0) hamt = flushed(hamt.flush(), hamt);
  }
}

/** Roots after each tenth of 1,000 steps over 300 keys, made with the reference. */
const referenceRoots = [
  "bafy2bzaceasho4r7ba3dmepwug2fufidtdaftwljdjmydrlknlaslk67x6sv4",
  "bafy2bzacecqpqafs7ygxogdyrjkx2tc7utoqnwzlnmpemvpyfy2cj3ahp2bds",
  "bafy2bzacebdxkffosueavbktnnslipyeb2y3xbnnw5wfjetvu6qsttyfmj5n2",
  "bafy2bzacec4olku2y3r65ejskunqfsa55kqt4iiujhfccicgcza3oqhxnnbzi",
  "bafy2bzaceaokzaxzkbdfh6pjod4woeuuaaupxk453xcndppzt4q5lorytn65u",
  "bafy2bzaced6modmonblwstijvqawh3keapbdhe7ted6j4vglugzgg5jwojqak",
  "bafy2bzacedw6z4xbzw5kcjhrrgbwhyam7t4s5kaeiyaa6q3f7mnxge3dgfckk",
  "bafy2bzacebc4mu643vwezdj5v2ch6p6epa2ejqmsjttianrvwsqvvaggvmb4g",
  "bafy2bzacedzgt4n25q5dj7hzts54wx76whls27jsptdlrv3nzpi6doig4gbug",
  "bafy2bzacec4ocz5eqorkwfypaokkw4pvzyr4frjah45phtagmap6qyzik6zfy",
];

/** The last of such roots at other bit widths: 2,000 steps over 1,000 keys. */
const referenceRootsByWidth: [bitWidth: number, root: string][] = [
  [1, "bafy2bzacec4aotrwf2buyu3luhxlwlgttdnm5z2tnsntquzqvaftxenypnfle"],
  [2, "bafy2bzacedxl5bbtipzokb2n5q7gj3axaraizn6f7znk2iuxqc63vwcb4cyle"],
  [3, "bafy2bzacechfgdcwwmndepbao7mhkernyntrvpbhf6h6n4jjy3dxb7f4g5uhk"],
  [4, "bafy2bzacebx7vfyk2msmdbyl3fux7n2eolqfm5u4hqsb5m7ofh7jdc7ng4rek"],
  [6, "bafy2bzaceduc6j3ghkv75bpvhigl2nmpeaf67g3cuimowtrrjyfpjk276jg3u"],
  [7, "bafy2bzaceckefggqvax4ymf23do67ihxto5j6xvoitdhbwlzvi5srbmcg3x7a"],
  [8, "bafy2bzaceclvzsov3spt5z6hi52ipwhdztnju5veetreo3dzx4o2rljqdoud6"],
];

describe("agrees with the reference", () => {
  test("the empty map", () => {
    expect(cidText(rootOf([]))).toBe(EMPTY_ROOT);
  });

  test("sets and deletes", () => {
    const roots: string[] = [];
    play(Hamt.empty(memoryBlocks(), uintCodec()), 1000, 300, (root, hamt) => {
      roots.push(cidText(root));
      return hamt;
    });
    expect(roots).toEqual(referenceRoots);
  });

  test("sets and deletes, loading the map again after each flush", () => {
    const roots: string[] = [];
    const blocks = memoryBlocks();
    play(Hamt.empty(blocks, uintCodec()), 1000, 300, (root) => {
      roots.push(cidText(root));
      return Hamt.load(blocks, root, uintCodec());
    });
    expect(roots).toEqual(referenceRoots);
  });

  test.each(referenceRootsByWidth)("bit width %i", (bitWidth, expected) => {
    const roots: string[] = [];
    play(Hamt.empty(memoryBlocks(), uintCodec(), bitWidth), 2000, 1000, (root, hamt) => {
      roots.push(cidText(root));
      return hamt;
    });
    expect(roots.at(-1)).toBe(expected);
  });
});

describe("is a map", () => {
  const keys = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)),
    maxLength: 3,
  });
  const steps = fc.array(fc.tuple(keys, fc.option(fc.nat(5))), { maxLength: 200 });

  test("of any bytes, whatever happened before", () => {
    fc.assert(
      fc.property(steps, (changes) => {
        const hamt = Hamt.empty(memoryBlocks(), uintCodec());
        const model = new Map<string, number>();
        for (const [key, value] of changes) {
          if (value === null) expect(hamt.delete(key)).toBe(model.delete(key));
          else {
            hamt.set(key, value);
            model.set(key, value);
          }
          expect(hamt.get(key)).toBe(model.get(key));
        }
        expect(new Map(hamt.entries())).toEqual(model);
        expect(hamt.isEmpty).toBe(model.size === 0);
        expect(hamt.flush()).toBe(rootOf(model));
      }),
    );
  });

  test("whose root does not depend on the order of insertion", () => {
    const entries = fc.uniqueArray(fc.tuple(fc.nat(2000), fc.nat()), {
      selector: ([key]) => key,
      maxLength: 300,
    });
    const shuffled = entries.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([a, b]) => {
        const root = (list: [number, number][]) =>
          rootOf(list.map(([key, value]) => [idAddress(key), value]));
        expect(root(a)).toBe(root(b));
      }),
      { numRuns: 30 },
    );
  });

  test("of which nothing is left when all is deleted", () => {
    const hamt = Hamt.empty(memoryBlocks(), uintCodec());
    for (let i = 0; i < 1000; i++) hamt.set(idAddress(i), i);
    hamt.flush();
    for (let i = 999; i >= 0; i--) expect(hamt.delete(idAddress(i))).toBe(true);
    expect(hamt.delete(idAddress(0))).toBe(false);
    expect(cidText(hamt.flush())).toBe(EMPTY_ROOT);
  });
});

describe("flush", () => {
  test("writes one entry as [bitfield, [[[key, value]]]]", () => {
    const blocks = memoryBlocks();
    const root = rootOf([["\x01", 7]], blocks);
    const slot = (native.hash(SHA2_256, Uint8Array.of(1))?.[0] ?? 0) >> 3;
    const bitfield = new CborWriter().bytes(Uint8Array.of(1 << (slot & 7), ...new Uint8Array(slot >> 3)));
    expect(hex(blocks.get(root))).toBe(`82${hex(bitfield.finish())}818182410107`);
  });

  test("writes only what changed, children first", () => {
    const blocks = memoryBlocks();
    const written: Cid[] = [];
    const put = (codec: number, data: Uint8Array) => {
      // Each link is to a block that was written before.
      for (const link of linksOf(data)) blocks.get(link);
      const cid = blocks.put(codec, data);
      written.push(cid);
      return cid;
    };
    const access = { get: (cid: Cid) => blocks.get(cid), put, decoded: blocks.decoded };
    const hamt = Hamt.empty(access, uintCodec());
    for (let i = 0; i < 500; i++) hamt.set(idAddress(i), i);
    const root = hamt.flush();
    expect(written.at(-1)).toBe(root);
    expect(written.length).toBeGreaterThan(30);

    written.length = 0;
    hamt.set(idAddress(3), 3);
    expect(hamt.delete("absent")).toBe(false);
    expect(hamt.flush()).toBe(root);
    expect(written).toEqual([]);

    hamt.set(idAddress(3), 4);
    expect(hamt.flush()).toBe(written.at(-1));
    expect(written.length).toBeLessThan(5);
  });
});

describe("an asynchronous store", () => {
  test("makes steps run again, to the same result", async () => {
    const entries = Array.from({ length: 400 }, (_, i): [string, number] => [idAddress(i * 7), i]);
    const store = new MemoryBlockstore();
    const writer = memoryBlocks(store);
    const root = rootOf(entries, writer);
    await writer.flush(root, "current");

    const lateStore = new LateBlockstore(store);
    const blocks = new Blocks(new FakeNativeBlocks(false), lateStore);
    const hamt = await untilDone(() => Hamt.load(blocks, root, uintCodec()));
    const model = new Map(entries);
    const random = randomNumbers(5);
    for (let step = 0; step < 500; step++) {
      const key = idAddress(random(3000));
      if (random(2) === 0) {
        await untilDone(() => hamt.delete(key));
        model.delete(key);
      } else {
        await untilDone(() => hamt.set(key, step));
        model.set(key, step);
      }
    }
    expect(lateStore.reads).toBeGreaterThan(30);
    expect(new Map(await untilDone(() => [...hamt.entries()]))).toEqual(model);
    expect(hamt.flush()).toBe(rootOf(model));
  });
});

describe("shared nodes", () => {
  test("are read once for all maps of a codec", async () => {
    const store = new MemoryBlockstore();
    const writer = memoryBlocks(store);
    const root = rootOf(
      Array.from({ length: 200 }, (_, i): [string, number] => [idAddress(i), i]),
      writer,
    );
    await writer.flush(root, "current");
    const codec = uintCodec();
    const counting = { get: vi.fn((cid: Cid) => store.get(cid)), putMany: () => undefined };
    const sum = () =>
      [...Hamt.load(memoryBlocks(counting), root, codec).entries()].reduce((n, [, v]) => n + v, 0);
    expect(sum()).toBe(19_900);
    const reads = counting.get.mock.calls.length;
    expect(reads).toBeGreaterThan(10);
    expect(sum()).toBe(19_900);
    expect(counting.get).toHaveBeenCalledTimes(reads);
  });

  test("do not change with a map that uses them", () => {
    const blocks = memoryBlocks();
    const codec = uintCodec();
    const first = Hamt.empty(blocks, codec);
    for (let i = 0; i < 200; i++) first.set(idAddress(i), i);
    const second = Hamt.load(blocks, first.flush(), codec);
    second.set(idAddress(1), 1000);
    second.delete(idAddress(2));
    expect([first.get(idAddress(1)), first.get(idAddress(2))]).toEqual([1, 2]);
    expect([second.get(idAddress(1)), second.get(idAddress(2))]).toEqual([1000, undefined]);
  });
});

describe("what is refused", () => {
  const refused = expect.objectContaining({ name: "FvmError", code: "INVALID_HAMT" });

  test.each(["ключ", "\u0100", 5, undefined, new Uint8Array(2)])("the key %j", (key) => {
    const hamt = Hamt.empty(memoryBlocks(), uintCodec());
    expect(() => hamt.set(key as string, 1)).toThrow(refused);
    expect(() => hamt.get(key as string)).toThrow(refused);
    expect(() => hamt.delete(key as string)).toThrow(refused);
    expect(cidText(hamt.flush())).toBe(EMPTY_ROOT);
  });

  test.each([0, 9, 99, -1, 2.5, Number.NaN, "5"])("a bit width of %j", (bitWidth) => {
    expect(() => Hamt.empty(memoryBlocks(), uintCodec(), bitWidth as number)).toThrow(refused);
  });
});

describe("entries since an earlier map", () => {
  test("are what has come and what has changed", () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.array(entry),
        fc.array(fc.integer({ min: 0, max: 200 })),
        (a, b, gone) => {
          const blocks = memoryBlocks();
          const codec = uintCodec();
          const earlier = Hamt.empty(blocks, codec);
          for (const [key, value] of a) earlier.set(idAddress(key), value);
          const later = Hamt.load(blocks, earlier.flush(), codec);
          for (const key of gone) later.delete(idAddress(key));
          for (const [key, value] of b) later.set(idAddress(key), value);
          const before = new Map(earlier.entries());
          const expected = [...later.entries()].filter(([key, value]) => before.get(key) !== value);
          expect([...later.entriesSince(earlier)].sort()).toEqual(expected.sort());
          // Whether the later one is written or not.
          const written = Hamt.load(blocks, later.flush(), codec);
          expect([...written.entriesSince(earlier)].sort()).toEqual(expected.sort());
          expect([...later.entriesSince(later)]).toEqual([]);
        },
      ),
    );
  });

  test("are found without reading what both have", () => {
    const store = new MemoryBlockstore();
    const buffer = new FakeNativeBlocks(false);
    const blocks = new Blocks(buffer, store);
    const earlier = Hamt.empty(blocks, uintCodec());
    for (let key = 0; key < 5000; key++) earlier.set(idAddress(key), key);
    const root = earlier.flush();
    const later = Hamt.load(blocks, root, uintCodec());
    later.set(idAddress(5000), 1);
    const next = later.flush();
    const codec = uintCodec();
    const get = vi.spyOn(buffer, "get");
    const found = Hamt.load(blocks, next, codec).entriesSince(Hamt.load(blocks, root, codec));
    expect([...found]).toEqual([[idAddress(5000), 1]]);
    expect(get.mock.calls.length).toBeLessThan(10);
  });

  test("have no meaning if the maps are made differently", () => {
    const blocks = memoryBlocks();
    const codec = uintCodec();
    const [five, three] = [Hamt.empty(blocks, codec), Hamt.empty(blocks, codec, 3)];
    expect(() => [...five.entriesSince(three)]).toThrow(expect.objectContaining({ code: "INVALID_HAMT" }));
  });
});
