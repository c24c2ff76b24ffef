/** Requests over HTTP: paths, headers, bodies, and the answers' statuses. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher, Reply } from "../rpc/dispatch.js";
import { rpcCode } from "../rpc/errors.js";
import type { ApiVersion } from "../rpc/method.js";
import { Body, type BodyRefusal, type Held } from "./body.js";
import type { Guard } from "./guard.js";
import type { ServerLimits } from "./limits.js";

/** Paths need a base to be read. */
const PAGES_BASE = "http://localhost";
const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";

/** A page of HTML, or where it is. */
export type Page =
  | { readonly status: 200 | 404; readonly html: string }
  | { readonly status: 302; readonly location: string };

/** The page that a browser asks for; `undefined`: there are none at this path. */
export type Pages = (url: URL, signal: AbortSignal) => Promise<Page | undefined>;

/** An answer of JSON, or of nothing but its status. */
export interface Document {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** The document at a path; `undefined`: there is none. */
export type Documents = (path: string) => Document | undefined;

export interface HttpHandlerOptions<N> {
  readonly dispatcher: Dispatcher<N>;
  readonly guard: Guard;
  readonly limits: ServerLimits;
  readonly pages?: Pages;
  readonly documents?: Documents;
}

/** The version of the API that a path names. `/` is v1's, but not of a real Lotus. */
export function versionOf(url: string | undefined, lotus: boolean): ApiVersion | undefined {
  const path = (url ?? "/").replace(/[?#].*$/s, "");
  if (path === "/" && !lotus) return "v1";
  const version = /^\/rpc\/(v[012])$/.exec(path)?.[1];
  return version as ApiVersion | undefined;
}

/** Handles the requests of an HTTP server. */
export class HttpHandler<N> {
  readonly #options: HttpHandlerOptions<N>;
  readonly #calls = new Set<AbortController>();
  readonly #held: Held = { bytes: 0 };

  constructor(options: HttpHandlerOptions<N>) {
    this.#options = options;
  }

  /** Calls that are being answered. */
  get size(): number {
    return this.#calls.size;
  }

  abortAll(reason: Error): void {
    for (const call of this.#calls) call.abort(reason);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    // An error of the socket: its `close` says so too.
    request.on("error", () => {});
    response.on("error", () => {});
    this.#handle(request, response).catch((error: unknown) => {
      // A caller that goes while it sends is no fault.
      if (!request.destroyed) this.#options.dispatcher.options.onFault?.("HTTP", error);
      response.destroy();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { guard, dispatcher } = this.#options;
    const { host, origin } = request.headers;
    const refusal = guard.refusalOf(host, origin);
    if (refusal !== undefined) return send(response, 403, TEXT_TYPE, `${refusal}\n`);
    setCors(response, origin);
    if (request.method === "OPTIONS") return sendPreflight(request, response);

    if (this.#showDocument(request, response) || (await this.#showPage(request, response))) return;
    const version = versionOf(request.url, dispatcher.options.lotus);
    if (version === undefined) return send(response, 404, TEXT_TYPE, "404 page not found\n");
    await this.#answer(request, response, version);
  }

  /** Whether there is a document. */
  #showDocument({ method, url = "" }: IncomingMessage, response: ServerResponse): boolean {
    if (method !== "GET" || !URL.canParse(url, PAGES_BASE)) return false;
    const document = this.#options.documents?.(new URL(url, PAGES_BASE).pathname);
    if (document === undefined) return false;
    const { status, headers, json } = document;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    send(response, status, JSON_TYPE, json === undefined ? "" : `${JSON.stringify(json)}\n`);
    return true;
  }

  /** Whether there is a page. Only those who want HTML get one. */
  async #showPage(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { pages } = this.#options;
    const isAsked = request.method === "GET" && request.headers.accept?.includes("text/html") === true;
    if (pages === undefined || !isAsked || !URL.canParse(request.url ?? "", PAGES_BASE)) return false;
    const page = await this.#calling(response, (signal) =>
      pages(new URL(request.url ?? "", PAGES_BASE), signal),
    );
    if (page === undefined) return false;
    if (page.status === 302) {
      response.writeHead(302, { Location: page.location }).end();
      return true;
    }
    // The trace's page has a script of its own, which its policy names.
    response.setHeader(
      "Content-Security-Policy",
      "frame-ancestors 'none'; object-src 'none'; connect-src 'none'",
    );
    send(response, page.status, "text/html; charset=utf-8", page.html);
    return true;
  }

  /** Work that ends when the caller goes or the node stops. */
  async #calling<T>(response: ServerResponse, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const call = new AbortController();
    this.#calls.add(call);
    response.on("close", () => {
      if (!response.writableFinished) call.abort(new DOMException("the caller has gone", "AbortError"));
    });
    try {
      return await work(call.signal);
    } finally {
      this.#calls.delete(call);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, version: ApiVersion): Promise<void> {
    const { dispatcher, limits } = this.#options;
    const body = new Body(limits, this.#held);
    try {
      await this.#calling(response, async (signal) => {
        await body.read(request);
        if (body.refused !== undefined) refuseBody(response, body.refused, this.#options);
        else this.#send(response, await dispatcher.answer(body.text(), { version, signal }));
      });
    } finally {
      body.release();
    }
  }

  #send(response: ServerResponse, { status, text }: Reply): void {
    if (response.destroyed) return;
    const { dispatcher, limits } = this.#options;
    send(response, dispatcher.options.lotus ? status : 200, JSON_TYPE, text);
    // The system has most answers by now.
    if (response.writableLength > 0) response.setTimeout(limits.idleAnswerMs, () => response.destroy());
  }
}

function refuseBody<N>(
  response: ServerResponse,
  refused: BodyRefusal,
  { dispatcher, limits }: HttpHandlerOptions<N>,
): void {
  response.setHeader("Connection", "close");
  if (refused === "too many") {
    send(response, 503, TEXT_TYPE, "too many requests at once\n");
    return;
  }
  const text = JSON.stringify({
    error: { code: rpcCode.parseError, message: `request bigger than maximum ${limits.bodyBytes} allowed` },
    id: null,
    jsonrpc: "2.0",
  });
  send(response, dispatcher.options.lotus ? 500 : 413, JSON_TYPE, `${text}\n`);
}

function setCors(response: ServerResponse, origin: string | undefined): void {
  response.setHeader("Access-Control-Allow-Origin", origin ?? "*");
  response.setHeader("Vary", "Origin");
}

function sendPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  response.setHeader(
    "Access-Control-Allow-Headers",
    request.headers["access-control-request-headers"] ?? "Content-Type, Authorization",
  );
  response.setHeader("Access-Control-Max-Age", "86400");
  if (request.headers["access-control-request-private-network"] === "true")
    response.setHeader("Access-Control-Allow-Private-Network", "true");
  response.writeHead(204).end();
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
