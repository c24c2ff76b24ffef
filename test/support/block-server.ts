/** A gateway of blocks that is slow, or fails, as a test wants. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import { type Cid, parseCid } from "../../src/encoding/cid.js";

/** Fate of a request: an answer, none such, a failure. */
export type Verdict = "answer" | 404 | 500;

export interface BlockServerOptions {
  /** Milliseconds before each answer. */
  readonly latency?: number;
  readonly verdict?: (cid: Cid) => Verdict;
}

export class BlockServer implements AsyncDisposable {
  asked = 0;

  private constructor(private readonly server: Server) {}

  static async start(store: Blockstore, options: BlockServerOptions = {}): Promise<BlockServer> {
    const { latency = 0, verdict = () => "answer" } = options;
    const server = createServer(async ({ url }, response) => {
      made.asked++;
      const cid = parseCid(/^\/ipfs\/(\w+)\?format=raw$/.exec(url as string)?.[1] as string);
      if (latency > 0) await setTimeout(latency);
      const what = verdict(cid);
      const data = what === "answer" ? await store.get(cid) : undefined;
      if (data) response.end(data);
      else response.writeHead(what === 500 ? 500 : 404).end();
    });
    const made = new BlockServer(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }
}
