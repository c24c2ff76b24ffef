/** The pages of a node, for people with a browser. They are made here and need no script but the trace's own. */
import { parseAnyAddress } from "../../builtin/evm/eth-address.js";
import { parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Node } from "../node.js";
import type { Page, Pages } from "../server/http.js";
import { actorPage } from "./actor.js";
import { pathOf } from "./find.js";
import { html, htmlPage, link } from "./html.js";
import { messagePage, messageTracePage } from "./message.js";
import { homePage, tipsetPage } from "./tipsets.js";

interface Route {
  readonly path: RegExp;
  /** The page's HTML; `undefined`: there is nothing. */
  readonly page: (node: Node, word: string, signal: AbortSignal) => Promise<string | undefined>;
}

const ROUTES: readonly Route[] = [
  { path: /^\/()$/, page: (node, _, signal) => homePage(node, signal) },
  {
    path: /^\/tipset\/([0-9]{1,15})$/,
    page: (node, epoch, signal) => tipsetPage(node, Number(epoch), signal),
  },
  { path: /^\/message\/([^/]+)$/, page: (node, cid, signal) => messagePage(node, parseCid(cid), signal) },
  {
    path: /^\/message\/([^/]+)\/trace$/,
    page: (node, cid, signal) => messageTracePage(node, parseCid(cid), signal),
  },
  {
    path: /^\/actor\/([^/]+)$/,
    page: (node, address, signal) => actorPage(node, parseAnyAddress(address), signal),
  },
];

/** Answers `GET` of a browser. */
export function nodePages(node: Node): Pages {
  return async (url, signal) => {
    if (url.pathname === "/find") return find(node, url.searchParams.get("text") ?? "", signal);
    for (const { path, page } of ROUTES) {
      const [, word] = path.exec(url.pathname) ?? [];
      if (word === undefined) continue;
      const text = await orUndefined(() => page(node, word, signal));
      return text === undefined ? nothing() : { status: 200, html: text };
    }
    return undefined;
  };
}

async function find(node: Node, text: string, signal: AbortSignal): Promise<Page> {
  const path = await pathOf(node, text, signal);
  return path === undefined ? nothing() : { status: 302, location: path };
}

function nothing(): Page {
  return { status: 404, html: htmlPage("Nothing is there", html`<p>${link("/", "The newest tipsets")}</p>`) };
}

/** What a word of the path cannot name is not there. */
async function orUndefined(page: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await page();
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}
