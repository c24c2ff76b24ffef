import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { TRACERS } from "../../src/cli/tracer-names.js";
import { ownTipsetVector, ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

let folder: string;
let vector: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-tracer-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("FVM_BUNDLES", "");
  const right: VectorJson = await ownVector(folder);
  vector = file("right.json", JSON.stringify(right));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test.each(TRACERS)("%s answers with a line of JSON for each vector", async (tracer) => {
  const { status, answer, notes } = await fvm("trace", vector, "--bundles", folder, "--tracer", tracer);
  expect({ status, notes }).toEqual({ status: 0, notes: "" });
  const lines = answer.split("\n").map((line) => JSON.parse(line) as { vector: string; traces: unknown[] });
  expect(lines).toMatchObject([{ vector }]);
  expect(lines[0]?.traces.length).toBeGreaterThan(0);
});

test("settings by Geth's names", async () => {
  const traced = ["trace", vector, "--bundles", folder, "--tracer", "prestateTracer"];
  const { answer } = await fvm(...traced, "--tracer-config", '{"diffMode":true}');
  const { traces } = JSON.parse(answer) as { traces: { pre: object; post: object }[] };
  expect(Object.keys(traces[0] ?? {})).toEqual(["pre", "post"]);
});

test.each([[[]], [["--json"]], [["--tracer", "callTracer"]], [["--html", "page.html"]]] as const)(
  "an ABI of which nothing is there is named: %j",
  async (form) => {
    const abi = file("none.json", "[]");
    const options = form.map((text) => (text === "page.html" ? join(folder, text) : text));
    const { status, notes } = await fvm("trace", vector, "--bundles", folder, ...options, "--abi", abi);
    expect(status).toBe(0);
    expect(notes.split("\n")[0]).toBe(`${abi}: no call, log or revert here is of this ABI`);
  },
);

test("messages of a tipset have no states between them", async () => {
  const tipset = file("tipset.json", JSON.stringify(await ownTipsetVector(folder)));
  const of = (tracer: string) => fvm("trace", tipset, "--bundles", folder, "--tracer", tracer);
  expect(await of("callTracer")).toMatchObject({ status: 0, notes: "" });
  for (const tracer of ["stateDiff", "prestateTracer"]) {
    const { status, answer, notes } = await of(tracer);
    expect({ status, answer }).toEqual({ status: 2, answer: "" });
    expect(notes).toMatch(
      new RegExp(`^.*: ${tracer} needs the state after each message, which a tipset does not have$`),
    );
  }
});

describe("a user's mistake is one line", () => {
  const help = "(see fvm trace --help)";
  const call = ["--tracer", "callTracer"];
  test.each([
    [["--abi", "x.json", "--lotus"], `fvm: --abi goes without --lotus ${help}`],
    [["--tracer-config", "{}"], `fvm: --tracer-config goes with --tracer ${help}`],
    [[...call, "--lotus"], `fvm: --tracer goes without --lotus, --json and --html ${help}`],
    [["--tracer", "4byteTracer", "--abi", "x"], `fvm: --abi goes with --tracer callTracer only ${help}`],
    [[...call, "--tracer-config", "{"], /^fvm: --tracer-config is no JSON: .+ \(see fvm trace --help\)$/],
    [[...call, "--tracer-config", "[]"], `fvm: --tracer-config is no JSON object ${help}`],
    [
      [...call, "--tracer-config", '{"withLogs":true}'],
      `fvm: --tracer-config: callTracer has no setting withLogs; it has onlyTopCall, withLog ${help}`,
    ],
    [
      [...call, "--tracer-config", '{"withLog":1}'],
      `fvm: --tracer-config: withLog is not true or false ${help}`,
    ],
    [[...call, "--abi", "/nowhere.json"], /^fvm: ENOENT: no such file or directory, open '\/nowhere.json'$/],
  ] as const)("%j", async (argv, notes) => {
    const traced = await fvm("trace", vector, ...argv);
    expect(traced).toEqual({
      status: 2,
      answer: "",
      notes: typeof notes === "string" ? notes : expect.stringMatching(notes),
    });
  });

  test("an ABI that is none", async () => {
    const abi = file("bad.json", '{"abi":{}}');
    const { status, notes } = await fvm("trace", vector, "--tracer", "callTracer", "--abi", abi);
    expect(status).toBe(2);
    expect(notes).toMatch(
      /^fvm: INVALID_ABI \{ source: '.*bad\.json', reason: 'there is no list of entries.*' \}$/,
    );
  });
});
