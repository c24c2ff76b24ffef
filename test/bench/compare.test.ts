/** The benchmark's arithmetic, and that it refuses to compare what is not the same. */
import { describe, expect, test } from "vitest";
import { requireSame, withoutPasses } from "../../bench/compare/rounds.js";
import { batchesOf } from "../../bench/compare/select.js";
import { summarise } from "../../bench/compare/summary.js";
import { measureWorkers, workerFiles, workersResult } from "../../bench/compare/workers.js";
import { type Group, groups } from "../../bench/groups.js";
import { median } from "../../bench/statistics.js";
import type { VectorReport } from "../../src/tools/vectors/report.js";
import type { VariantReport } from "../../src/tools/vectors/run.js";
import { reportWithoutRun } from "../../src/tools/vectors/run-file.js";

type Times = Record<string, { median: number; min: number; gas?: number }>;

/** Milliseconds by file. */
function report(times: Times): VectorReport[] {
  return Object.entries(times).map(([file, { median, min, gas = 7 }]) => {
    const apply = { median: median * 1e6, min: min * 1e6 };
    const run = { median: apply.median * 10, min: apply.min * 10 };
    return { file, id: file, variant: "v", nv: 28, ok: true, gasUsed: [gas], apply_ns: apply, run_ns: run };
  });
}

const rounds = [
  {
    ours: report({ a: { median: 2, min: 1 }, b: { median: 2, min: 2 } }),
    peer: report({ a: { median: 4, min: 4 }, b: { median: 4, min: 2 } }),
  },
  {
    ours: report({ a: { median: 1, min: 1 }, b: { median: 1, min: 1 } }),
    peer: report({ a: { median: 5, min: 3 }, b: { median: 3, min: 3 } }),
  },
  {
    ours: report({ a: { median: 4, min: 3 }, b: { median: 9, min: 3 } }),
    peer: report({ a: { median: 4, min: 4 }, b: { median: 9, min: 3 } }),
  },
];

const anyGroup: Group = {
  name: "g",
  title: "G",
  source: { files: /./ },
  measures: ["apply"],
  pace: { passes: 1, repeat: 1, turnMs: 300 },
};

describe("summary of a group", () => {
  const group = anyGroup;

  test("sums of medians, ratios by round, best of all rounds", () => {
    expect(summarise({ group, files: ["a", "b"] }, "apply", rounds)).toMatchObject({
      vectors: 2,
      gas: 14,
      ours: { median: 4, min: 2, max: 13 },
      peer: { median: 8, min: 8, max: 13 },
      ratio: { median: 2, min: 1, max: 4 },
      // 3 + 2 against 1 + 1.
      bestRatio: 2.5,
    });
  });

  test("only the group's files and its measure count", () => {
    expect(summarise({ group, files: ["a"] }, "run", rounds.slice(0, 1))).toMatchObject({
      vectors: 1,
      gas: 7,
      ours: { median: 20 },
      peer: { median: 40 },
    });
  });
});

describe("nothing is compared that is not the same", () => {
  const one = report({ a: { median: 1, min: 1 } });

  test.each([
    ["gas differs in a", report({ a: { median: 1, min: 1, gas: 8 } })],
    ["only fvm-node ran a", report({ b: { median: 1, min: 1 } })],
    ["different vectors", report({ a: { median: 1, min: 1 }, b: { median: 1, min: 1 } })],
  ])("%s", (text, other) => {
    expect(() => requireSame({ ours: one, peer: other })).toThrow(text);
  });

  test("the same passes", () => {
    expect(() => requireSame({ ours: one, peer: report({ a: { median: 5, min: 4 } }) })).not.toThrow();
  });
});

test("files are executed as often as their group says, or as told", () => {
  const [short, long] = [3, 1].map((repeat) => ({
    ...anyGroup,
    pace: { passes: 2, repeat, turnMs: 1000 / repeat },
  }));
  const selections = [short, long, short].map((group, i) => ({ group: group ?? anyGroup, files: [`${i}`] }));
  expect(batchesOf(selections, undefined)).toEqual([
    { passes: 2, repeat: 3, turnMs: 1000 / 3, files: ["0", "2"] },
    { passes: 2, repeat: 1, turnMs: 1000, files: ["1"] },
  ]);
  expect(batchesOf(selections, 9)).toMatchObject([
    { passes: 1, repeat: 9 },
    { passes: 1, repeat: 9 },
  ]);
});

test("passes over the same vectors become one report each", () => {
  const [first, second, third] = [
    report({ a: { median: 2, min: 1 }, b: { median: 9, min: 2 } }),
    report({ a: { median: 9, min: 3 }, b: { median: 4, min: 4 } }),
    report({ a: { median: 4, min: 2 }, b: { median: 8, min: 1 } }),
  ] as const;
  expect(withoutPasses([...first, ...second, ...third])).toEqual(
    report({ a: { median: 5, min: 1 }, b: { median: 7, min: 1 } }),
  );
  const other = report({ b: { median: 1, min: 1, gas: 8 } });
  expect(() => withoutPasses([...first, ...other])).toThrow(/gas differs/);
});

test("groups have names of their own, and vectors belong to one group at most", () => {
  expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
  const paths = [
    "generated/nv28/sends/f1-to-f1.json",
    "hygge/fil_10_storageminer/ExtendSectorExpiration/Ok/x.json",
    "hygge/fil_10_storageminer/PreCommitSector/Ok/x.json",
    "generated/nv28/evm/storage-set-10.json",
    "tipsets/nv28/big-full.json",
  ];
  const owners = paths.map((path) =>
    groups.filter(({ source }) => "files" in source && source.files.test(path)).map(({ name }) => name),
  );
  expect(owners).toEqual([["sends"], ["extend"], ["miner"], ["evm-storage"], ["tipset-full"]]);
});

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 2, 3], 2.5],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test("there is no median of nothing", () => {
  expect(() => median([])).toThrow("no values");
});

describe("workers", () => {
  test("ratios by round", () => {
    const rounds = [
      { one: 20, two: 10 },
      { one: 30, two: 20 },
      { one: 18, two: 10 },
    ];
    expect(workersResult(4, rounds)).toMatchObject({
      vectors: 4,
      one: { median: 20 },
      two: { median: 10 },
      ratio: { median: 1.8, min: 1.5, max: 2 },
    });
  });

  const passed = (file: string, milliseconds: number): VariantReport => ({
    ...reportWithoutRun(file, "failed", ""),
    status: "passed",
    runNs: { min: 0, median: milliseconds * 1e6 },
  });

  test("do all files in each pass, by turns, the longest first", async () => {
    const milliseconds: Record<string, number> = { a: 1, b: 3, c: 2 };
    const log: string[] = [];
    const result = await measureWorkers(["a", "b", "c"], 2, (jobs) => ({
      async run(files) {
        log.push(`${jobs}: ${files.join("")}`);
        return files.map((file) => [passed(file, milliseconds[file] ?? 0)]);
      },
      close: async () => void log.push(`${jobs}: close`),
    }));
    expect(result.vectors).toBe(3);
    expect(log[0]).toBe("1: abc");
    expect(log.slice(-6)).toEqual(["1: bca", "2: bca", "2: bca", "1: bca", "1: close", "2: close"]);
  });

  test("are not measured on vectors that fail", async () => {
    const broken = () => ({
      run: async () => [[reportWithoutRun("a", "failed" as const, "a reason")]],
      close: async () => {},
    });
    await expect(measureWorkers(["a"], 1, broken)).rejects.toThrow("fvm-node: a: a reason");
  });

  test("share single vectors, each once; no tipsets, no chains", () => {
    const chain = { template: "", length: 1 };
    const selections = [
      { group: anyGroup, files: ["a", "b"] },
      { group: anyGroup, files: ["b", "c"] },
      { group: { ...anyGroup, measures: ["apply", "run"] as const }, files: ["tipset"] },
      { group: { ...anyGroup, source: { chain } }, files: ["chain"] },
    ];
    expect(workerFiles(selections)).toEqual(["a", "b", "c"]);
  });
});
