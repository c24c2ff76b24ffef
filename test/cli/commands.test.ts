import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { commands } from "../../src/cli/commands.js";
import { CodeCache } from "../../src/vm/machine/code-cache.js";
import { exampleBundle } from "../tools/bundles/example.js";
import { answerRanges, type FileServer, serve } from "../tools/bundles/file-server.js";
import { ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

vi.mock("../../src/chain/networks/releases.js", async () => {
  const { cidText } = await import("../../src/encoding/cid.js");
  const { exampleBundle } = await import("../tools/bundles/example.js");
  return {
    releases: [
      { version: 90, tag: "v90.0.1", manifests: { mainnet: cidText(exampleBundle().manifest) } },
      { version: 18, tag: "v18.0.0", manifests: { devnet: cidText(exampleBundle().manifest) } },
    ],
    superseded: [],
  };
});

let folder: string;
let right: VectorJson;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-cli-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("FVM_BUNDLES", "");
  right = await ownVector(folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("help", () => {
  test("lists all commands", async () => {
    const { status, answer } = await fvm("--help");
    expect(status).toBe(0);
    for (const { name, summary } of commands) {
      expect(answer).toContain(name);
      expect(answer).toContain(summary);
    }
  });

  test.each(commands.map(({ name }) => name))("fvm %s --help", async (name) => {
    const { status, answer, notes } = await fvm(...name.split(" "), "--help");
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    expect(answer).toContain(`fvm ${name}`);
  });

  test.each(["bundles", "cache"])("of a group: fvm %s --help", async (group) => {
    for (const word of ["--help", "-h"]) {
      const { status, answer, notes } = await fvm(group, word);
      expect({ status, notes }).toEqual({ status: 0, notes: "" });
      for (const { name } of commands)
        expect(answer.includes(`  ${name} `)).toBe(name.startsWith(`${group} `));
    }
  });

  test("comes with -h, too", async () => {
    expect(await fvm("-h")).toEqual(await fvm("--help"));
    expect(await fvm("run", "-h")).toEqual(await fvm("run", "--help"));
  });

  test("comes when nothing was asked", async () => {
    expect(await fvm()).toMatchObject({ status: 2, answer: expect.stringContaining("Commands:") });
  });
});

test("versions of the parts", async () => {
  const { status, answer } = await fvm("--version");
  expect(status).toBe(0);
  expect(answer).toMatch(/^fvm \d+\.\d+\.\d+ \(Wasmtime \d+\.\d+\.\d+, Node \d+\.\d+\.\d+\)$/);
});

describe("a user's mistake is one line and exit code 2", () => {
  test.each([
    [["dance"], "fvm: there is no command dance (see fvm --help)"],
    [["bundles"], "fvm: bundles is one of: bundles list, bundles import, bundles fetch (see fvm --help)"],
    [["bundles", "import"], "fvm: FILE... is missing (see fvm bundles import --help)"],
    [
      ["conformance", "--repeat", "x", "y"],
      "fvm: --repeat is x, not a number from 1 (see fvm conformance --help)",
    ],
    [["bundles", "fetch", "v91"], "fvm: UNKNOWN_BUNDLE { version: 'v91', network: 'any' }"],
    [["bundles", "import", "/nowhere"], "fvm: ENOENT: no such file or directory, open '/nowhere'"],
    [["conformance", "/nowhere"], "fvm: NO_VECTORS { paths: [ '/nowhere' ], reason: 'does not exist' }"],
  ])("%j", async (argv, notes) => {
    expect(await fvm(...argv)).toEqual({ status: 2, answer: "", notes });
  });
});

describe("conformance", () => {
  const wrong = () => {
    const vector = structuredClone(right);
    Object.assign(vector.postconditions.receipts[0] ?? {}, { exit_code: 5 });
    return vector;
  };

  test("0 if all passed", async () => {
    const path = file("right.json", JSON.stringify(right));
    const { status, answer, notes } = await fvm("conformance", path, "--bundles", folder);
    expect({ status, answer }).toEqual({ status: 0, answer: "1 passed, 0 failed, 0 skipped" });
    expect(notes).toMatch(/^time to apply messages, sum of medians: \d+\.\d\d ms$/);
  });

  test("1 if one failed, and stderr says why", async () => {
    const paths = [file("right.json", JSON.stringify(right)), file("wrong.json", JSON.stringify(wrong()))];
    const { status, answer, notes } = await fvm("conformance", ...paths, "--bundles", folder);
    expect({ status, answer }).toEqual({ status: 1, answer: "1 passed, 1 failed, 0 skipped" });
    expect(notes).toContain(
      `FAILED ${paths[1]} (newest)\n  message 0: exit code: expected 5 (SYS_INVALID_RECEIVER), got 0 (OK)\n`,
    );
  });

  test("2 if a file is no vector, whatever else passed", async () => {
    const paths = [file("right.json", JSON.stringify(right)), file("none.json", "{}")];
    const { status, answer, notes } = await fvm("conformance", ...paths, "--bundles", folder);
    expect({ status, answer }).toEqual({ status: 2, answer: "1 passed, 1 failed, 0 skipped" });
    expect(notes).toContain(`NO VECTOR ${paths[1]}: not a test vector: it has no class`);
  });

  test("2 if nothing ran, and the skipped are counted aloud", async () => {
    const path = file("right.json", JSON.stringify(right));
    const { status, answer, notes } = await fvm("conformance", path, "--bundles", join(folder, "absent"));
    expect({ status, answer }).toEqual({ status: 2, answer: "0 passed, 0 failed, 1 skipped" });
    expect(notes).toContain("SKIPPED 1 vectors: no bundle genesis of own in ");
    expect(await fvm("conformance", path, "--filter", "nothing like it")).toMatchObject({
      status: 2,
      answer: "0 passed, 0 failed, 0 skipped",
      notes: expect.stringContaining("no vector was run"),
    });
  });

  test("--json answers with one object", async () => {
    const path = file("wrong.json", JSON.stringify(wrong()));
    const { status, answer } = await fvm("conformance", path, "--bundles", folder, "--json", "--repeat", "2");
    expect(status).toBe(1);
    const gasUsed = right.postconditions.receipts.map(({ gas_used }) => gas_used);
    const times = { min: expect.any(Number), median: expect.any(Number) };
    expect(JSON.parse(answer)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      vectors: [
        {
          file: path,
          id: "own-network",
          variant: "newest",
          nv: 28,
          ok: false,
          reason: "message 0: exit code: expected 5 (SYS_INVALID_RECEIVER), got 0 (OK)",
          gasUsed,
          apply_ns: times,
          run_ns: times,
        },
      ],
      totals: { median_ns: expect.any(Number), wall_ns: expect.any(Number) },
    });
  });
});

describe("bundles", () => {
  const { car } = exampleBundle();
  let server: FileServer | undefined;
  afterEach(() => {
    server?.close();
  });

  test("import, then list", async () => {
    const bundles = join(folder, "imported");
    const path = join(bundles, "v90/builtin-actors-mainnet.car");
    const imported = await fvm("bundles", "import", file("x.car", car), "--bundles", bundles);
    expect(imported).toEqual({ status: 0, answer: path, notes: "" });
    const listed = await fvm("bundles", "list", "--bundles", bundles, "--json");
    expect(JSON.parse(listed.answer)).toMatchObject({
      folders: [bundles, join(folder, "cache/fvm-node/bundles")],
      bundles: [{ file: path, version: 90, size: car.length, pin: "released" }],
    });
    const text = await fvm("bundles", "list", "--bundles", bundles);
    expect(text.answer).toMatch(/^v90 {2}released {2}bafy\w+ {2}\S+mainnet\.car$/);
  });

  test("fetch goes into the cache", async () => {
    server = await serve(answerRanges(car));
    const { status, answer, notes } = await fvm("bundles", "fetch", "v90", "--from", server.url);
    expect({ status, answer }).toEqual({
      status: 0,
      answer: join(folder, "cache/fvm-node/bundles/v90/builtin-actors-mainnet.car"),
    });
    const url = `${server.url}/v90.0.1/builtin-actors-mainnet.car`;
    expect(notes).toBe(`fetching builtin actors v90 for mainnet: ${url}`);
  });

  test("fetch leaves what is there and right, and replaces what is damaged", async () => {
    let asked = 0;
    const answer = answerRanges(car);
    server = await serve((request, response) => {
      asked++;
      answer(request, response);
    });
    const place = join(folder, "twice");
    const fetch = () => fvm("bundles", "fetch", "v90", "--from", server?.url ?? "", "--bundles", place);
    const { answer: path } = await fetch();
    expect(await fetch()).toEqual({ status: 0, answer: path, notes: "v90 for mainnet is there already" });
    expect(asked).toBe(1);
    writeFileSync(path, car.subarray(0, car.length - 1));
    expect(await fetch()).toMatchObject({ status: 0, notes: expect.stringMatching(/^fetching /) });
    expect(asked).toBe(2);
    expect(readFileSync(path)).toEqual(Buffer.from(car));
  });

  test("fetch brings the bundle of the newest network version if none is named", async () => {
    server = await serve(answerRanges(car));
    const place = join(folder, "newest");
    const { answer } = await fvm(
      ...["bundles", "fetch", "--network", "devnet", "--from", server.url, "--bundles", place],
    );
    expect(answer).toBe(join(place, "v18/builtin-actors-devnet.car"));
  });

  test("fetch says in one line what went wrong", async () => {
    server = await serve((_request, response) => response.writeHead(500).end());
    const place = join(folder, "broken");
    expect(await fvm("bundles", "fetch", "90", "--from", server.url, "--bundles", place)).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/\nfvm: DOWNLOAD_FAILED .* reason: 'status 500' }$/),
    });
  });
});

describe("cache", () => {
  test("list, clear and warm", async () => {
    const code = join(folder, "cache", "fvm-node", "code");
    writeFileSync(join(new CodeCache(code).folder, "x.aot"), "something");
    const list = async () => JSON.parse((await fvm("cache", "list", "--json")).answer);
    expect((await list()).files).toContainEqual({ name: "x.aot", bytes: 9 });
    expect((await fvm("cache", "clear")).answer).toMatch(/^[1-9][0-9]* files removed from /);
    expect(await list()).toEqual({ folder: code, files: [] });
    const unknown = await fvm("cache", "warm", "15");
    expect(unknown.status).toBe(2);
    expect(unknown.notes).toContain("UNKNOWN_NETWORK_VERSION");
  });
});

describe("networks", () => {
  test("as text", async () => {
    const { status, answer } = await fvm("networks");
    expect(status).toBe(0);
    expect(answer.split("\n")).toHaveLength(13);
    expect(answer).toMatch(/^nv18 {2}Hygge +actors v10 {2}prices Hygge +f4 addresses, .*FIP-0057\)$/m);
  });

  test("as JSON", async () => {
    const { versions } = JSON.parse((await fvm("networks", "--json")).answer);
    expect(versions[2]).toMatchObject({ version: 18, name: "Hygge", actors: "v10", prices: "Hygge" });
    expect(versions).toHaveLength(13);
    const all = JSON.parse((await fvm("networks", "--experimental", "--json")).answer).versions;
    expect(all.at(-1)).toMatchObject({ version: 29, actors: "v19" });
  });
});

describe("a folder of bundles", () => {
  test.each([
    ["bundles", "list"],
    ["cache", "warm", "28"],
  ])("that is not there: fvm %s", async (...words) => {
    const absent = join(folder, "absent");
    const { status, answer, notes } = await fvm(...words, "--bundles", absent);
    expect({ status, answer }).toEqual({ status: 2, answer: "" });
    expect(notes).toContain(`--bundles is ${absent}, where no folder is`);
  });

  test("instead of a bundle", async () => {
    const { status, notes } = await fvm("bundles", "import", folder);
    expect(status).toBe(2);
    expect(notes).toMatch(/^fvm: INVALID_BUNDLE .*EISDIR/);
    expect(notes).toContain(folder);
    expect(notes.split("\n")).toHaveLength(1);
  });
});

describe("trace", () => {
  test("shows each call as a line", async () => {
    const vector = file("traced.json", JSON.stringify(right));
    const { status, answer, notes } = await fvm("trace", vector, "--bundles", folder);
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    expect(answer).toContain("message 0: f1");
    expect(answer).toMatch(/^ {2}f0\d+ → f\S+ \(\w+\) · Send · .* gas · exit 0 \(OK\)$/m);
  });

  test("as Lotus has it: an object for each vector", async () => {
    const vector = file("traced.json", JSON.stringify(right));
    const { status, answer } = await fvm("trace", vector, vector, "--bundles", folder, "--lotus");
    expect(status).toBe(0);
    const lines = answer.split("\n").map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(lines[0].vector).toBe(vector);
    expect(lines[0].traces[0]).toMatchObject({ Msg: { ReadOnly: false }, MsgRct: { ExitCode: 0 } });
    expect(lines[0].traces).toHaveLength(right.postconditions.receipts.length);
  });

  test("as JSON: an object for each message", async () => {
    const vector = file("traced.json", JSON.stringify(right));
    const { status, answer } = await fvm("trace", vector, "--bundles", folder, "--json");
    expect(status).toBe(0);
    const lines = answer.split("\n").map((line) => JSON.parse(line));
    expect(lines.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(lines.map(({ receipt }) => [receipt.exitCode, receipt.gasUsed])).toEqual(
      right.postconditions.receipts.map(({ exit_code, gas_used }) => [exit_code, gas_used]),
    );
    const [sent, failed, refused] = lines;
    expect(sent).toMatchObject({ source: vector, trace: { networkVersion: 28, message: { value: "5" } } });
    expect(sent.trace.call.callee.state.balance).toMatch(/^\d+$/);
    expect(sent.trace.call.steps[0]).toMatchObject({ kind: "charge", name: "OnChainMessage" });
    expect(failed.explanation).toContain("method 99");
    expect(refused.trace.call).toBe(null);
    expect(refused.explanation).toContain("It could not begin: its gas limit of 1 does not pay for");
  });

  test("says why a message failed", async () => {
    const { answer } = await fvm("trace", file("traced.json", JSON.stringify(right)), "--bundles", folder);
    expect(
      answer.match(/^ {2}The message of f3\w+ .* failed with exit code \d+ \(\w+\)\. .*\.$/gm),
    ).toHaveLength(2);
  });

  test.each([
    [["--lotus", "--json"], "fvm: --lotus and --json are one or the other (see fvm trace --help)"],
    [["--html", "x.html", "--json"], "fvm: --html goes without --lotus and --json (see fvm trace --help)"],
  ])("%j is refused", async (argv, notes) => {
    expect(await fvm("trace", "x.json", ...argv)).toEqual({ status: 2, answer: "", notes });
  });

  test("of a vector that does not come out as it says ends with 1, of none with 2", async () => {
    const wrong = structuredClone(right);
    Object.assign(wrong.postconditions.receipts[0] ?? {}, { exit_code: 5 });
    const failed = await fvm("trace", file("wrong-trace.json", JSON.stringify(wrong)), "--bundles", folder);
    expect(failed).toMatchObject({
      status: 1,
      notes: expect.stringContaining("exit code: expected 5 (SYS_INVALID_RECEIVER), got 0 (OK)"),
    });
    const none = await fvm("trace", file("none-trace.json", "{}"));
    expect(none).toMatchObject({ status: 2, notes: expect.stringContaining("unreadable") });
  });
});
