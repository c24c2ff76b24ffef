/** One request to one server, and what comes of it. */
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { isIntact } from "../../ipld/intact.js";
import { onAbort } from "../../util/abort.js";
import { joinBytes } from "../../util/bytes.js";
import { messageOf } from "../../util/kind-of.js";

/** Media type of a block without anything around it, as the specification of trustless gateways has it. */
const RAW_BLOCK = "application/vnd.ipld.raw";
const ABSENT = [404, 410];
const TOO_MANY_REQUESTS = 429;

/** A server's answer to a request. */
export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "absent" }
  /** `isPassing`: another attempt may succeed, after `waitMs` if the server says so. */
  | {
      readonly kind: "failed";
      readonly error: FvmError;
      readonly isPassing: boolean;
      readonly waitMs?: number;
    };

export interface RequestOptions {
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBlockBytes: number;
}

/** A request, and what is made of the response. */
export interface Question<T> {
  /** In errors of it. */
  readonly url: string;
  ask(signal: AbortSignal): Promise<Answer<T>>;
  readonly failed: Failed;
}

/** An error of a request. */
export type Failed = (url: string, reason: string, cause: unknown) => FvmError;

/** Makes a request within some time. Throws the signal's reason. */
export async function request<T>(
  { url, ask, failed }: Question<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer<T>> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Timeout()), timeoutMs);
  const forget = signal && onAbort(signal, () => controller.abort(signal.reason));
  try {
    return await ask(controller.signal);
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    const isLate = controller.signal.reason instanceof Timeout;
    const reason = isLate ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    return { kind: "failed", error: failed(url, reason, cause), isPassing: true };
  } finally {
    clearTimeout(timer);
    forget?.();
  }
}

/** The request for a block, which is checked. */
export function blockQuestion(url: string, cid: Cid, options: RequestOptions): Question<Uint8Array> {
  return { url, ask: (signal) => askForBlock(url, cid, options, signal), failed: downloadFailed };
}

function downloadFailed(url: string, reason: string, cause: unknown): FvmError {
  return new FvmError("DOWNLOAD_FAILED", { url, reason }, { cause });
}

class Timeout extends Error {}

async function askForBlock(
  url: string,
  cid: Cid,
  options: RequestOptions,
  signal: AbortSignal,
): Promise<Answer<Uint8Array>> {
  const headers = { accept: RAW_BLOCK, ...options.headers };
  const response = await options.fetch(url, { headers, signal });
  if (ABSENT.includes(response.status)) {
    await response.body?.cancel();
    return { kind: "absent" };
  }
  if (!response.ok) return refusal(url, response, downloadFailed);
  const value = await bodyOf(response, options.maxBlockBytes);
  if (value === undefined) return wrong(url, `more than ${options.maxBlockBytes} bytes`);
  const intact = isIntact(cid, value);
  if (intact === true) return { kind: "done", value };
  return wrong(url, intact === false ? "the bytes are not the block's" : "a CID with an unknown hash");
}

/** Why a server says no. Its status may pass if the server is busy or broken. */
export async function refusal(url: string, response: Response, failed: Failed): Promise<Answer<never>> {
  const { status, headers } = response;
  const reason = `status ${status}${codeIn(await textOf(response))}`;
  const isPassing = status === TOO_MANY_REQUESTS || status >= 500;
  const answer = { kind: "failed", error: failed(url, reason, undefined), isPassing } as const;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { ...answer, waitMs: seconds * 1000 } : answer;
}

/** Bytes of a refusal that are read. */
const MOST_TEXT = 4096;

async function textOf(response: Response): Promise<string> {
  const bytes = await bodyOf(response, MOST_TEXT).catch(() => undefined);
  return bytes === undefined ? "" : Buffer.from(bytes).toString("latin1");
}

/** The reason that S3 gives in its XML. */
function codeIn(text: string): string {
  const [, code] = /<Code>(\w{1,100})<\/Code>/.exec(text) ?? [];
  return code === undefined ? "" : `, ${code}`;
}

/** The body; `undefined` if it is longer than that. */
async function bodyOf(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // Leaving the loop ends the transfer.
    if (length > maxBytes) return undefined;
    parts.push(part);
  }
  return joinBytes(parts);
}

function wrong(url: string, reason: string): Answer<never> {
  return { kind: "failed", error: downloadFailed(url, reason, undefined), isPassing: false };
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined
    ? `${messageOf(error)}: ${messageOf(error.cause)}`
    : messageOf(error);
}
