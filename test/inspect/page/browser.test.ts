/** Pages in a browser: real messages, a large trace, texts of hostile actors. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { PageSource } from "../../../src/inspect/page/message.js";
import { tracePage } from "../../../src/inspect/page/page.js";
import { chromiumPath, launch } from "../../support/chromium.js";
import { deepCall, madeCall, madeCharge, madeResult, madeTrace, wideCall } from "../../support/made-trace.js";
import { eventually, OpenedPage } from "../../support/opened-page.js";
import { skipLoudly } from "../../support/skip.js";

const executable = chromiumPath();

if (executable === undefined)
  skipLoudly("pages in a browser: there is no Chromium, and CHROMIUM_PATH is not set");
else {
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

  const open = async (messages: readonly PageSource[], scheme?: "light" | "dark"): Promise<OpenedPage> => {
    const file = join(folder, "page.html");
    writeFileSync(file, tracePage({ title: "a test", messages }));
    const opened = await OpenedPage.open(browser, file, scheme);
    onTestFinished(async () => {
      await opened.page.close();
      expect(opened.complaints).toEqual([]);
    });
    return opened;
  };
  const made = (call: ReturnType<typeof madeCall>) => [{ trace: madeTrace(call), result: madeResult(1) }];

  describe("folding", () => {
    test("with the mouse", async () => {
      const { calls, page } = await open(made(deepCall(3)));
      await eventually(() => calls.count()).toBe(3);
      await calls.nth(1).locator(".fold").click();
      await eventually(() => calls.count()).toBe(2);
      expect(await calls.nth(1).getAttribute("aria-expanded")).toBe("false");
      await page.locator(".fold").nth(1).click();
      await eventually(() => calls.count()).toBe(3);
    });

    test("with the keys", async () => {
      const { calls, page, selectedCall } = await open(made(deepCall(3)));
      await page.getByRole("tree").focus();
      await page.keyboard.press("ArrowLeft");
      await eventually(() => calls.count()).toBe(1);
      await page.keyboard.press("ArrowRight");
      await eventually(() => calls.count()).toBe(3);
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowDown");
      expect(await selectedCall.getAttribute("aria-level")).toBe("3");
      await page.keyboard.press("ArrowLeft");
      expect(await selectedCall.getAttribute("aria-level")).toBe("2");
      await page.keyboard.press("ArrowLeft");
      await eventually(() => calls.count()).toBe(2);
    });
  });

  describe("search", () => {
    const call = (text: string, calls: ReturnType<typeof madeCall>[] = []) =>
      madeCall([{ kind: "log", text }, ...calls.map((call) => ({ kind: "call", call }) as const)]);

    test("finds, unfolds what it has found, and goes on from one to the next", async () => {
      const opened = await open(made(call("", [call("Needle one", [call("needle two")]), call("hay")])));
      await opened.fold("Fold all");
      await eventually(() => opened.calls.count()).toBe(1);
      await opened.search("needle");
      await eventually(() => opened.finds.textContent()).toBe("1 of 2");
      await opened.page.keyboard.press("Enter");
      await eventually(() => opened.finds.textContent()).toBe("2 of 2");
      await eventually(() => opened.selectedCall.getAttribute("aria-level")).toBe("3");
      await eventually(() => opened.page.locator(".call.match").count()).toBe(2);
      await opened.search("no such thing");
      await eventually(() => opened.finds.textContent()).toBe("nothing found");
    });

    describe("over several messages", () => {
      const messages = ["hay", "needle", "hay", "needle needle"].map((text) =>
        made(call(text, [call(text)])),
      );
      const openAll = () => open(messages.flat());
      const shown = (opened: OpenedPage) =>
        eventually(() => opened.page.locator(".entry[aria-current=true] small").textContent());

      test("says where the others are, and goes on to them", async () => {
        const opened = await openAll();
        await opened.search("needle");
        await eventually(() => opened.finds.textContent()).toBe("nothing here; in 2 other messages");
        const steps = [
          ["Enter", 1, 1],
          ["Enter", 1, 2],
          ["Enter", 3, 1],
          ["Enter", 3, 2],
          ["Enter", 1, 1],
          ["Shift+Enter", 3, 2],
          ["Shift+Enter", 3, 1],
          ["Shift+Enter", 1, 2],
        ] as const;
        for (const [key, message, find] of steps) {
          await opened.page.keyboard.press(key);
          await shown(opened).toMatch(new RegExp(`^${message} `));
          await eventually(() => opened.finds.textContent()).toBe(`${find} of 2; in 1 other message`);
          await eventually(() => opened.selectedCall.getAttribute("aria-level")).toBe(`${find}`);
        }
      });

      test("Enter that ends the typing goes to the first message with a find", async () => {
        const opened = await openAll();
        await opened.search("needle");
        await opened.page.keyboard.press("Enter");
        await shown(opened).toMatch(/^1 /);
        await eventually(() => opened.finds.textContent()).toBe("1 of 2; in 1 other message");
      });

      test("stops at messages that have it outside their calls", async () => {
        const [hay = [], needle = []] = messages;
        const opened = await open([...hay.map((one) => ({ ...one, origin: "needle" })), ...needle]);
        await opened.search("needle");
        const here = "in the message, not in a call; in 1 other message";
        await eventually(() => opened.finds.textContent()).toBe(here);
        await opened.page.keyboard.press("Enter");
        await shown(opened).toMatch(/^1 /);
      });
    });

    test("Escape ends it", async () => {
      const opened = await open(made(call("needle")));
      await opened.search("needle");
      await eventually(() => opened.page.locator(".call.match").count()).toBe(1);
      await opened.page.keyboard.press("Escape");
      await eventually(() => opened.page.locator(".call.match").count()).toBe(0);
      expect(await opened.page.getByRole("searchbox").inputValue()).toBe("");
    });
  });

  test("a failed message is opened where it failed", async () => {
    const end = { kind: "exit", code: 16, value: undefined } as const;
    const failed = madeCall([{ kind: "call", call: madeCall([], { end, method: 99 }) }], { end });
    const opened = await open(
      made(
        madeCall(
          [
            { kind: "call", call: madeCall([]) },
            { kind: "call", call: failed },
          ],
          { end },
        ),
      ),
    );
    await eventually(() => opened.selectedCall.textContent()).toContain("method 99");
    await eventually(() => opened.selectedCall.textContent()).toContain("USR_ILLEGAL_ARGUMENT");
  });

  test("the flame graph is as wide as the gas", async () => {
    const inner = madeCall([madeCharge("b", 75_000)], { method: 3 });
    const opened = await open(made(madeCall([{ kind: "call", call: inner }, madeCharge("a", 25_000)])));
    await opened.view("Gas");
    const frames = opened.page.locator(".frame");
    await eventually(() => frames.count()).toBe(6);
    const widths = await opened.page
      .locator(".frame rect")
      .evaluateAll((rects) => rects.map((rect) => Math.round(rect.getBoundingClientRect().width)));
    const [whole = 0, ...parts] = widths;
    expect(whole).toBeGreaterThan(500);
    const shares = parts.map((part) => Math.round((100 * part) / whole)).sort();
    expect(shares).toEqual([25, 25, 75, 75, 75]);
    await frames.filter({ hasText: "GetBytecode" }).first().click();
    await eventually(() => opened.status.textContent()).toBe("f0101 evm GetBytecode · 75 gas · 75%");
    await opened.page.getByRole("button", { name: "Show the call" }).click();
    await eventually(() => opened.selectedCall.textContent()).toContain("GetBytecode");
  });

  test("the flame graph says what its colours stand for", async () => {
    const rest = ["OnSyscall", "OnBlockRead", "OnActorUpdate", "OnHashing", "OnValueTransfer"];
    const charges = [madeCharge("wasm_exec", 75_000), ...rest.map((name) => madeCharge(name, 5_000))];
    const opened = await open(made(madeCall(charges)));
    await opened.view("Gas");
    const legend = opened.page.getByRole("list", { name: "Gas by category" }).getByRole("listitem");
    await eventually(() => legend.count()).toBe(6);
    expect(await legend.first().textContent()).toBe("Wasm instructions 75%");
    const colours = (selector: string, property: string) =>
      opened.page.evaluate<string[]>(
        `[...document.querySelectorAll("${selector}")].map((one) => getComputedStyle(one).${property})`,
      );
    const swatches = await colours(".legend i", "backgroundColor");
    expect(new Set(swatches).size).toBe(6);
    expect(new Set(await colours(".frame.gas rect", "fill"))).toEqual(new Set(swatches));
  });

  test("a call's method is in sight on a narrow screen", async () => {
    const opened = await open(made(madeCall([madeCharge("a", 10n ** 13n)])));
    await opened.page.setViewportSize({ width: 400, height: 800 });
    const method = opened.selectedCall.locator(".method");
    await eventually(async () => {
      const [box, row] = [
        await method.boundingBox(),
        await opened.selectedCall.locator(".what").boundingBox(),
      ];
      return box !== null && row !== null && box.x + box.width <= row.x + row.width;
    }).toBe(true);
  });

  test("light and dark are as the system has them, until somebody turns them", async () => {
    const { page } = await open(made(madeCall([])), "dark");
    const paper = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(await paper()).toBe("rgb(20, 22, 26)");
    await page.getByRole("button", { name: "Show in light colours" }).click();
    await eventually(paper).toBe("rgb(255, 255, 255)");
  });

  describe("a large trace", () => {
    test("of 100,000 charges in 5,000 calls", async () => {
      const opened = await open(made(wideCall(5_000, 20)));
      expect(await opened.calls.count()).toBeLessThan(100);
      await opened.fold("Unfold all");
      await eventually(() => opened.height()).toBe(5_001 * 28);
      expect(await opened.calls.count()).toBeLessThan(100);
      await opened.search("method 4999");
      await eventually(() => opened.finds.textContent()).toBe("1 of 1");
      await eventually(() => opened.selectedCall.textContent()).toContain("method 4999");
      await opened.view("Gas");
      await opened.page.getByRole("checkbox", { name: "like calls together" }).uncheck();
      const frames = opened.page.locator(".frame");
      const runs = opened.page.locator(".frame.run");
      await eventually(() => runs.count()).toBeGreaterThan(10);
      expect(await frames.count()).toBeLessThan(3_000);
      // Frames too narrow to be seen are a click away.
      await runs.first().click();
      await eventually(() => frames.filter({ hasText: /^f0101/ }).count()).toBeGreaterThan(50);
    });

    test("of 100,000 charges in one call", async () => {
      const opened = await open(made(wideCall(0, 100_000)));
      const list = opened.page.locator("details", { hasText: "Charges in order" });
      await list.locator("summary").click();
      await eventually(() => list.locator(".line").count()).toBeGreaterThan(5);
      expect(await list.locator(".line").count()).toBeLessThan(100);
      await list.locator(".long").evaluate((box) => box.scrollTo(0, box.scrollHeight));
      await eventually(() => list.locator(".line").last().textContent()).toContain("99999");
    });

    test("of calls as deep as a network allows", async () => {
      const opened = await open(made(deepCall(4096)));
      await opened.fold("Unfold all");
      await eventually(() => opened.height()).toBe(4096 * 28);
      await opened.page.getByRole("tree").press("End");
      await eventually(() => opened.selectedCall.getAttribute("aria-level")).toBe("4096");
      await opened.view("Gas");
      await eventually(() => opened.page.locator(".frame").count()).toBeGreaterThan(500);
    });
  });

  test("texts of actors are no markup", async () => {
    const markup = '</script><img src="x" onerror="document.title=1"><script>document.title=2</script>';
    const entry = { flags: 3, key: markup, codec: 0x55, value: new TextEncoder().encode(markup) };
    const call = madeCall(
      [
        madeCharge(markup, 1000),
        { kind: "log", text: markup },
        { kind: "event", event: { emitter: 101, entries: [entry] } },
      ],
      { end: { kind: "fatal", text: markup } },
    );
    const value = { kind: "text", value: markup } as const;
    const changes = [{ kind: "changed", path: [markup, value], before: value, after: value }] as const;
    const actor = {
      id: 101,
      kind: "changed",
      type: undefined,
      delegatedAddress: undefined,
      changes,
    } as const;
    const state = { actors: [actor], addresses: new Map(), more: [] };
    const source = { trace: madeTrace(call), result: madeResult(1, 10), state };
    const opened = await open([source, source]);
    for (const view of ["Gas", "State", "Events", "Calls"] as const) {
      await opened.view(view);
      await eventually(() => opened.page.getByRole("tabpanel").textContent()).toContain("<script>");
    }
    expect(await opened.page.locator("img").count()).toBe(0);
    expect(await opened.page.title()).toBe("a test");
  });

  test("several messages are listed", async () => {
    const opened = await open([...made(madeCall([])), ...made(madeCall([], { method: 7 }))]);
    const list = opened.page.getByRole("navigation", { name: "Messages" });
    await list.getByRole("button").nth(1).click();
    await eventually(() => opened.calls.first().textContent()).toContain("method 7");
    await opened.search("method 7");
    await eventually(() => opened.page.locator(".entry.pale").count()).toBe(1);
  });
}
