import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Blocks } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type Cid, cidText, parseCid } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { isFvmError } from "../../src/errors.js";
import { Amt, type AmtLayout, buildAmt, CHAIN_AMT, EVENTS_AMT } from "../../src/ipld/amt.js";
import { BlockNotFound } from "../../src/ipld/block-access.js";
import { hex, hexBytes } from "../../src/util/bytes.js";
import { LateBlockstore, memoryBlocks, uintCodec, untilDone } from "../support/blocks.js";
import { cidOf, FakeNativeBlocks } from "../support/fake-native-blocks.js";
import { randomNumbers } from "../support/test-data.js";

const V3_OF_8: AmtLayout = { version: 3, bitWidth: 3 };

interface Known {
  readonly layout: AmtLayout;
  readonly indices: number;
  /** Root, count and height after each tenth of 200 steps over these indices, made with the reference. */
  readonly states: readonly string[];
}

const known: Known[] = [
  {
    layout: CHAIN_AMT,
    indices: 500,
    states: [
      "bafy2bzaceawlafqqd42cfughzfnphad75vltd6zjuscufqywdhy5tal3u4qz6 9 2",
      "bafy2bzaceckymuet37u2i5w7ifxtc7vcicbmpytvyaiewnzyofinjvyr7lqdo 21 2",
      "bafy2bzacecgvxdnfkbqjcziqeffsbklel7uzg3ryoybcp6utccvipneedokfs 35 2",
      "bafy2bzacebvgpuwuzkw5uavmfnrl4ndfrtxugvsnmtqlctnagfxr4hgiisd6i 47 2",
      "bafy2bzacedkxofuikmy5agc4g5ygrzb5c7i4dbngpy5h45vafpijqqxek4cge 58 2",
      "bafy2bzaceauui5u2opdoetcqbadovikbgvpzkyofs2fa5w5d32ysm2b6nnyf6 71 2",
      "bafy2bzaceacr7tsgh2qthr4vfuquhqzanhr2c55437khyquvrcxoyp62qhpl2 81 2",
      "bafy2bzacedhfr5rwqowpixjfadppue4ecbpjihz3ohgjnf5lyblye3hhipbs4 82 2",
      "bafy2bzacecvwd4th3wrups2yvrfnaggnup7rpqoofxosqizb576jsmaq6crvm 89 2",
      "bafy2bzaceblznpa5iqcbbtygwu54vtdxwnyz4pwzywgy2rkrd62t47dlt6qa2 100 2",
    ],
  },
  {
    layout: EVENTS_AMT,
    indices: 100_000,
    states: [
      "bafy2bzacebknv3zheer5bqno2hja4o63mzm2ce7gmlzpd7xxgbhdius6antiy 9 3",
      "bafy2bzaceattkfqabvrcrobzu4v5e4es5vb3qfbiugargjzlhrpzjqgnohl76 21 3",
      "bafy2bzacecvro5arpl65luax5nxzdcidsv7yosxvidahxeh5aixgahbvglrr6 36 3",
      "bafy2bzaceb23xgysg5zaa5o5ic3yei4exexd2kff4fijk7bzip5xmbbhg33fu 49 3",
      "bafy2bzacedlwcptierqg52nel2sxboez3wznc4wwstovb4zvcvwur3ta3utfy 63 3",
      "bafy2bzacebiqessktljptk65ykiu2mko5rzsrxd5vucnuongnqfbr4qhubbd2 78 3",
      "bafy2bzacea567wwhc63tmulb73vccz7jvq4pddj37mumqvzte6z5xxb75io32 90 3",
      "bafy2bzacedjneo6ar5t3ikpgvylur3dzuukcn2bpywju44sdy5dplxqzqwrh4 97 3",
      "bafy2bzacebuxnsta4ws5vfkwu4g3utz5iy4vfasjbk4ox3amntk57bqvoxwu4 110 3",
      "bafy2bzacecnvvxeu7nyuhbzhvhpzrdxqjzz6c6jurltbqzfynzs3i4sotw55y 124 3",
    ],
  },
];

describe.each(known)("agrees with the reference: $layout", ({ layout, indices, states }) => {
  test.each([false, true])("sets and deletes; loaded again after each flush: %s", (loadsAgain) => {
    const blocks = memoryBlocks();
    let amt = Amt.empty(blocks, uintCodec(), layout);
    const random = randomNumbers(1);
    const found: string[] = [];
    for (let step = 0; step < 200; step++) {
      const index = random(indices);
      if (random(5) < 2) amt.delete(index);
      else amt.set(index, step);
      if ((step + 1) % 20 !== 0) continue;
      const root = amt.flush();
      found.push(`${cidText(root)} ${amt.count} ${amt.height}`);
      if (loadsAgain) amt = Amt.load(blocks, root, uintCodec(), layout);
    }
    expect(found).toEqual(states);
  });
});

describe("the empty array", () => {
  test.each([
    [CHAIN_AMT, "8300008341008080", "bafy2bzacedswlcz5ddgqnyo3sak3jmhmkxashisnlpq6ujgyhe4mlobzpnhs6"],
    [V3_OF_8, "840300008341008080", "bafy2bzacedijw74yui7otvo63nfl3hdq2vdzuy7wx2tnptwed6zml4vvz7wee"],
  ])("%o", (layout, bytes, root) => {
    const blocks = memoryBlocks();
    expect(cidText(Amt.empty(blocks, uintCodec(), layout).flush())).toBe(root);
    expect(hex(blocks.get(parseCid(root)))).toBe(bytes);
    expect(cidText(buildAmt([], uintCodec(), layout, cidOf))).toBe(root);
  });
});

describe("is an array", () => {
  const layouts = fc.constantFrom<AmtLayout>(
    CHAIN_AMT,
    EVENTS_AMT,
    { version: 3, bitWidth: 1 },
    { version: 3, bitWidth: 8 },
  );
  const indices = fc.oneof(fc.nat(40), fc.nat(5000), fc.maxSafeInteger().map(Math.abs));
  const steps = fc.array(fc.tuple(indices, fc.option(fc.nat())), { maxLength: 60 });

  test("with holes, whatever happened before", () => {
    fc.assert(
      fc.property(layouts, steps, (layout, changes) => {
        const blocks = memoryBlocks();
        const amt = Amt.empty(blocks, uintCodec(), layout);
        const model = new Map<number, number>();
        for (const [index, value] of changes) {
          if (value === null) expect(amt.delete(index)).toBe(model.delete(index));
          else {
            amt.set(index, value);
            model.set(index, value);
          }
          expect(amt.get(index)).toBe(model.get(index));
        }
        const inOrder = [...model].sort(([a], [b]) => a - b);
        expect([...amt.entries()]).toEqual(inOrder);
        expect(amt.count).toBe(model.size);

        const fresh = Amt.empty(memoryBlocks(), uintCodec(), layout);
        for (const [index, value] of inOrder.reverse()) fresh.set(index, value);
        const root = amt.flush();
        expect(fresh.flush()).toBe(root);
        const loaded = Amt.load(blocks, root, uintCodec(), layout);
        expect([loaded.count, loaded.height]).toEqual([fresh.count, fresh.height]);
        expect([...loaded.entries()].reverse()).toEqual(inOrder);
      }),
      { numRuns: 60 },
    );
  });

  test.each([0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 511, 512, 513, 1024, 1025, 3000])(
    "of %i values, built at once",
    (n) => {
      const values = Array.from({ length: n }, (_, i) => i * i);
      for (const layout of [CHAIN_AMT, EVENTS_AMT, V3_OF_8]) {
        const amt = Amt.empty(memoryBlocks(), uintCodec(), layout);
        values.forEach((value, i) => {
          amt.set(i, value);
        });
        expect(buildAmt(values, uintCodec(), layout, cidOf)).toBe(amt.flush());
      }
    },
  );

  test("of 40 squares, as the reference builds it", () => {
    const squares = Array.from({ length: 40 }, (_, i) => i * i);
    const root = buildAmt(squares, uintCodec(), EVENTS_AMT, cidOf);
    expect(cidText(root)).toBe("bafy2bzacebxzasxa6gsztlrpxok7zhxov23zyzvvh36u4v6fcmrdrdkissu6s");
  });

  test("visited in order", () => {
    const amt = Amt.empty(memoryBlocks(), uintCodec(), CHAIN_AMT);
    for (const index of [1000, 3, 70]) amt.set(index, index + 1);
    const seen: number[][] = [];
    amt.forEach((value, index) => {
      seen.push([index, value]);
    });
    expect(seen).toEqual([
      [3, 4],
      [70, 71],
      [1000, 1001],
    ]);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("without an index %d", (index) => {
    const amt = Amt.empty(memoryBlocks(), uintCodec(), CHAIN_AMT);
    for (const act of [() => amt.get(index), () => amt.set(index, 1), () => amt.delete(index)]) {
      expect(act).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_AMT")));
    }
  });
});

test("an asynchronous store makes steps run again, to the same result", async () => {
  const store = new MemoryBlockstore();
  const writer = memoryBlocks(store);
  const eager = Amt.empty(writer, uintCodec(), CHAIN_AMT);
  for (let i = 0; i < 600; i += 3) eager.set(i, i);
  const root = eager.flush();
  await writer.flush(root, "current");

  const late = new LateBlockstore(store);
  const blocks = new Blocks(new FakeNativeBlocks(false), late);
  const amt = await untilDone(() => Amt.load(blocks, root, uintCodec(), CHAIN_AMT));
  for (let i = 590; i > 8; i--) {
    const index = (i * 7) % 600;
    const step = (target: Amt<number>) => (i % 3 === 0 ? target.set(index, i) : target.delete(index));
    await untilDone(() => step(amt));
    step(eager);
  }
  expect(late.reads).toBeGreaterThan(20);
  expect([amt.flush(), amt.count, amt.height]).toEqual([eager.flush(), eager.count, eager.height]);
  expect(await untilDone(() => [...amt.entries()])).toEqual([...eager.entries()]);
});

describe("malformed blocks", () => {
  const load = (bytes: string, layout: AmtLayout) => {
    const blocks = memoryBlocks();
    return Amt.load(blocks, blocks.put(DAG_CBOR, hexBytes(bytes)), uintCodec(), layout);
  };
  const link = `d82a5827000171a0e40220${"00".repeat(32)}`;

  test.each<[string, string, AmtLayout]>([
    ["a version 3 root read as version 0", "840300008341008080", CHAIN_AMT],
    ["a version 0 root read as version 3", "8300008341008080", EVENTS_AMT],
    ["a bitmap that is too long", "830000834200008080", CHAIN_AMT],
    ["a bitmap that is too short", "840500008341008080", EVENTS_AMT],
    ["more bits than values", "83000183410380" + "8101", CHAIN_AMT],
    ["more values than bits", "83000183410180" + "820101", CHAIN_AMT],
    ["links in a leaf", `83000183410181${link}80`, CHAIN_AMT],
    ["values in a branch", "83010183410180" + "8101", CHAIN_AMT],
    ["links and values", `83010183410181${link}8101`, CHAIN_AMT],
    ["a height of 65", "8318410083410080" + "80", CHAIN_AMT],
    ["a bit width of 19", "841300008341008080", EVENTS_AMT],
    ["a count beyond 2^53", "83001b00200000000000008341008080", CHAIN_AMT],
    ["bytes after the root", "830000834100808000", CHAIN_AMT],
    ["a value of the wrong kind", "83000183410180" + "81f5", CHAIN_AMT],
  ])("%s", (_, bytes, layout) => {
    expect(() => load(bytes, layout)).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_AMT")));
  });

  test("an index beyond 2^53", () => {
    const blocks = memoryBlocks();
    const leaf = blocks.put(DAG_CBOR, hexBytes("83410180" + "8107"));
    const writeBranch = (slot: number, child: string) =>
      blocks.put(DAG_CBOR, hexBytes(`8341${slot.toString(16).padStart(2, "0")}81d82a582700${child}80`));
    let cid = leaf;
    for (let i = 0; i < 17; i++) cid = writeBranch(0x80, Buffer.from(cid, "latin1").toString("hex"));
    const child = Buffer.from(cid, "latin1").toString("hex");
    const root = blocks.put(DAG_CBOR, hexBytes(`83120183418081d82a582700${child}80`));
    const amt = Amt.load(blocks, root, uintCodec(), CHAIN_AMT);
    expect(() => [...amt.entries()]).toThrow(/out of range/);
  });

  /** A branch with this child in all slots, as deep as given. */
  const branches = (blocks: Blocks, child: Cid, depth: number): Cid => {
    const link = `d82a582700${Buffer.from(child, "latin1").toString("hex")}`;
    if (depth === 0) return child;
    return branches(blocks, blocks.put(DAG_CBOR, hexBytes(`8341ff88${link.repeat(8)}80`)), depth - 1);
  };

  test("a few blocks of empty nodes are no array that takes for ever to go through", () => {
    const blocks = memoryBlocks();
    const empty = blocks.put(DAG_CBOR, hexBytes("8341008080"));
    const child = Buffer.from(branches(blocks, empty, 15), "latin1").toString("hex");
    const root = blocks.put(DAG_CBOR, hexBytes(`83100083410181d82a582700${child}80`));
    const amt = Amt.load(blocks, root, uintCodec(), CHAIN_AMT);
    for (const act of [
      () => [...amt.entries()],
      () => amt.get(0),
      () => [...amt.differences(Amt.empty(blocks, uintCodec(), CHAIN_AMT))],
    ]) {
      expect(act).toThrow(/empty node/);
    }
  });

  test("a leaf where a branch belongs, also if it was read before where a leaf belongs", () => {
    const blocks = memoryBlocks();
    const link = (cid: Cid) => `d82a582700${Buffer.from(cid, "latin1").toString("hex")}`;
    const leaf = blocks.put(DAG_CBOR, hexBytes("83410180" + "8107"));
    const branch = blocks.put(DAG_CBOR, hexBytes(`83410181${link(leaf)}80`));
    const root = blocks.put(DAG_CBOR, hexBytes(`83020183410382${link(branch)}${link(leaf)}80`));
    const amt = Amt.load(blocks, root, uintCodec(), CHAIN_AMT);
    expect(amt.get(0)).toBe(7);
    expect(() => amt.get(64)).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_AMT")));
    expect(() => [...amt.entries()]).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_AMT")));
  });

  test("an absent block leaves the array as it was", () => {
    const amt = load(`83010183410181${link}80`, CHAIN_AMT);
    const root = amt.flush();
    expect(() => amt.set(0, 1)).toThrow(expect.toSatisfy((error) => error instanceof BlockNotFound));
    expect(() => amt.delete(0)).toThrow(expect.toSatisfy((error) => error instanceof BlockNotFound));
    expect([amt.flush(), amt.count]).toEqual([root, 1]);
  });
});
