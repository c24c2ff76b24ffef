/** The index of rules leads to files that are there, and each FIP that a network version names is in it. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NEWEST_VERSION, networkVersion, OLDEST_VERSION } from "../../src/vm/network/version.js";

const root = new URL("../../", import.meta.url);
const text = readFileSync(new URL("ARCHITECTURE.md", root), "utf8");
const index = text.slice(text.indexOf("## Where a rule lives"));
const rows = [...index.matchAll(/^\| (.+?) \| (.*`.+) \|$/gm)].map(([, rule = "", files = ""]) => ({
  rule,
  files,
}));
const filesOf = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file);

describe("the index of ARCHITECTURE.md", () => {
  test("has rows, in the order of the alphabet", () => {
    expect(rows.length).toBeGreaterThan(30);
    const rules = rows.map(({ rule }) => rule.toLowerCase());
    expect(rules).toEqual(rules.toSorted((a, b) => a.localeCompare(b, "en")));
  });

  test.each(rows)("$rule", ({ files }) => {
    expect(filesOf(files).length).toBeGreaterThan(0);
    for (const file of filesOf(files)) expect(existsSync(new URL(file, root)), file).toBe(true);
  });

  test("has each FIP that a network version names", () => {
    const count = NEWEST_VERSION - OLDEST_VERSION + 1;
    const changes = Array.from({ length: count }, (_, i) => networkVersion(OLDEST_VERSION + i).changes);
    const fips = new Set(changes.join(" ").match(/FIP-\d{4}/g));
    expect(fips.size).toBeGreaterThan(10);
    for (const fip of fips) expect(index, fip).toContain(fip);
  });
});

test.each(["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "docs/native-code.md", "docs/performance.md"])(
  "%s names files that are there",
  (page) => {
    const named = filesOf(readFileSync(new URL(page, root), "utf8")).filter((name) =>
      /^(src|test|native|docs|bench|scripts)\/[\w./-]+$/.test(name),
    );
    for (const file of named) expect(existsSync(new URL(file, root)), file).toBe(true);
  },
);
