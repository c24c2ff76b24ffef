import { createHash } from "node:crypto";
import { type Cid, checkCid, cidParts, cidText } from "../../encoding/cid.js";
import { IDENTITY } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { throwIfAborted } from "../../util/abort.js";
import { isText, optional, within } from "../../util/check.js";
import { optionalPackage } from "../../util/optional-package.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import { Slots } from "../../util/slots.js";
import type { Blockstore, BlockstoreOptions } from "../blocks.js";
import { askInTurn, type Patience } from "../gateway/ask-in-turn.js";
import {
  type Answer,
  blockQuestion,
  type Question,
  type RequestOptions,
  refusal,
} from "../gateway/request.js";

type Aws4fetch = typeof import("aws4fetch");

/** Options of `S3Blockstore.open`. */
export interface S3Options {
  /** Default: the environment's AWS_ACCESS_KEY_ID. Without one requests are not signed, as public buckets allow. */
  readonly accessKeyId?: string;
  /** Default: the environment's AWS_SECRET_ACCESS_KEY. */
  readonly secretAccessKey?: string;
  /** Default: the environment's AWS_SESSION_TOKEN, if it has one. */
  readonly sessionToken?: string;
  /** Attempts, while failures may pass. Default: 4. */
  readonly attempts?: number;
  /** Requests at a time. Default: 64. */
  readonly concurrency?: number;
  /** Milliseconds for an attempt. Default: 30,000. */
  readonly timeoutMs?: number;
  /** A longer object is no block. Default: 8 MiB. */
  readonly maxBlockBytes?: number;
}

const HOUR = 3_600_000;
const OPTIONS: Checks<S3Options> = {
  accessKeyId: optional(isText),
  secretAccessKey: optional(isText),
  sessionToken: optional(isText),
  attempts: optional(within(1, 100)),
  concurrency: optional(within(1, 1000)),
  timeoutMs: optional(within(1, HOUR)),
  maxBlockBytes: optional(within(1, 2 ** 30)),
};

interface Settings extends Patience {
  readonly slots: Slots;
  readonly request: RequestOptions;
}

/**
 * Blocks in a bucket of S3, or of a server that speaks as it does: an object for each, whose name is the CID as text, and
 * whose content is the block's bytes. Each is checked against its CID before anybody sees it. Failures that may pass are
 * tried again, as by `GatewayBlockstore`.
 */
export class S3Blockstore implements Blockstore {
  readonly #base: string;
  readonly #settings: Settings;

  private constructor(base: string, settings: Settings) {
    this.#base = base;
    this.#settings = settings;
  }

  /**
   * A bucket by its URL: `s3://BUCKET/PREFIX?region=REGION&endpoint=https://HOST`. Names of objects begin with the prefix,
   * as it is. Without an endpoint the bucket is Amazon's; with one it is asked by path. The region is the environment's
   * AWS_REGION by default, or else `us-east-1`.
   *
   * @throws FvmError INVALID_OPTION, PACKAGE_MISSING
   */
  static async open(url: string, options: S3Options = {}): Promise<S3Blockstore> {
    checkOption("url", url, isText);
    const given = checkedOptionsOnly(options, OPTIONS);
    const { region, base } = placeOf(url);
    const { attempts = 4, concurrency = 64, timeoutMs = 30_000, maxBlockBytes = 8 << 20 } = given;
    const request = { fetch: await signing(given, region), headers: {}, timeoutMs, maxBlockBytes };
    return new S3Blockstore(base, { attempts, timeoutMs, slots: new Slots(concurrency), request });
  }

  /** The block, or `undefined` if the bucket has none. Rejects with `FvmError` DOWNLOAD_FAILED, INVALID_CID; the signal's reason. */
  async get(cid: Cid, { signal }: BlockstoreOptions = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(signal);
    checkCid(cid);
    const { hashCode, digest } = cidParts(cid);
    if (hashCode === IDENTITY) return digest;
    return this.#ask(blockQuestion(this.#url(cid), cid, this.#settings.request), signal);
  }

  /** Rejects with `FvmError` UPLOAD_FAILED, INVALID_CID; the signal's reason. Some of the blocks may be there then. */
  async putMany(blocks: readonly Block[], { signal }: BlockstoreOptions = {}): Promise<void> {
    throwIfAborted(signal);
    await Promise.all(blocks.map((block) => this.#put(block, signal)));
  }

  async #put({ cid, data }: Block, signal: AbortSignal | undefined): Promise<void> {
    checkCid(cid);
    const url = this.#url(cid);
    const body = Uint8Array.from(data);
    const sum = createHash("sha256").update(body).digest("hex");
    const headers = { "content-type": "application/vnd.ipld.raw", "x-amz-content-sha256": sum };
    const ask = async (heard: AbortSignal): Promise<Answer<true>> => {
      const init = { method: "PUT", headers, body, signal: heard };
      const response = await this.#settings.request.fetch(url, init);
      if (!response.ok) return refusal(url, response, uploadFailed);
      await response.body?.cancel();
      return { kind: "done", value: true };
    };
    await this.#ask({ url, ask, failed: uploadFailed }, signal);
  }

  #ask<T>(question: Question<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
    const { slots } = this.#settings;
    return slots.use(() => askInTurn([question], this.#settings, signal), signal);
  }

  #url(cid: Cid): string {
    return `${this.#base}${cidText(cid)}`;
  }
}

function uploadFailed(url: string, reason: string, cause: unknown): FvmError {
  return new FvmError("UPLOAD_FAILED", { url, reason }, { cause });
}

/** Throws `FvmError` INVALID_OPTION. @returns the region, and the URL with which all objects' begin */
function placeOf(text: string): { readonly region: string; readonly base: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const names = [...(url?.searchParams.keys() ?? [])];
  if (
    url?.protocol !== "s3:" ||
    url.host === "" ||
    url.username !== "" ||
    names.some((name) => !KNOWN.includes(name))
  ) {
    const reason = "not a URL such as s3://BUCKET/PREFIX?region=REGION&endpoint=https://HOST";
    throw new FvmError("INVALID_OPTION", { option: "url", reason });
  }
  const { AWS_REGION = "us-east-1" } = process.env;
  const region = url.searchParams.get("region") ?? AWS_REGION;
  const endpoint = url.searchParams.get("endpoint");
  const prefix = url.pathname.slice(1);
  if (endpoint === null) return { region, base: `https://${url.host}.s3.${region}.amazonaws.com/${prefix}` };
  if (!/^https?:\/\/[^/@]+\/?$/.test(endpoint)) {
    const reason = "its endpoint is not a URL such as https://HOST:9000";
    throw new FvmError("INVALID_OPTION", { option: "url", reason });
  }
  return { region, base: `${endpoint.replace(/\/$/, "")}/${url.host}/${prefix}` };
}

const KNOWN = ["region", "endpoint"];

/** `fetch`, with signatures if there is a key. Throws `FvmError` PACKAGE_MISSING. */
async function signing(options: S3Options, region: string): Promise<typeof fetch> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const own = options.accessKeyId !== undefined;
  const accessKeyId = options.accessKeyId ?? AWS_ACCESS_KEY_ID;
  // Set and empty, as composed environments have it, is absent.
  if (accessKeyId === undefined || accessKeyId === "") return fetch;
  const secretAccessKey = options.secretAccessKey ?? AWS_SECRET_ACCESS_KEY ?? "";
  const sessionToken = options.sessionToken ?? (own ? undefined : AWS_SESSION_TOKEN);
  const { AwsClient } = await optionalPackage<Aws4fetch>("aws4fetch", "aws4fetch", "a store in S3");
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: "s3",
    region,
    retries: 0,
  });
  return (input, init) => client.fetch(input as string, init ?? {});
}
