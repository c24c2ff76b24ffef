/** Bodies of requests: read in full, within limits for one and for all at once. */
import type { IncomingMessage } from "node:http";
import type { ServerLimits } from "./limits.js";

export type BodyRefusal = "too long" | "too many";

/** Bytes of all bodies that are held. */
export interface Held {
  bytes: number;
}

/** A body, counted in `held` until it is released. */
export class Body {
  readonly #limits: ServerLimits;
  readonly #held: Held;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #refused: BodyRefusal | undefined;

  constructor(limits: ServerLimits, held: Held) {
    this.#limits = limits;
    this.#held = held;
  }

  get refused(): BodyRefusal | undefined {
    return this.#refused;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  /** Rejects if the caller goes before the end. */
  read(request: IncomingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      let read = 0;
      request.on("data", (chunk: Buffer) => {
        read += chunk.length;
        this.#take(chunk);
        // A refused body is read on, for a while, since few clients read an answer before they have sent all.
        if (read > this.#limits.bodyBytesAtOnce) request.destroy();
      });
      request.on("end", resolve);
      request.on("close", () => {
        if (!request.readableEnded) reject(new Error("the request has no end"));
      });
    });
  }

  release(): void {
    this.#held.bytes -= this.#bytes;
    this.#bytes = 0;
    this.#chunks.length = 0;
  }

  #take(chunk: Buffer): void {
    if (this.#refused !== undefined) return;
    const { bodyBytes, bodyBytesAtOnce } = this.#limits;
    if (this.#bytes + chunk.length > bodyBytes) this.#refuse("too long");
    else if (this.#held.bytes + chunk.length > bodyBytesAtOnce) this.#refuse("too many");
    else {
      this.#bytes += chunk.length;
      this.#held.bytes += chunk.length;
      this.#chunks.push(chunk);
    }
  }

  #refuse(refusal: BodyRefusal): void {
    this.#refused = refusal;
    this.release();
  }
}
