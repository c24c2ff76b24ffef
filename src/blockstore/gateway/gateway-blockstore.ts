import { type Cid, checkCid, cidParts, cidText } from "../../encoding/cid.js";
import { IDENTITY } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { throwIfAborted } from "../../util/abort.js";
import { type Check, is, isFunction, isObject, optional, within } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import { Slots } from "../../util/slots.js";
import type { Blockstore, BlockstoreOptions } from "../blocks.js";
import { askInTurn } from "./ask-in-turn.js";
import { blockQuestion, type RequestOptions } from "./request.js";

const HOUR = 3_600_000;

/** Options of a `GatewayBlockstore`. */
export interface GatewayOptions {
  /** Attempts at each gateway, while failures may pass. Default: 4. */
  readonly attempts?: number;
  /** Requests at a time. Default: 16. */
  readonly concurrency?: number;
  /** Milliseconds for an attempt. Default: 30,000. */
  readonly timeoutMs?: number;
  /** A longer answer is none. Default: 8 MiB. */
  readonly maxBlockBytes?: number;
  /** Sent with each request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: Node's own. */
  readonly fetch?: typeof fetch;
}

const OPTIONS: Checks<GatewayOptions> = {
  attempts: optional(within(1, 100)),
  concurrency: optional(within(1, 1000)),
  timeoutMs: optional(within(1, HOUR)),
  maxBlockBytes: optional(within(1, 2 ** 30)),
  headers: optional(isObject),
  fetch: optional(isFunction),
};

const isUrls: Check = is(
  (value) => Array.isArray(value) && value.length > 0 && value.every(isHttpUrl),
  "one or more URLs of http or https",
);

/**
 * Blocks from trustless gateways: HTTP servers that give out raw blocks by CID, such as those of IPFS. Each block is
 * checked against its CID before anybody sees it. Nothing can be put: let a `LayeredBlockstore` do that in front.
 *
 * Gateways are asked one after the other. A block that none of them has (404, 410) is absent. Failures that may pass,
 * of the network or with status 429 or 5xx, are tried again, with growing waits or those that the gateway asks for.
 */
export class GatewayBlockstore implements Blockstore {
  readonly #gateways: readonly URL[];
  readonly #attempts: number;
  readonly #slots: Slots;
  readonly #options: RequestOptions;

  /** @param gateways URLs, to which `/ipfs/CID` is added. Throws `FvmError` INVALID_OPTION */
  constructor(gateways: string | readonly string[], options: GatewayOptions = {}) {
    const urls = typeof gateways === "string" ? [gateways] : gateways;
    checkOption("gateways", urls, isUrls);
    this.#gateways = urls.map((url) => new URL(url.endsWith("/") ? url : `${url}/`));
    const given = checkedOptionsOnly(options, OPTIONS);
    this.#attempts = given.attempts ?? 4;
    this.#slots = new Slots(given.concurrency ?? 16);
    this.#options = {
      fetch: given.fetch ?? fetch,
      headers: { ...given.headers },
      timeoutMs: given.timeoutMs ?? 30_000,
      maxBlockBytes: given.maxBlockBytes ?? 8 * 1024 * 1024,
    };
  }

  /**
   * The block, or `undefined` if no gateway has it.
   * Rejects with `FvmError` DOWNLOAD_FAILED, INVALID_CID; the signal's reason.
   */
  async get(cid: Cid, { signal }: BlockstoreOptions = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(signal);
    checkCid(cid);
    const { hashCode, digest } = cidParts(cid);
    if (hashCode === IDENTITY) return digest;
    return this.#slots.use(() => this.#ask(cid, signal), signal);
  }

  /** Throws `FvmError` STORE_READ_ONLY. */
  putMany(): never {
    throw new FvmError("STORE_READ_ONLY", { operation: "putMany", store: this.#gateways[0]?.href ?? "" });
  }

  #ask(cid: Cid, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const questions = this.#gateways.map((gateway) => {
      const url = new URL(`ipfs/${cidText(cid)}?format=raw`, gateway).href;
      return blockQuestion(url, cid, this.#options);
    });
    return askInTurn(questions, { attempts: this.#attempts, timeoutMs: this.#options.timeoutMs }, signal);
  }
}

function isHttpUrl(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  return ["http:", "https:"].includes(new URL(value).protocol);
}
