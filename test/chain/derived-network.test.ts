/** Tipsets and messages of a derived network, here and in worker threads, with the package as users get it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import type { ChainNodeFactory } from "../../src/chain/pool/tipset-pool.js";
import type * as Package from "../../src/index.js";
import { encodeMessage } from "../../src/message/message.js";
import { keep, OneActor, words } from "../support/one-actor.js";
import { keyAddress, plainMessage } from "../support/plain-network.js";

const module = new URL("./fixtures/derived-node.mjs", import.meta.url);
const EPOCH = 10;

let built: typeof Package;
let actor: OneActor;
let pool: Package.TipsetPool;
let node: Package.ChainNode;
beforeAll(async () => {
  built = await import(new URL("../../dist/index.js", import.meta.url).href);
  actor = await OneActor.of({
    imports: '(import "my" "call" (func $call (param i32) (result i32)))',
    body: ["(drop (call $call (i32.const 0x100)))", keep(0, "(i32.load (i32.const 0x100))")].join("\n"),
    returns: 4,
  });
  const data = { blocks: [...actor.net.store] };
  const { default: make } = (await import(module.href)) as { default: ChainNodeFactory };
  node = await make(data);
  pool = await built.TipsetPool.create(module, { workers: 2, data });
});
afterAll(() => pool.close());

const message = (nonce = 0) =>
  plainMessage({ from: keyAddress(1), to: idAddress(actor.ids[0] as number), method: 2, nonce });

test("messages, in each worker as here", async () => {
  const context = { epoch: EPOCH, timestamp: 300, baseFee: 0n };
  const calls = [{ message: message() }];
  const here = await built.executeMessages(node, actor.net.stateRoot, context, calls);
  expect(here.map(words)).toEqual([[EPOCH]]);
  const there = await Promise.all(
    Array.from({ length: 4 }, () => pool.executeMessages(actor.net.stateRoot, context, calls)),
  );
  for (const results of there) expect(results).toEqual(structuredClone(here));
});

test("a tipset", async () => {
  const messages = [0, 1].map((nonce) => ({
    message: message(nonce),
    rawLength: encodeMessage(message(nonce)).length + 69,
  }));
  const block = { miner: idAddress(1000), winCount: 1, messages };
  const tipset = { epoch: EPOCH, parentEpoch: EPOCH - 1, timestamp: 300, baseFee: 0n, blocks: [block] };
  const here = await built.executeTipset(node, actor.net.stateRoot, tipset);
  expect(here.blocks[0]?.messages.map(words)).toEqual([[EPOCH], [EPOCH]]);
  expect(await pool.executeTipset(actor.net.stateRoot, tipset)).toEqual(structuredClone(here));
});
