import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readVector, vectorFiles } from "../../../src/tools/vectors/files.js";
import { messageJson } from "./example.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-vectors-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("finds vectors in folders, in a fixed order", () => {
  mkdirSync(join(folder, "b/c"), { recursive: true });
  const names = ["z.json", "a.json.gz", "b/c/y.json", "b/x.json"];
  for (const name of [...names, "README.md", "b/tool.js"])
    writeFileSync(join(folder, name), '{"class": "x"}');
  expect(vectorFiles([folder])).toEqual(
    ["a.json.gz", "b/c/y.json", "b/x.json", "z.json"].map((name) => join(folder, name)),
  );
});

test("leaves other JSON in folders alone, and takes what it cannot read", () => {
  for (const [name, text] of [
    ["trace.json", '{"vector": "a", "traces": []}'],
    ["class.json", '{"class" : "none that is known"}'],
    ["damaged.json.gz", "no gzip"],
  ] as const)
    writeFileSync(join(folder, name), text);
  expect(vectorFiles([folder])).toEqual([join(folder, "class.json"), join(folder, "damaged.json.gz")]);
});

test("takes a file by its name, whatever that is", () => {
  writeFileSync(join(folder, "vector"), "");
  expect(vectorFiles([join(folder, "vector")])).toEqual([join(folder, "vector")]);
});

test("finding nothing is an error", () => {
  expect(() => vectorFiles([folder])).toThrow(expect.objectContaining({ code: "NO_VECTORS" }));
  expect(() => vectorFiles([join(folder, "absent")])).toThrow(
    expect.objectContaining({
      code: "NO_VECTORS",
      details: { paths: [join(folder, "absent")], reason: "does not exist" },
    }),
  );
});

test("reads plain and packed files", () => {
  const text = JSON.stringify(messageJson());
  writeFileSync(join(folder, "a.json"), text);
  writeFileSync(join(folder, "b.json.gz"), gzipSync(text));
  for (const name of ["a.json", "b.json.gz"]) {
    expect(readVector(join(folder, name))).toMatchObject({ file: join(folder, name), id: "example" });
  }
  writeFileSync(join(folder, "c.json.gz"), text);
  expect(() => readVector(join(folder, "c.json.gz"))).toThrow(
    expect.objectContaining({
      code: "INVALID_VECTOR",
      details: { file: join(folder, "c.json.gz"), field: "(file)", reason: "not gzip" },
    }),
  );
});
