/** Files for other tools, read by these tools. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type GasProfile,
  GasProfiler,
  gasStacks,
  pprofFile,
  speedscopeFile,
} from "../../../src/inspect/profile/index.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { skipLoudly } from "../../support/skip.js";
import { importToSpeedscope } from "../../support/speedscope.js";

let folder: string;
let all: GasProfile;
const each: GasProfile[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-profile-"));
  const net = await TestNet.create();
  const profiler = new GasProfiler();
  const chain = await TestChain.on(net, { observer: profiler.observer });
  await chain.send({ to: net.bob.address, value: 1n });
  each.push(profiler.lastMessage());
  await chain.forward({ to: net.address("bob"), value: 5 });
  each.push(profiler.lastMessage());
  // Runs out of gas in the call.
  await chain.forward({ to: net.address("emitter"), method: 2 }, 2_500_000);
  each.push(profiler.lastMessage());
  chain.close();
  all = profiler.profile();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("speedscope", () => {
  test("imports what is written, and finds the gas used", async () => {
    const profiles = [all, ...each].map((profile, i) => ({ name: `profile ${i}`, profile }));
    const group = await importToSpeedscope(
      "gas.json",
      JSON.stringify(speedscopeFile(profiles, "gas of three")),
    );
    expect(group).toMatchObject({ name: "gas of three", indexToView: 0 });
    expect(group.profiles).toHaveLength(4);
    for (const [i, imported] of group.profiles.entries()) {
      expect(imported.getName()).toBe(`profile ${i}`);
      expect(imported.getWeightUnit()).toBe("none");
      expect(imported.getTotalWeight()).toBe(Number(profiles[i]?.profile.gasUsed));
      expect(imported.getTotalNonIdleWeight()).toBe(Number(profiles[i]?.profile.gasUsed));
    }
  });

  test("gives each frame the gas of its calls", async () => {
    const text = JSON.stringify(speedscopeFile([{ name: "all", profile: all }]));
    const [imported] = (await importToSpeedscope("gas.json", text)).profiles;
    const selves = new Map<string, number>();
    imported?.forEachFrame((frame) => selves.set(frame.name, frame.getSelfWeight()));
    const expected = new Map<string, number>();
    for (const { frames, compute, other } of gasStacks(all)) {
      const { name } = frames.at(-1) ?? { name: "" };
      expected.set(name, (expected.get(name) ?? 0) + Number(compute + other));
    }
    expect(expected.size).toBeGreaterThan(5);
    for (const [name, gas] of expected) expect([name, selves.get(name)]).toEqual([name, gas]);
    expect([...selves.keys()]).toContain("account.Send");
  });

  test("of nothing", async () => {
    const empty = new GasProfiler().profile();
    const file = speedscopeFile([{ name: "nothing", profile: empty }]);
    expect(file.profiles).toMatchObject([{ endValue: 0, samples: [], weights: [] }]);
  });
});

describe("pprof", () => {
  test("has the gas used, its parts, and names", () => {
    const { sample, sampleType, stringTable, defaultSampleType } = Profile.decode(gunzipSync(pprofFile(all)));
    const name = (index: number | bigint) => stringTable.strings[Number(index)];
    expect(sampleType.map(({ type, unit }) => [name(type), name(unit)])).toEqual([
      ["gas", "gas"],
      ["compute", "gas"],
      ["storage", "gas"],
      ["charges", "count"],
    ]);
    expect(name(defaultSampleType)).toBe("gas");
    const sum = (at: number) => sample.reduce((total, { value }) => total + BigInt(value[at] ?? 0), 0n);
    expect(sum(0)).toBe(all.gasUsed);
    expect(sum(1) + sum(2)).toBe(all.gasUsed);
    expect(stringTable.strings).toContain("account.Send");
  });

  // The tool is compiled when it first runs.
  const tool = spawnSync("go", ["tool", "pprof", "-h"], { encoding: "utf8", timeout: 600_000 });
  if (tool.error !== undefined || !`${tool.stdout}${tool.stderr}`.includes("pprof")) {
    skipLoudly("go tool pprof: there is no go");
  } else {
    test("go tool pprof reads it", { timeout: 120_000 }, () => {
      const file = join(folder, "gas.pb.gz");
      writeFileSync(file, pprofFile(all));
      const { status, stdout } = spawnSync("go", ["tool", "pprof", "-top", "-nodecount=100", file], {
        encoding: "utf8",
      });
      expect(status).toBe(0);
      expect(stdout).toContain("Type: gas");
      expect(stdout).toContain(`of ${all.gasUsed}gas total`);
      expect(stdout).toMatch(/ OnChainMessage$/m);
      expect(stdout).toMatch(/ account\.Send$/m);
    });
  }
});
