import { readFileSync } from "node:fs";
import { ContractAbi } from "../../builtin/abi/index.js";
import { is, isObject, isText, iterable, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import { Budget, type PageLimits } from "./budget.js";
import { chargeCount, TRIPLE, withoutUnused } from "./call-listing.js";
import { Contracts } from "./contracts.js";
import type { PageData, PageMessage } from "./data.js";
import { htmlOf } from "./html.js";
import { type PageSource, pageMessage } from "./message.js";

/** A page to make. */
export interface PageInput {
  readonly title: string;
  readonly messages: Iterable<PageSource>;
  /** ABI for calls, events and reverts of contracts (`loadAbi`, `joinAbis`). */
  readonly abi?: ContractAbi;
  readonly limits?: PageLimits;
}

const CHECKS: Checks<PageInput> = {
  title: isText,
  messages: iterable("an iterable of messages"),
  abi: optional(is((value) => value instanceof ContractAbi, "what loadAbi returns")),
  limits: optional(isObject),
};

/**
 * One HTML file that shows what messages did. It is complete in itself and works offline. Throws `FvmError`
 * INVALID_OPTION, and UNKNOWN_NETWORK_VERSION for traces of networks that there are not.
 */
export function tracePage(input: PageInput): string {
  const { title, messages, ...options } = checkedOptions(input, CHECKS);
  const page = new Page(title, options);
  for (const message of messages) page.add(message);
  return page.html();
}

/** A page to which messages are added one by one, so that their traces need not be kept. */
export class Page {
  private readonly budget: Budget;
  private readonly contracts: Contracts;
  private readonly messages: PageMessage[] = [];

  constructor(
    private readonly title: string,
    { abi, limits = {} }: Pick<PageInput, "abi" | "limits"> = {},
  ) {
    this.contracts = new Contracts(abi);
    this.budget = new Budget(limits);
  }

  add(message: PageSource): void {
    this.messages.push(pageMessage(message, this.messages.length, this.contracts, this.budget));
  }

  /** ABIs in which something was found, as they were named when they were loaded. */
  get sources(): ReadonlySet<string> {
    return this.contracts.sources;
  }

  get messageCount(): number {
    return this.messages.length;
  }

  /** Contents of the page. */
  data(): PageData {
    this.settle();
    const messages = this.messages.map(withoutUnused);
    return { title: this.budget.text(this.title), maker: maker(), messages };
  }

  /** Things that the page has no room for, in words: `charges of 2 calls`. */
  notListed(): string[] {
    this.settle();
    const omitted = (what: keyof PageMessage["omitted"]) =>
      this.messages.reduce((sum, message) => sum + message.omitted[what], 0);
    const cut = this.messages
      .flatMap(({ calls }) => calls)
      .filter((call) => call.charges.length / TRIPLE < chargeCount(call));
    return [
      ...counted(cut.length, "charges of # call"),
      ...counted(omitted("calls"), "# call"),
      ...counted(omitted("blocks"), "# block"),
      ...counted(omitted("events"), "# event"),
      ...counted(omitted("logs"), "# log line"),
    ];
  }

  private settle(): void {
    this.budget.charges.settle();
    this.budget.blocks.settle();
  }

  html(): string {
    return htmlOf(this.data());
  }
}

/** Nothing if there are none. */
function counted(count: number, words: string): string[] {
  const text = words.replace("#", count.toLocaleString("en-US"));
  return count === 0 ? [] : [count === 1 ? text : `${text}s`];
}

function maker(): string {
  const { name, version } = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  return `${name} ${version}`;
}
