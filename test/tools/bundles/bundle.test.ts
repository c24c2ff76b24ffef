import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cidText } from "../../../src/encoding/cid.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { checkBundle, openBundle } from "../../../src/tools/bundles/bundle.js";
import { describeBundle } from "../../../src/tools/bundles/describe.js";
import { exampleBundle } from "./example.js";

const { manifest, blocks, car } = exampleBundle();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-bundles-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(content: Uint8Array): string {
  const path = join(folder, "bundle.car");
  writeFileSync(path, content);
  return path;
}

function invalid(reason: unknown) {
  return expect.objectContaining({
    code: "INVALID_BUNDLE",
    details: { file: join(folder, "bundle.car"), reason },
  });
}

test("reads a bundle", () => {
  const bundle = openBundle(file(car), manifest);
  expect(bundle.manifest).toBe(manifest);
  expect([...bundle.blocks.keys()]).toEqual(blocks.map(({ cid }) => cid));
  checkBundle(bundle);
});

describe("refuses", () => {
  test("another manifest than the pinned one", () => {
    const other = exampleBundle("b").manifest;
    expect(() => openBundle(file(car), other)).toThrow(
      invalid(`its manifest is ${cidText(manifest)}, not ${cidText(other)}`),
    );
  });

  test("a CAR with other than one root", () => {
    expect(() => openBundle(file(writeCar({ roots: [], blocks })))).toThrow(invalid("a CAR with 0 roots"));
    expect(() => openBundle(file(writeCar({ roots: [manifest, manifest], blocks })))).toThrow(
      invalid("a CAR with 2 roots"),
    );
  });

  test("a file that was cut off", () => {
    expect(() => openBundle(file(car.subarray(0, car.length - 1)))).toThrow(
      invalid(expect.stringContaining("cut off")),
    );
  });

  test.each([0, 1, 2, 3])("a bundle without block %i", (missing) => {
    const bundle = openBundle(
      file(writeCar({ roots: [manifest], blocks: blocks.filter((_, i) => i !== missing) })),
    );
    const cid = blocks[missing]?.cid;
    expect(() => checkBundle(bundle)).toThrow(invalid(`block ${cid && cidText(cid)} is not in it`));
  });

  test("wrong bytes", () => {
    const spoiled = blocks.map(({ cid, data }, i) => ({ cid, data: i === 2 ? data.with(0, 0) : data }));
    expect(() => checkBundle(openBundle(file(writeCar({ roots: [manifest], blocks: spoiled }))))).toThrow(
      invalid(expect.stringContaining("wrong bytes in block")),
    );
  });
});

describe("tells from the first bytes", () => {
  test("the manifest, and that no release has it", async () => {
    const path = file(car);
    expect(await describeBundle({ path, version: 7, size: car.length })).toEqual({
      file: path,
      version: 7,
      size: car.length,
      manifest: cidText(manifest),
      pin: "unknown",
    });
  });

  test("that it is no CAR", async () => {
    const path = file(Uint8Array.of(0, 1, 2));
    expect(await describeBundle({ path, version: 7, size: 3 })).toMatchObject({
      manifest: "",
      pin: "broken",
    });
  });
});
