/** A page in a browser, as a person uses it. */
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Expects something of a page, sooner or later. */
export function eventually<T>(look: () => Promise<T>) {
  return expect.poll(look, { timeout: 20_000 });
}

export class OpenedPage {
  /** Complaints of the page, and its requests to the network. */
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) this.complaints.push(`asks for ${request.url()}`);
    });
  }

  static async open(browser: Browser, file: string, scheme: "light" | "dark" = "light"): Promise<OpenedPage> {
    const page = await browser.newPage({ colorScheme: scheme, viewport: { width: 1280, height: 800 } });
    const opened = new OpenedPage(page);
    await page.goto(pathToFileURL(file).href);
    await page.getByRole("main").waitFor();
    return opened;
  }

  /** Calls in the document: those that can be seen, and some. */
  get calls(): Locator {
    return this.page.getByRole("treeitem");
  }

  get selectedCall(): Locator {
    return this.page.locator('[role="treeitem"][aria-selected="true"]');
  }

  /** Text of the flame graph about the selected frame. */
  get status(): Locator {
    return this.page.locator("output.status");
  }

  /** Text of the search about its finds. */
  get finds(): Locator {
    return this.page.locator("output.finds");
  }

  async search(text: string): Promise<void> {
    await this.page.locator("body").press("/");
    await this.page.getByRole("searchbox").fill(text);
  }

  async view(name: "Calls" | "Gas" | "State" | "Events"): Promise<void> {
    await this.page.getByRole("tab", { name }).click();
  }

  async fold(all: "Fold all" | "Unfold all"): Promise<void> {
    await this.page.getByRole("button", { name: all, exact: true }).click();
  }

  /** Height of all rows of calls that are not folded, in pixels. */
  async height(): Promise<number> {
    return (await this.page.locator(".tree .rows").boundingBox())?.height ?? 0;
  }
}
