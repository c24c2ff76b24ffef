import { createWriteStream, existsSync, rmSync, statSync } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { FvmError } from "../../errors.js";

/** A transfer that brings nothing for so long is given up. */
const STALL_MS = 30_000;
const RANGE_NOT_SATISFIABLE = 416;
const PARTIAL_CONTENT = 206;

export interface DownloadOptions {
  /** Bytes that are there, and of how many; the latter is unknown if the server does not say. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** Milliseconds without data after which to give up. Default 30,000. */
  readonly stallMs?: number;
}

/**
 * Downloads into `file`, and continues where an earlier attempt ended. Throws `FvmError` DOWNLOAD_FAILED,
 * and leaves what has arrived for the next attempt.
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<void> {
  const stall = stallSignal(options.stallMs ?? STALL_MS);
  try {
    const have = existsSync(file) ? statSync(file).size : 0;
    const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
    const response = await fetch(url, { headers, redirect: "follow", signal: stall.signal });
    if (response.status === RANGE_NOT_SATISFIABLE)
      return await settleRange(response, url, file, have, options);
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const start = response.status === PARTIAL_CONTENT ? have : 0;
    const length = response.headers.get("content-length");
    const total = length === null ? undefined : start + Number(length);
    let done = start;
    const meter = new Transform({
      transform(chunk: Uint8Array, _encoding, next) {
        stall.touch();
        done += chunk.length;
        options.onProgress?.(done, total);
        next(null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body as ReadableStream);
    const out = createWriteStream(file, { flags: start > 0 ? "a" : "w" });
    const closed = new Promise<void>((resolve) => out.once("close", () => resolve()));
    try {
      await pipeline(body, meter, out, { signal: stall.signal });
    } finally {
      // A write may still be under way when the connection breaks; the next attempt appends to it.
      await closed;
    }
  } catch (cause) {
    if (cause instanceof FvmError) throw cause;
    throw new FvmError("DOWNLOAD_FAILED", { url, reason: reasonOf(cause) }, { cause });
  } finally {
    stall.end();
  }
}

/** The server has nothing beyond what we have: either that is all, or it is of another file. */
async function settleRange(
  response: Response,
  url: string,
  file: string,
  have: number,
  options: DownloadOptions,
): Promise<void> {
  await response.body?.cancel();
  const total = /^bytes \*\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (Number(total) === have) return;
  rmSync(file);
  return download(url, file, options);
}

function stallSignal(afterMs: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`nothing arrived for ${afterMs} ms`)), afterMs);
  return { signal: controller.signal, touch: () => timer.refresh(), end: () => clearTimeout(timer) };
}

/** fetch hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const told = cause instanceof Error ? cause : error;
  return told instanceof Error ? told.message : String(told);
}
