import { setTimeout as delay } from "node:timers/promises";
import { FvmError } from "../../../errors.js";
import { messageOf } from "../../../util/kind-of.js";

const ATTEMPTS = 3;
/** Milliseconds that an answer may take, and between attempts. */
const LONGEST = 30_000;
const PAUSE = 500;

/** A node elsewhere, asked over HTTP by Lotus's JSON-RPC. */
export class RemoteNode {
  #id = 0;

  constructor(readonly url: string) {}

  /** The answer of a method. Throws `FvmError` DOWNLOAD_FAILED; the signal's reason. */
  async call<T>(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#ask<T>(method, params, signal);
      } catch (cause) {
        if (signal?.aborted === true) throw signal.reason;
        const isAnswer = cause instanceof FvmError;
        if (isAnswer || attempt === ATTEMPTS)
          throw isAnswer ? cause : this.#failed(method, messageOf(cause), cause);
        await delay(PAUSE * attempt, undefined, signal && { signal });
      }
    }
  }

  async #ask<T>(method: string, params: readonly unknown[], signal: AbortSignal | undefined): Promise<T> {
    const timeout = AbortSignal.timeout(LONGEST);
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++this.#id, method, params }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    const answer = parsed(text);
    if (answer === undefined) throw new Error(`HTTP status ${response.status}, and no JSON-RPC`);
    if (answer.error !== undefined)
      throw this.#failed(method, answer.error.message ?? "an error without a text");
    return answer.result as T;
  }

  #failed(method: string, reason: string, cause?: unknown): FvmError {
    return new FvmError("DOWNLOAD_FAILED", { url: this.url, reason: `${method}: ${reason}` }, { cause });
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message?: string };
}

function parsed(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const isAnswer =
      typeof answer === "object" && answer !== null && ("result" in answer || "error" in answer);
    return isAnswer ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}
