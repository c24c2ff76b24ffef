/** Pages of real messages, as `fvm trace --html` writes them, in a browser. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultVectorFolder } from "../../../src/tools/vectors/files.js";
import { fvm } from "../../cli/capture.js";
import { chromiumPath, launch } from "../../support/chromium.js";
import { eventually, OpenedPage } from "../../support/opened-page.js";
import { skipLoudly } from "../../support/skip.js";

interface Case {
  readonly name: string;
  /** Path under the vector folder. */
  readonly file: string;
  /** In the header. */
  readonly shows: readonly string[];
  readonly calls: number;
  /** Something that occurs in so many calls, and in one that is folded at first. */
  readonly search: string;
  readonly finds: number;
  /** In what the message changed. */
  readonly changes: readonly string[];
}

const MINER = "hygge/fil_10_storageminer";
const cases: readonly Case[] = [
  {
    name: "a message of a miner",
    file: `${MINER}/ProveCommitAggregate/Ok/ext-0002-fil_10_storageminer-ProveCommitAggregate-Ok-1.json`,
    shows: [
      "storageminer · ProveCommitAggregate",
      "f0861593 storageminer",
      "8.904975211381968886 FIL",
      "650,403,310",
      "exit 0 (OK)",
    ],
    calls: 5,
    search: "updatepledgetotal",
    finds: 1,
    changes: ["f0861593 storageminer", "state.pre_committed_sectors[2010725]", "+8.313375535381968886 FIL"],
  },
  {
    name: "a message that ran out of gas",
    file: `${MINER}/PreCommitSector/SysErrOutOfGas/ext-0002-fil_10_storageminer-PreCommitSector-SysErrOutOfGas-1.json`,
    shows: [
      "f02115125 storageminer",
      "exit 7 (SYS_OUT_OF_GAS)",
      "gas limit of 43,141,671 was used up",
      "beyond the limit",
    ],
    calls: 4,
    search: "storagemarket",
    finds: 1,
    changes: ["f02011837 account", "20138"],
  },
  {
    name: "a call of a contract that calls another one",
    file: "generated/nv28/evm/call-store.json",
    shows: ["evm · InvokeEVM", "6,364,458", "0x9dc6ac45624715d5a51c969539619e72d911b1fc"],
    calls: 2,
    search: "f0104 evm",
    finds: 1,
    changes: ["f0104 evm", `state.contract_state[0x${"00".repeat(31)}01]`],
  },
  {
    name: "a sector extension of 7 Ggas",
    file: `${MINER}/ExtendSectorExpiration/Ok/ext-0002-fil_10_storageminer-ExtendSectorExpiration-Ok-1.json`,
    shows: ["storageminer · ExtendSectorExpiration", "7,036,681,751"],
    calls: 1,
    search: "wasm_exec",
    finds: 1,
    changes: ["state.sectors[70179].expiration", "29944804005359+1010879"],
  },
];

const executable = chromiumPath();
const vectors = defaultVectorFolder();

if (executable === undefined || vectors === undefined) {
  skipLoudly("pages of real messages: there is no Chromium, or there are no vectors");
} else {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fvm-page-"));
    browser = await launch(executable);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  for (const { name, file, shows, calls, search, finds, changes } of cases) {
    const vector = join(vectors, file);
    if (!existsSync(vector)) {
      skipLoudly(`${name}: there is no vector ${file}`);
      continue;
    }
    test(name, async () => {
      const html = join(folder, "page.html");
      const { status, notes } = await fvm("trace", vector, "--html", html);
      expect({ status, notes }).toMatchObject({
        status: 0,
        notes: expect.stringMatching(/: \d+ messages?, [\d.]+ [kM]B$/),
      });
      const opened = await OpenedPage.open(browser, html);
      const header = await opened.page.getByRole("region", { name: "The message" }).textContent();
      for (const text of shows) expect(header).toContain(text);

      await opened.fold("Unfold all");
      await eventually(() => opened.calls.count()).toBe(calls);
      await opened.fold("Fold all");
      await eventually(() => opened.calls.count()).toBe(1);
      await opened.search(search);
      await eventually(() => opened.finds.textContent()).toMatch(new RegExp(`^1 of ${finds}(;|$)`));
      await eventually(() => opened.page.locator(".call.match").count()).toBe(finds);

      const table = opened.page.locator(".wide");
      expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);

      await opened.view("Gas");
      await eventually(() => opened.page.locator(".frame").count()).toBeGreaterThan(calls);
      await opened.view("Events");
      await opened.view("State");
      await opened.page.getByRole("searchbox").fill("");
      const panel = opened.page.getByRole("tabpanel");
      for (const text of changes) await eventually(() => panel.textContent()).toContain(text);
      expect(opened.complaints).toEqual([]);
      await opened.page.close();
    });
  }
}
