/** `fvm trace --html`: what it writes, and what it refuses. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownVector, type VectorJson } from "../tools/vectors/own-network.js";
import { fvm } from "./capture.js";

let folder: string;
let vector: string;
let right: VectorJson;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fvm-html-"));
  right = await ownVector(folder);
  vector = join(folder, "own.json");
  writeFileSync(vector, JSON.stringify(right));
});
afterAll(() => rmSync(folder, { recursive: true }));

const trace = (file: string, html: string, ...more: string[]) =>
  fvm("trace", file, "--bundles", folder, "--html", html, ...more);

test("writes a page of all messages", async () => {
  const html = join(folder, "page.html");
  const count = right.postconditions.receipts.length;
  expect(await trace(vector, html)).toEqual({
    status: 0,
    answer: "",
    notes: `${html}: ${count} message${count === 1 ? "" : "s"}`,
  });
  const [, json = ""] = /id="data">(.*)<\/script>/.exec(readFileSync(html, "utf8")) ?? [];
  const page = JSON.parse(json);
  expect(page.title).toBe("fvm trace own.json");
  expect(page.messages).toHaveLength(count);
  expect(page.messages[0]).toMatchObject({ origin: "own-network", end: { isOk: true } });
  const [sender] = page.messages[0].from.label.split(" ");
  const change = page.messages[0].state.find(({ actor }: { actor: string }) => actor.startsWith(sender));
  expect(change.rows).toContainEqual({ field: "nonce", before: "0", after: "1", delta: "+1" });
});

test("of a vector that comes out otherwise it writes what happened, and ends with 1", async () => {
  const wrong = structuredClone(right);
  Object.assign(wrong.postconditions.receipts[0] ?? {}, { exit_code: 5 });
  const file = join(folder, "wrong.json");
  writeFileSync(file, JSON.stringify(wrong));
  const html = join(folder, "wrong.html");
  expect(await trace(file, html)).toMatchObject({
    status: 1,
    notes: expect.stringContaining("exit code: expected 5"),
  });
  expect(existsSync(html)).toBe(true);
});

describe("refuses", () => {
  test("a file that cannot be written, before anything is executed", async () => {
    const html = join(folder, "absent", "page.html");
    expect(await trace("no-such-vector.json", html)).toMatchObject({
      status: 2,
      notes: `fvm: --html is ${html}, and ${join(folder, "absent")} cannot be written (see fvm trace --help)`,
    });
  });

  test("a folder", async () => {
    const { status, notes } = await trace(vector, folder);
    expect({ status, notes }).toEqual({
      status: 2,
      notes: `fvm: --html is ${folder}, a folder (see fvm trace --help)`,
    });
  });

  test("Lotus's form", async () => {
    const { status, notes } = await trace(vector, join(folder, "x.html"), "--lotus");
    expect({ status, notes }).toEqual({
      status: 2,
      notes: "fvm: --html goes without --lotus (see fvm trace --help)",
    });
  });

  test("what is no vector, and writes nothing", async () => {
    const file = join(folder, "none.json");
    writeFileSync(file, "{}");
    const html = join(folder, "none.html");
    expect(await trace(file, html)).toMatchObject({ status: 2 });
    expect(existsSync(html)).toBe(false);
  });
});
