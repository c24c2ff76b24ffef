/** Packages say of what others' code they consist. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkLicence } from "../../scripts/lib/crates.mjs";
import { billOf, libraryParts, noticesOf } from "../../scripts/lib/parts.mjs";

const parts = [
  { name: "one", version: "1.0.0", license: "MIT", purl: "pkg:cargo/one@1.0.0", texts: ["A", "B"] },
  { name: "two", version: "2.0.0", license: "Apache-2.0", purl: "pkg:cargo/two@2.0.0", texts: ["B"] },
];

test("each text of a licence is there once, with all whose it is", () => {
  const line = `\n\n${"-".repeat(80)}\n\n`;
  const [list, ...texts] = noticesOf(parts).split(line);
  expect(list).toContain("* one 1.0.0 (MIT)\n* two 2.0.0 (Apache-2.0)");
  expect(texts).toEqual(["one 1.0.0 (MIT)\n\nA", "one 1.0.0 (MIT)\ntwo 2.0.0 (Apache-2.0)\n\nB\n"]);
});

test("a bill of materials names each part, whose texts are elsewhere", () => {
  const bill = JSON.parse(billOf({ name: "@fvm-node/some", version: "0.1.0", license: "MIT" }, parts));
  expect(bill.metadata.component.purl).toBe("pkg:npm/%40fvm-node/some@0.1.0");
  expect(bill.components).toEqual(
    parts.map(({ name, version, license, purl }) => ({
      type: "library",
      "bom-ref": purl,
      name,
      version,
      licenses: [{ expression: license }],
      purl,
    })),
  );
});

test("the library's parts are all that its bundles and dependencies consist of", () => {
  const names = libraryParts().map(({ name }) => name);
  const { dependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(names).toEqual(expect.arrayContaining([...Object.keys(dependencies), "preact", "d3-hierarchy"]));
  const bundled = readFileSync(new URL("../../dist/bundle/LICENSES", import.meta.url), "utf8");
  const named = Array.from(
    `---\n\n${bundled}`.matchAll(/^---\n\n(\S+) \S+$/gm),
    ([, name]) => name as string,
  );
  expect(named.length).toBeGreaterThan(5);
  expect(names).toEqual(expect.arrayContaining(named));
});

describe("a licence", () => {
  test.each([
    "MIT",
    "MIT/Apache-2.0",
    "GPL-3.0-only OR MIT",
    "BSD-3-Clause AND Zlib",
    "Apache-2.0 WITH LLVM-exception",
  ])("that can be part of the package: %s", (licence) => checkLicence("some 1.0.0", licence));
  test.each(["GPL-3.0-only", "MIT AND LGPL-2.1-only", "SSPL-1.0"])("that cannot: %s", (licence) => {
    expect(() => checkLicence("some 1.0.0", licence)).toThrow(`The licence of some 1.0.0 is ${licence}.`);
  });
  test("that nobody states", () => {
    expect(() => checkLicence("some 1.0.0", undefined)).toThrow("The licence of some 1.0.0 is not stated.");
  });
});
