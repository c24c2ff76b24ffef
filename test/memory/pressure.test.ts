/** Memory is given back when it is short, and not more often than that helps. */
import { beforeEach, describe, expect, test } from "vitest";
import { BlockCache, cacheParts } from "../../src/blockstore/block-cache.js";
import type { Cid } from "../../src/encoding/cid.js";
import { RAW } from "../../src/encoding/codecs.js";
import { sharedDecodedBlocks } from "../../src/ipld/decoded-blocks.js";
import { trimMemory } from "../../src/memory/kept-memory.js";
import { type MemoryFacts, relieveMemory } from "../../src/memory/pressure.js";
import { cidOf } from "../support/fake-native-blocks.js";

const EASY: MemoryFacts = { process: 70, usable: 100, heap: 80, heapLimit: 100 };
const decoder = { decode: () => 0 };

function keepSomething(): void {
  const data = Uint8Array.of(1, 2, 3);
  cacheParts(BlockCache.shared).newBuffer().cache(cidOf(RAW, data), data);
  sharedDecodedBlocks.values(decoder).set("block" as Cid, 0, 100);
}

/** Whether blocks and decoded values are kept. */
const kept = () => [BlockCache.shared.bytes > 0, sharedDecodedBlocks.bytes > 0];

/** Later than all looks before. */
let now = performance.now() + 1e6;

beforeEach(() => {
  now += 1e6;
  trimMemory();
  keepSomething();
});

describe("memory that is", () => {
  test.each<[string, Partial<MemoryFacts>, boolean[]]>([
    ["there stays", {}, [true, true]],
    ["nearly used up by the process goes", { process: 88 }, [false, false]],
    ["nearly used up by the heap goes from the heap", { heap: 88 }, [true, false]],
    ["just enough stays", { process: 87, heap: 87 }, [true, true]],
  ])("%s", (_, facts, expected) => {
    relieveMemory(now, () => ({ ...EASY, ...facts }));
    expect(kept()).toEqual(expected);
  });
});

test("looks are a second apart, and ten seconds after something was given back", () => {
  const looks: number[] = [];
  const look = (at: number) => () => {
    looks.push(at);
    return { ...EASY, process: at === 1100 ? 90 : 10 };
  };
  for (const at of [0, 900, 1100, 2200, 11_000, 11_200, 12_300]) relieveMemory(now + at, look(at));
  expect(looks).toEqual([0, 1100, 11_200, 12_300]);
});

test("a process finds out its own figures", () => {
  relieveMemory(now);
  expect(kept()).toEqual([true, true]);
});
