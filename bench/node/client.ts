import { Agent, request } from "node:http";
import { BenchError } from "../bench-error.js";

/** A client as libraries are: JSON-RPC over connections that stay open. */
export class Client implements Disposable {
  readonly #agent: Agent;
  #lastId = 0;

  /** @param connections that it has at most */
  constructor(
    readonly url: string,
    readonly connections = 1,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** The result of a call. Throws `BenchError` with the error's text. */
  async ask(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.#lastId, method, params });
    const { result, error } = JSON.parse(await this.#post(body)) as Answer;
    if (error !== undefined) throw new BenchError(`${this.url}: ${method}: ${error.message}`);
    return result;
  }

  /** Ends its connections; the next call makes new ones. */
  hangUp(): void {
    this.#agent.destroy();
  }

  [Symbol.dispose](): void {
    this.hangUp();
  }

  #post(body: string): Promise<string> {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const posted = request(this.url, { method: "POST", agent: this.#agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          text += piece;
        });
        response.on("end", () => resolve(text));
        response.on("error", reject);
      });
      posted.on("error", reject);
      posted.end(body);
    });
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}
