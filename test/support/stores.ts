/** Blockstores that are slow or broken, over one that is not. */
import type { Blockstore } from "../../src/blockstore/blocks.js";
import type { Cid } from "../../src/encoding/cid.js";
import type { Block } from "../../src/ipld/block-access.js";

type Answer = ReturnType<Blockstore["get"]>;

/** Ways in which `get` of a broken store fails. */
export const faults = {
  throws: () => {
    throw new Error("disk on fire");
  },
  rejects: () => Promise.reject(new Error("disk on fire")),
  "is corrupt": (data: Answer) => (data instanceof Uint8Array ? data.with(0, (data[0] ?? 0) ^ 1) : data),
  "is corrupt, later": async (data: Answer) => Uint8Array.of(...((await data) ?? []), 0),
  "lacks the block": () => undefined,
  "lacks the block, later": () => Promise.resolve(undefined),
} satisfies Record<string, (data: Answer) => Answer>;
export type Fault = keyof typeof faults;

/** Works until `fault` is set. Counts what it is asked. */
export class BrittleStore implements Blockstore {
  fault: Fault | undefined;
  failPut = false;
  gets = 0;
  puts = 0;

  constructor(private readonly store: Blockstore) {}

  get(cid: Cid): Answer {
    this.gets++;
    const data = this.store.get(cid);
    return this.fault === undefined ? data : faults[this.fault](data);
  }

  putMany(blocks: readonly Block[]): void | Promise<void> {
    this.puts++;
    if (this.failPut) throw new Error("disk is full");
    return this.store.putMany(blocks);
  }
}

/** Answers after some turns of the event loop, or some milliseconds. */
export class SlowStore implements Blockstore {
  gets = 0;

  constructor(
    private readonly store: Blockstore,
    private readonly delay: (answer: number) => Promise<unknown>,
  ) {}

  async get(cid: Cid): Promise<Awaited<Answer>> {
    await this.delay(this.gets++);
    return await this.store.get(cid);
  }

  async putMany(blocks: readonly Block[]): Promise<void> {
    await this.delay(this.gets);
    await this.store.putMany(blocks);
  }
}

/** Works until it is told to be silent; from then on it never answers. */
export class SilentStore implements Blockstore {
  #heard: (() => void) | undefined;

  constructor(private readonly store: Blockstore) {}

  /** Resolves when a block is asked for in vain. */
  silence(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }

  get(cid: Cid): Answer {
    if (this.#heard === undefined) return this.store.get(cid);
    this.#heard();
    return new Promise(() => {});
  }

  putMany(blocks: readonly Block[]): void | Promise<void> {
    return this.store.putMany(blocks);
  }
}
