/** Ranges: how they are cut, sized, put in order, and named. */
import fc from "fast-check";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { describe, expect, test } from "vitest";
import type { EpochRange } from "../../src/chain/store/ranges.js";
import { toCid } from "../../src/encoding/cid.js";
import { codeVersion } from "../../src/queue/code-version.js";
import { chunksFor, epochChunk, indexOfChunks } from "../../src/queue/epoch-chunks.js";
import { jobKey, type RangeJob, rangeOfKey } from "../../src/queue/job.js";
import { MemoryQueue } from "../../src/queue/memory-queue.js";
import { RangeCutter, RangeSizes } from "../../src/queue/range-sizes.js";
import { runWorker } from "../../src/queue/work.js";
import { optionalPackage } from "../../src/util/optional-package.js";

function cutAll(cutter: RangeCutter, size: number): EpochRange[] {
  const ranges: EpochRange[] = [];
  for (let range = cutter.next(size); range !== undefined; range = cutter.next(size)) ranges.push(range);
  return ranges;
}

describe("ranges", () => {
  test("are disjoint and leave nothing out, around those that are there, and begin where they may", () => {
    const range = fc
      .tuple(fc.nat(60), fc.nat(20))
      .map(([from, length]): EpochRange => ({ from, to: from + length }));
    fc.assert(
      fc.property(
        range,
        fc.array(range, { maxLength: 4 }),
        fc.array(range),
        fc.integer({ min: 1, max: 9 }),
        (whole, known, starts, size) => {
          const sorted = (ranges: readonly EpochRange[]) => [...ranges].sort((a, b) => a.from - b.from);
          const cut: EpochRange[] = [];
          for (const each of sorted(known)) {
            if (each.from >= whole.from && each.to <= whole.to && each.from > (cut.at(-1)?.to ?? -1))
              cut.push(each);
          }
          const ranges = cutAll(new RangeCutter(whole, [...cut], sorted(starts)), size);
          expect(ranges[0]?.from).toBe(whole.from);
          expect(ranges.at(-1)?.to).toBe(whole.to);
          for (const [i, { from }] of ranges.entries()) {
            if (i === 0) continue;
            const before = ranges[i - 1] as EpochRange;
            expect(from).toBe(before.to + 1);
            const isKnown = cut.some((each) => each.from === from || each.to + 1 === from);
            expect(isKnown || starts.some((start) => start.from <= from && from <= start.to)).toBe(true);
          }
          for (const each of cut) expect(ranges).toContainEqual(each);
        },
      ),
    );
  });

  test("are as long as those before say, and short at the end", () => {
    const sizes = new RangeSizes(1000);
    expect(sizes.next(1000, 1)).toBe(8);
    sizes.measured(10, 100);
    expect(sizes.next(10_000, 1)).toBe(100);
    sizes.measured(10, 1100);
    expect(sizes.next(10_000, 1)).toBe(25);
    expect(sizes.next(30, 2)).toBe(8);
    expect(sizes.next(3, 2)).toBe(3);
    expect(sizes.next(1, 64)).toBe(1);
  });
});

describe("a part of an index", () => {
  const keys = new Map([3, 511, 512, 1300].map((epoch) => [epoch, [cidOf(epoch), cidOf(epoch + 0.5)]]));
  const index = {
    keyAt: (epoch: number) => keys.get(epoch),
    async *keys({ from, to }: EpochRange) {
      for (const [epoch, key] of keys) if (from <= epoch && epoch <= to) yield { epoch, key };
    },
  };

  test("has the keys of its epochs, and a name that says what is in it", async () => {
    const chunks = await Promise.all([0, 1, 2].map((number) => epochChunk(index, number)));
    const copy = indexOfChunks(chunks.map(({ data }) => data));
    for (let epoch = 0; epoch < 1536; epoch++) expect(copy.keyAt(epoch)).toEqual(index.keyAt(epoch));
    expect(new Set(chunks.map(({ name }) => name)).size).toBe(3);
    expect((await epochChunk(index, 1)).name).toBe(chunks[1]?.name);
  });

  test("is one of those that a range looks into", () => {
    expect(chunksFor({ from: 0, to: 10 })).toEqual([0]);
    expect(chunksFor({ from: 512 * 20, to: 512 * 21 })).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
  });
});

describe("a job's key", () => {
  const job: RangeJob = {
    code: codeVersion(),
    network: "calibnet",
    range: { from: 5, to: 9 },
    head: 10,
    index: ["a"],
    work: { kind: "validate", takesStart: true },
    blocks: "nowhere",
  };

  test("says which range it is", () => {
    expect(rangeOfKey(jobKey(job))).toEqual({ from: 5, to: 9 });
    expect(rangeOfKey("epochs-5-9")).toBeUndefined();
  });

  test.each([
    { code: "0.0.0" },
    { network: "mainnet" },
    { range: { from: 5, to: 8 } },
    { head: 11 },
    { index: ["b"] },
    { work: { kind: "validate", takesStart: false } },
    { blocks: "last" },
  ] as Partial<RangeJob>[])("is another one with %o", (change) => {
    expect(jobKey({ ...job, ...change })).not.toBe(jobKey(job));
  });
});

test("a worker with another version of the code than all who want something done is refused", async () => {
  const queue = new MemoryQueue();
  await queue.announce({ name: "other", role: "coordinator", code: "9.9.9+abc", slots: 0 });
  const refused = expect(runWorker(queue, { stores: ["x"] })).rejects;
  await refused.toMatchObject({
    code: "QUEUE_VERSION",
    details: { expected: "9.9.9+abc", found: codeVersion() },
  });
});

test("a package that is not installed is named, with the command that installs it", async () => {
  await expect(optionalPackage("no-such-package", "no-such-package other", "a queue")).rejects.toMatchObject({
    code: "PACKAGE_MISSING",
    details: {
      packages: "no-such-package other",
      purpose: "a queue",
      remedy: "npm install no-such-package other",
    },
  });
});

function cidOf(n: number) {
  return toCid(CID.createV1(0x71, Digest.create(0, Buffer.from(String(n)))));
}
