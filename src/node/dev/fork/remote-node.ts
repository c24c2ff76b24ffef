import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { FvmError } from "../../../errors.js";
import { messageOf } from "../../../util/kind-of.js";

const ATTEMPTS = 3;
/** Milliseconds that an answer may take, all attempts together, and between attempts. */
const LONGEST = 30_000;
const PAUSE = 500;
/** Bytes of an answer: far more than any block. */
const LONGEST_ANSWER = 64 * 2 ** 20;

/** A node elsewhere, asked over HTTP by Lotus's JSON-RPC. */
export class RemoteNode {
  #id = 0;

  /** @param longest milliseconds that an answer may take */
  constructor(
    readonly url: string,
    private readonly longest = LONGEST,
  ) {}

  /** The answer of a method. Throws `FvmError` DOWNLOAD_FAILED, also for another answer; the signal's reason. */
  async call<T>(
    method: string,
    params: readonly unknown[],
    shape: v.GenericSchema<unknown, T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const late = AbortSignal.timeout(this.longest);
    const ended = signal === undefined ? late : AbortSignal.any([signal, late]);
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = v.safeParse(shape, await this.#ask(method, params, ended));
        if (answer.success) return answer.output;
        throw this.#failed(method, `another answer than Lotus's: ${v.summarize(answer.issues)}`);
      } catch (cause) {
        if (signal?.aborted === true) throw signal.reason;
        if (cause instanceof FvmError) throw cause;
        if (late.aborted) throw this.#failed(method, `no answer within ${this.longest / 1000} s`, cause);
        if (attempt === ATTEMPTS) throw this.#failed(method, messageOf(cause), cause);
        await delay(PAUSE * attempt, undefined, signal && { signal });
      }
    }
  }

  async #ask(method: string, params: readonly unknown[], signal: AbortSignal): Promise<unknown> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++this.#id, method, params }),
      signal,
    });
    const answer = parsed(await this.#text(method, response));
    if (answer === undefined) throw new Error(`HTTP status ${response.status}, and no JSON-RPC`);
    if (answer.error !== undefined)
      throw this.#failed(method, answer.error.message ?? "an error without a text");
    return answer.result;
  }

  /** Whatever the other node sends, memory is bounded. */
  async #text(method: string, { body }: Response): Promise<string> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of body ?? []) {
      length += piece.length;
      if (length > LONGEST_ANSWER) throw this.#failed(method, `more than ${LONGEST_ANSWER} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString();
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
