/** What a new user does, by the commands of the README alone: in an empty folder, with the built program. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChainTipset, firstHeader } from "../../src/chain/history/chain-tipset.js";
import { ChainStore } from "../../src/chain/store/chain-store.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { readCar } from "../../src/ipld/car/car.js";
import { devnetVersions } from "../support/devnet.js";
import { skipLoudly } from "../support/skip.js";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const TIPSETS = 12;

/** The commands of the README's block about chains, with fewer tipsets. */
function commandsOfReadme(): string[][] {
  const block = /```sh\n(fvm devnet [^`]+)```/.exec(readFileSync(path("README.md"), "utf8"))?.[1] ?? "";
  const short = block.replace(/--tipsets \d+/, `--tipsets ${TIPSETS}`);
  return short
    .trim()
    .split("\n")
    .map((line) => line.split(" ").slice(1));
}

const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("a new user's walk: the builtin actors are not on this machine");
describe.skipIf(!isDevnet)("a new user", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "fvm-walk-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function fvm(...args: string[]) {
    const options = { cwd: folder, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path("dist/cli/main.js"), ...args],
      options,
    );
    return { status, answer: stdout.trim(), notes: stderr.trim().split("\n").at(-1) ?? "" };
  }

  const [devnet = [], importing = [], validating = []] = commandsOfReadme();
  let made = "";
  let imported = "";
  let validated = "";
  beforeAll(() => {
    const done = [devnet, importing].map((args) => fvm(...args));
    [made = "", imported = ""] = done.map(({ status, answer, notes }) => {
      expect(status, notes).toBe(0);
      return answer;
    });
    cpSync(join(folder, "devnet"), join(folder, "copy"), { recursive: true });
    validated = fvm(...validating).answer;
  }, 300_000);

  test("makes a chain, imports it by the command that was named, and finds it valid", () => {
    expect([devnet, importing, validating].map(([first, second]) => `${first} ${second}`)).toEqual([
      "devnet --seed",
      "chain import",
      "chain validate",
    ]);
    expect(made).toContain(`${TIPSETS} tipsets of `);
    expect(made).toMatch(/^next: fvm chain import devnet\.car --data DIR --network devnet\.network\.json$/m);
    expect(imported).toMatch(/^head at epoch \d+, the folder's first; /);
    expect(validated).toMatch(
      new RegExp(`^epochs 0 to \\d+ are valid: ${TIPSETS + 1} tipsets, \\d+ messages\\n`),
    );
  });

  test("changes a byte of the file: the import names the block", () => {
    const bytes = readFileSync(join(folder, "devnet.car"));
    const { blocks } = readCar(bytes);
    const { cid, data } = blocks[blocks.length >> 1] as (typeof blocks)[number];
    const at = data.byteOffset - bytes.byteOffset + (data.length >> 1);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(join(folder, "changed.car"), bytes);
    const args = importing.map((word) =>
      word === "devnet.car" ? "changed.car" : word === "devnet" ? "new" : word,
    );
    const { status, answer, notes } = fvm(...args);
    expect({ status, answer }).toEqual({ status: 2, answer: "" });
    expect(notes).toMatch(/^fvm: INVALID_CAR { offset: \d+, reason: '/);
    expect(notes).toContain(`block ${cidText(cid)} does not have the hash of its CID`);
  });

  test.each<[string, (tipset: ChainTipset) => Cid]>([
    ["a header", ({ key }) => key[0] as Cid],
    ["a list of messages", (tipset) => firstHeader(tipset).messages],
  ])("changes a byte of %s in the folder: the validation names the block", async (_, pick) => {
    const data = join(folder, "damaged");
    cpSync(join(folder, "copy"), data, { recursive: true });
    const store = await ChainStore.open(data);
    const tipset = (await store.chain.tipsetAt(7, await store.head(), "after")) as ChainTipset;
    const cid = pick(tipset);
    const block = store.blockstore.get(cid) as Uint8Array;
    await store.close();
    const file = readFileSync(join(data, "data.mdb"));
    const at = file.indexOf(block) + (block.length >> 1);
    file[at] = (file[at] as number) ^ 1;
    writeFileSync(join(data, "data.mdb"), file);
    const { status, answer, notes } = fvm("chain", "validate", "--data", "damaged");
    rmSync(data, { recursive: true });
    expect({ status, answer }).toEqual({ status: 70, answer: "" });
    expect(notes).toBe(`fvm: CORRUPT_BLOCK { cid: '${cidText(cid)}', epoch: 7 }`);
  });
});
