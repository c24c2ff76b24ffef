/** Filters and subscriptions while a chain grows and forks: told as a Lotus node has told them. */
import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { writeBlocks } from "../../../src/blockstore/access.js";
import { type ChainTipset, chainTipset } from "../../../src/chain/history/chain-tipset.js";
import { type BlockHeader, encodeHeader, headerCid } from "../../../src/chain/types/header.js";
import { writeBlockMessages } from "../../../src/chain/types/message-meta.js";
import type { SignedMessage } from "../../../src/chain/types/signed-message.js";
import { type Cid, parseCid } from "../../../src/encoding/cid.js";
import { FULL_BLOOM } from "../../../src/node/eth/bloom.js";
import { blockHash } from "../../../src/node/eth/hashes.js";
import type { EthHash } from "../../../src/node/eth/json.js";
import { transactionHash } from "../../../src/node/eth/transaction.js";
import type { Node } from "../../../src/node/node.js";
import type { Dispatcher } from "../../../src/node/rpc/dispatch.js";
import { RpcError } from "../../../src/node/rpc/errors.js";
import { lotusNode } from "../../support/lotus-answers.js";
import { executableLotusChains, type LotusNode, openLotusNode } from "../../support/lotus-node.js";
import { read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

/** One thing that happened, in order. */
type Happening =
  | { what: "head"; height: number; cids: readonly { "/": string }[] }
  | { what: "fork" }
  | { what: "call"; method: string; params: readonly unknown[]; result?: unknown; error?: unknown }
  | { what: "subscribe"; params: readonly unknown[]; answer: { result?: EthHash; error?: unknown } }
  | { what: "pushed"; message: { params?: { subscription: EthHash; result: unknown }; result?: boolean } }
  | { what: "mined"; Height: number; Blocks: readonly string[] };

const executable = new Set(executableLotusChains());
const names = recordings(["nv28", "nv27-28"]).filter((name) => executable.has(name));
if (names.length === 0)
  skipLoudly("filters and subscriptions of Lotus: no recording, or no bundles of its actors");

/** An account of genesis. */
const FIRST_ACCOUNT = 100;

/** A recording played to a node of ours. */
class Script {
  /** Recorded names of filters, subscriptions and blocks that have others here. */
  readonly #ours = new Map<unknown, unknown>();
  readonly #pushed = new Map<unknown, unknown[]>();
  readonly #expected = new Map<unknown, unknown[]>();
  readonly #sent = new Set<EthHash>();
  /** Recorded hashes of heads, in order. */
  readonly #heads: EthHash[];

  constructor(
    private readonly lotus: LotusNode,
    private readonly node: Dispatcher<Node>,
    private readonly happenings: readonly Happening[],
  ) {
    const blockFilter = happenings.find((one) => one.what === "call" && one.method === "eth_newBlockFilter");
    this.#heads = happenings.flatMap((one) =>
      one.what === "call" && one.method === "eth_getFilterChanges" && one.params[0] === resultOf(blockFilter)
        ? (one.result as EthHash[])
        : [],
    );
  }

  async play(): Promise<void> {
    for (const happening of this.happenings) await this.#play(happening);
    await this.#node.subscriptions.settled();
  }

  /** What subscribers were told, by recorded subscription; and what they were to be told. */
  get pushes() {
    const told = [...this.#expected].map(
      ([id, expected]) => [id, expected, this.#pushed.get(id) ?? []] as const,
    );
    return told.map(([id, expected, found]) => ({
      id,
      expected: this.#renamed(expected) as unknown[],
      found,
    }));
  }

  get #node(): Node {
    return this.node.options.node;
  }

  async #play(happening: Happening): Promise<void> {
    switch (happening.what) {
      case "call":
        return this.#call(happening);
      case "subscribe":
        return this.#subscribe(happening);
      case "pushed":
        return this.#push(happening.message);
      case "mined":
        return this.#mine(happening);
      case "head":
        expect(this.#node.chain.head.epoch).toBe(happening.height);
        expect(this.#node.chain.head.key).toEqual(happening.cids.map((cid) => parseCid(cid["/"])));
    }
  }

  async #call({ method, params, ...expected }: Extract<Happening, { what: "call" }>): Promise<void> {
    const answer = await this.#ask(method, params);
    if (/^eth_new\w*Filter$/.test(method) && expected.result !== undefined) {
      expect(answer.result).toMatch(/^0x[0-9a-f]{32}0{32}$/);
      this.#ours.set(expected.result, answer.result);
      return;
    }
    const { what: _what, ...rest } = expected as typeof expected & { what: string };
    expect({ method, params, ...answer }).toEqual({ method, params, ...(this.#renamed(rest) as object) });
  }

  async #subscribe({ params, answer }: Extract<Happening, { what: "subscribe" }>): Promise<void> {
    const found = await this.#ask("eth_subscribe", params);
    if (answer.result === undefined) {
      expect(found.error).toEqual(answer.error);
      return;
    }
    this.#ours.set(answer.result, found.result);
    this.#expected.set(answer.result, []);
  }

  #push({ params }: Extract<Happening, { what: "pushed" }>["message"]): Promise<void> | undefined {
    if (params === undefined) return undefined;
    this.#expected.get(params.subscription)?.push(params.result);
    // A pending transaction: that it is told is the only sign of it.
    if (typeof params.result === "string") return this.#send(params.result as EthHash);
    return undefined;
  }

  /** Sends a transaction that comes into a block later, the first time that it is told. */
  async #send(hash: EthHash): Promise<void> {
    if (this.#sent.has(hash)) return;
    this.#sent.add(hash);
    await this.#node.pool.push((await this.#transaction(hash)).signed);
  }

  /** Waits until the pool has followed the head. */
  async #settled(): Promise<void> {
    await this.#node.pool.nextNonce(idAddress(FIRST_ACCOUNT));
  }

  async #transaction(hash: EthHash): Promise<{ readonly cid: Cid; readonly signed: SignedMessage }> {
    const { chain } = this.#node;
    for (const tipset of this.lotus.tipsets.toReversed()) {
      for (const { cid, message, signed } of await chain.messages(tipset)) {
        if (signed === undefined) continue;
        if (transactionHash({ cid, message, signed }, chain.network.chainId) === hash) return { cid, signed };
      }
    }
    throw new Error(`no transaction ${hash}`);
  }

  /** Lets the blocks of an epoch come, as they came: one by one, each making the tipset grow. */
  async #mine({ Height: height, Blocks: blocks }: Extract<Happening, { what: "mined" }>): Promise<void> {
    const { chain } = this.#node;
    // Blocks of a branch that is not heavier change nothing.
    if (this.#heads.length === 0) return;
    const cids = blocks.filter((text) => text !== "").map(parseCid);
    const there = await Promise.all(cids.map((cid) => chain.chain.blockstore.get(cid)));
    const tipsets = there.every((block) => block !== undefined)
      ? await Promise.all(subsets(cids).map((key) => this.#tipset(key)))
      : [await this.#fork(height)];
    for (;;) {
      const next = tipsets.find(({ key }) => blockHash(key) === this.#renamed(this.#heads[0]));
      if (next === undefined) break;
      this.#heads.shift();
      await chain.setHead(next);
      await this.#settled();
    }
  }

  async #tipset(cids: readonly Cid[]): Promise<ChainTipset> {
    const { chain } = this.#node.chain;
    const headers = await Promise.all(cids.map(async (cid) => (await chain.tipset([cid])).headers[0]));
    return chain.tipset(chainTipset(headers as BlockHeader[]).key);
  }

  /** A tipset in the place of the recorded one, whose block nobody has kept: with the transaction that waits. */
  async #fork(height: number): Promise<ChainTipset> {
    const { chain, pool } = this.#node;
    const { blockstore } = chain.chain;
    const above = this.lotus.tipsets.find(({ epoch }) => epoch > height) as ChainTipset;
    const messages = await writeBlocks(blockstore, (blocks) =>
      writeBlockMessages(blocks, { bls: [], secp: pool.pending() }),
    );
    const header: BlockHeader = { ...(above.headers[0] as BlockHeader), height, messages };
    const cid = headerCid(header);
    await blockstore.putMany([{ cid, data: encodeHeader(header) }]);
    this.#ours.set(this.#heads[0], blockHash([cid]));
    return chain.chain.tipset([cid]);
  }

  async #ask(method: string, params: readonly unknown[]): Promise<{ result?: unknown; error?: unknown }> {
    const { signal } = new AbortController();
    const connection = {
      notify: (_: string, told: unknown) => this.#told(told as { subscription: EthHash; result: unknown }),
      onClose: () => () => undefined,
    };
    // The recorded calls came over HTTP, which cannot be told anything.
    const isOverHttp = method === "eth_subscribe" && params.length === 1 && this.#expected.size > 4;
    const caller = { version: "v1", signal, ...(isOverHttp ? {} : { connection }) } as const;
    try {
      const result = await this.node.call(method, this.#renamed(params), caller);
      return { result: JSON.parse(JSON.stringify(result)) };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { error: error.toJSON() };
    }
  }

  #told({ subscription, result }: { subscription: EthHash; result: unknown }): void {
    const recorded = [...this.#ours].find(([, ours]) => ours === subscription)?.[0];
    const told = this.#pushed.get(recorded) ?? [];
    told.push(JSON.parse(JSON.stringify(result)));
    this.#pushed.set(recorded, told);
  }

  #renamed(value: unknown): unknown {
    if (this.#ours.has(value)) return this.#ours.get(value);
    if (Array.isArray(value)) return value.map((one) => this.#renamed(one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, this.#renamed(field)]));
  }
}

function resultOf(happening: Happening | undefined): unknown {
  return happening?.what === "call" ? happening.result : undefined;
}

/** All but the empty one. */
function subsets<T>(items: readonly T[]): T[][] {
  const sets: T[][] = [[]];
  for (const item of items) sets.push(...sets.map((set) => [...set, item]));
  return sets.slice(1);
}

/** The recorded node told of some blocks before it had indexed their logs. */
function withOpenBloom(expected: unknown, found: unknown): unknown {
  const { logsBloom } = (expected ?? {}) as { readonly logsBloom?: string };
  return logsBloom === FULL_BLOOM ? { ...(found as object), logsBloom } : found;
}

describe.each(names)("%s", (name) => {
  let script: Script;

  beforeAll(async () => {
    const node = await lotusNode(name);
    node.options.node.pool.follow(node.options.node.chain);
    script = new Script(await openLotusNode(name), node, read(name, "live.json") as Happening[]);
  });

  test("calls are answered, and subscribers told, as in the recording", { timeout: 120_000 }, async () => {
    await script.play();
    const pushes = script.pushes;
    expect(pushes.length).toBe(5);
    for (const { id, expected, found } of pushes) {
      const told = found.map((one, i) => withOpenBloom(expected[i], one));
      expect({ id, told }).toEqual({ id, told: expected });
    }
  });
});
