/** The verifier for browsers, as it is built: the same verdicts as those of the addon. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { decodePowerTable, encodePowerTable } from "../../src/finality/power-table.js";
import type { FinalityState } from "../../src/finality/verify.js";
import { decodeBundle } from "../../src/proofs/bundle.js";
import { proveClaims } from "../../src/proofs/prove.js";
import { verifyBundle } from "../../src/proofs/verify-bundle.js";
import { chromiumPath, launch } from "../support/chromium.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { TestSigners } from "../support/finality.js";
import { skipLoudly } from "../support/skip.js";

const file = fileURLToPath(new URL("../../dist/proofs/browser.mjs", import.meta.url));
const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("the verifier for browsers: the builtin actors are not on this machine");

type Verifier = typeof import("../../src/proofs/browser.js");

test("the verifier for browsers imports nothing of Node", () => {
  const text = readFileSync(file, "utf8");
  expect({ bytes: text.length > 100_000, imports: /["']node:/.test(text) }).toEqual({
    bytes: true,
    imports: false,
  });
});

describe.skipIf(!isDevnet)("in a browser", () => {
  let browser: Verifier;
  let bytes: Uint8Array;
  let trusted: FinalityState;

  beforeAll(async () => {
    browser = (await import(file)) as Verifier;
    const devnet = await makeDevnet();
    const tipsets = [devnet.head];
    for (let i = 0; i < 4; i++) tipsets.push(await devnet.mine());
    const signers = new TestSigners(5);
    trusted = signers.state;
    const certificates = [signers.certify(tipsets.slice(1, 3), [], [4]), signers.certify(tipsets.slice(3))];
    const epoch = devnet.head.epoch;
    bytes = await proveClaims({ blockstore: devnet.blockstore, trusted, certificates }, [
      { kind: "actor", epoch, address: idAddress(1) },
      { kind: "actor", epoch, address: idAddress(99_999) },
    ]);
  });

  test("bundles are verified", async () => {
    const table = browser.decodePowerTable(encodePowerTable(trusted.table));
    expect(browser.powerTableCid(table)).toEqual(decodeBundle(bytes) && browser.powerTableCid(trusted.table));
    const here = await browser.verifyBundle(bytes, { ...trusted, table });
    expect(here.isValid).toBe(true);
    expect(here).toEqual(
      await verifyBundle(bytes, { ...trusted, table: decodePowerTable(encodePowerTable(table)) }),
    );
  });

  const path = chromiumPath();
  test.skipIf(path === undefined)("bundles are verified by Chromium", async () => {
    const chromium = await launch(path as string);
    try {
      const page = await chromium.newPage();
      await page.goto("about:blank");
      const given = {
        source: readFileSync(file, "utf8"),
        bytes: [...bytes],
        table: [...encodePowerTable(trusted.table)],
      };
      // Text: functions would be what the test's own bundler makes of them.
      const found = await page.evaluate(`(async ({ source, bytes, table }) => {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        const { decodePowerTable, verifyBundle } = await import(url);
        const trusted = { network: "test", nextInstance: 0, table: decodePowerTable(Uint8Array.from(table)) };
        return (await verifyBundle(Uint8Array.from(bytes), trusted)).isValid;
      })(${JSON.stringify(given)})`);
      expect(found).toBe(true);
    } finally {
      await chromium.close();
    }
  });

  test("and refused", async () => {
    for (const place of [40, 700, bytes.length - 5]) {
      const changed = bytes.slice();
      changed[place] = (changed[place] as number) ^ 4;
      await expect(browser.verifyBundle(changed, trusted)).rejects.toThrow("INVALID_PROOF");
    }
    const other = new TestSigners(5, "other").table;
    await expect(browser.verifyBundle(bytes, { ...trusted, table: other })).rejects.toThrow(/signature/);
    await expect(browser.verifyBundle(bytes, { ...trusted, nextInstance: 1 })).rejects.toThrow(/instance/);
  });
});
