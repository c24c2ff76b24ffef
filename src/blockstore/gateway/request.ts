/** One request for a block to one gateway, and what comes of it. */
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { isIntact } from "../../ipld/intact.js";
import { onAbort } from "../../util/abort.js";
import { joinBytes } from "../../util/bytes.js";
import { messageOf } from "../../util/kind-of.js";

/** Media type of a block without anything around it, as the specification of trustless gateways has it. */
const RAW_BLOCK = "application/vnd.ipld.raw";
const ABSENT = [404, 410];
const TOO_MANY_REQUESTS = 429;

/** A gateway's answer to a request. */
export type Answer =
  | { readonly kind: "block"; readonly data: Uint8Array }
  | { readonly kind: "absent" }
  /** `isPassing`: another attempt may succeed, after `waitMs` if the gateway says so. */
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

/** Asks a gateway for a block, and checks it. Throws the signal's reason. */
export async function request(
  gateway: URL,
  cid: Cid,
  options: RequestOptions,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const url = new URL(`ipfs/${cidText(cid)}?format=raw`, gateway).href;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Timeout()), options.timeoutMs);
  const forget = signal && onAbort(signal, () => controller.abort(signal.reason));
  try {
    return await ask(url, cid, options, controller.signal);
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    const isLate = controller.signal.reason instanceof Timeout;
    return failed(url, isLate ? `no answer within ${options.timeoutMs} ms` : reasonOf(cause), true, cause);
  } finally {
    clearTimeout(timer);
    forget?.();
  }
}

class Timeout extends Error {}

async function ask(url: string, cid: Cid, options: RequestOptions, signal: AbortSignal): Promise<Answer> {
  const headers = { accept: RAW_BLOCK, ...options.headers };
  const response = await options.fetch(url, { headers, signal });
  if (!response.ok) {
    await response.body?.cancel();
    return refusal(url, response);
  }
  const data = await bodyOf(response, options.maxBlockBytes);
  if (data === undefined) return failed(url, `more than ${options.maxBlockBytes} bytes`, false);
  const intact = isIntact(cid, data);
  if (intact === true) return { kind: "block", data };
  return failed(
    url,
    intact === false ? "the bytes are not the block's" : "a CID with an unknown hash",
    false,
  );
}

function refusal(url: string, { status, headers }: Response): Answer {
  if (ABSENT.includes(status)) return { kind: "absent" };
  const answer = failed(url, `status ${status}`, status === TOO_MANY_REQUESTS || status >= 500);
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { ...answer, waitMs: seconds * 1000 } : answer;
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

function failed(
  url: string,
  reason: string,
  isPassing: boolean,
  cause?: unknown,
): Answer & { kind: "failed" } {
  const error = new FvmError("DOWNLOAD_FAILED", { url, reason }, { cause });
  return { kind: "failed", error, isPassing };
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined
    ? `${messageOf(error)}: ${messageOf(error.cause)}`
    : messageOf(error);
}
