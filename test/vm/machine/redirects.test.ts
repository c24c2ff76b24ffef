/** Code that runs instead of other code, and what goes on seeing the other one. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { type Cid, cidBytes, cidText } from "../../../src/encoding/cid.js";
import { RAW } from "../../../src/encoding/codecs.js";
import { native } from "../../../src/native/index.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import { deriveNetwork } from "../../../src/vm/network/derive.js";
import type { Redirect } from "../../../src/vm/network/version.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { actorOf, keep, OneActor, type OneActorText, words } from "../../support/one-actor.js";
import { idle, keyAddress, plainMessage } from "../../support/plain-network.js";

const to = (...redirects: Redirect[]) => deriveNetwork(28, { redirects });

/** Returns a number, and the first word of its own code's digest as the actor sees it. */
const numbered = (number: number, actor: number): OneActorText => ({
  imports: '(import "actor" "get_actor_code_cid" (func $code (param i32 i64 i32 i32) (result i32)))',
  body: [
    keep(0, `(i32.const ${number})`),
    keep(1, `(call $code (i32.const 0x100) (i64.const ${actor}) (i32.const 0x200) (i32.const 100))`),
    // After version, codec, hash and length.
    keep(2, "(i32.load (i32.const 0x206))"),
    "(i32.store (i32.const 0) (i32.const 0))",
  ].join("\n"),
  returns: 12,
});
const digestWord = (code: Cid) => Buffer.from(cidBytes(code)).readInt32LE(6);

describe("of actors", async () => {
  // Alice is 100.
  const actors = await OneActor.of(numbered(1, 101), numbered(2, 102), numbered(3, 103));
  const [one, two, three] = (await Promise.all([0, 1, 2].map((which) => actors.code(which)))) as [
    Cid,
    Cid,
    Cid,
  ];
  const number = async (which: number, ...redirects: Redirect[]) =>
    words(await actors.call(to(...redirects), { which }))[0];

  test("the other code runs", async () => {
    expect(await number(0)).toBe(1);
    expect(await number(0, [one, two])).toBe(2);
    expect(await number(1, [one, two])).toBe(2);
  });

  test("one after the other on the same store and the same engine", async () => {
    expect(await number(0, [one, three])).toBe(3);
    expect(await number(0)).toBe(1);
    expect(await number(0, [one, two])).toBe(2);
  });

  test("what is redirected to is not redirected again", async () => {
    expect(await number(0, [one, two], [two, three])).toBe(2);
    expect(await number(1, [one, two], [two, three])).toBe(3);
    expect(await number(0, [one, two], [two, one])).toBe(2);
    expect(await number(1, [one, two], [two, one])).toBe(1);
    expect(await number(0, [one, one])).toBe(1);
  });

  test("an actor's code stays what it was, for actors and clients", async () => {
    const network = to([one, await codeOf(actors, numbered(4, 101))]);
    expect(words(await actors.call(network))).toEqual([4, 0, digestWord(one)]);
    const machine = await actors.machine(network);
    expect((await machine.getActor(idAddress(101)))?.code).toBe(one);
    machine.close();
  });

  test("the gas is that of the code that runs", async () => {
    const pair = await OneActor.of({ body: "" }, { body: keep(0, "(i32.const 7)"), returns: 4 });
    const redirect: Redirect = [await pair.code(0), await pair.code(1)];
    const gasUsed = async (network: Parameters<OneActor["call"]>[0], which: number) =>
      (await pair.call(network, { which })).receipt.gasUsed;
    expect(await gasUsed(28, 0)).not.toBe(await gasUsed(28, 1));
    expect(await gasUsed(to(redirect), 0)).toBe(await gasUsed(28, 1));
  });

  test("to code that the store lacks", async () => {
    const missing = native.cidOf(RAW, "nowhere");
    const network = to([one, missing]);
    const details = { cid: cidText(missing) };
    await expect(actors.call(network)).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND", details });
    const { receipt } = await actors.call(network, { missingBlocks: "receipt" });
    expect(receipt.exitCode).toBe(10);
    expect(await number(1, [one, missing])).toBe(2);
  });

  test("to code that is none is a fault of who set it", async () => {
    const nonsense = await stored(actors, Uint8Array.of(1, 2, 3));
    await expect(actors.call(to([one, nonsense]))).rejects.toMatchObject({
      code: "INVALID_BUILTIN_CODE",
      details: { code: cidText(nonsense) },
    });
  });

  test("of code that no store has any more", async () => {
    const gone = new MemoryBlockstore([...actors.net.store].filter(({ cid }) => cid !== one));
    const machine = await Machine.create({
      ...{ network: to([one, two]), stateRoot: actors.net.stateRoot, blockstore: gone, epoch: 10 },
      blockCache: BlockCache.create(2 ** 20),
    });
    const message = plainMessage({ from: keyAddress(1), to: idAddress(101), method: 2 });
    expect(words(await machine.execute(message))[0]).toBe(2);
    machine.close();
  });
});

describe("of builtin actors", async () => {
  const actors = await OneActor.of(numbered(1, 101));
  const builtin = native.cidOf(RAW, await idle());
  const own = await actors.code(0);

  test("their code may be missing, but not what runs instead", async () => {
    const { stateRoot, store } = actors.net;
    const without = (cid: Cid) => new MemoryBlockstore([...store].filter((block) => block.cid !== cid));
    // A limit of its own: an engine that has compiled nothing.
    const create = (blockstore: MemoryBlockstore, redirects: readonly Redirect[]) =>
      Machine.create({
        ...{
          network: deriveNetwork(28, { redirects, maxWasmStack: 1999 }),
          stateRoot,
          blockstore,
          epoch: 10,
        },
        blockCache: BlockCache.create(2 ** 20),
        codeCache: false,
      });
    await expect(create(without(builtin), [])).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND" });
    (await create(without(builtin), [[builtin, own]])).close();
    await expect(create(without(own), [[builtin, own]])).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND" });
  });

  test("an account with other code", async () => {
    const machine = await actors.machine(to([builtin, own]));
    const message = plainMessage({ from: keyAddress(1), to: keyAddress(1), method: 2 });
    expect(words(await machine.execute(message))).toEqual([1, 0, digestWord(own)]);
    machine.close();
  });
});

describe("before any code may run", async () => {
  const net = await TestNet.create({ version: 17 });
  const trap = await actorOf({ body: "(unreachable)" });
  const code = native.cidOf(RAW, trap);
  net.store.putMany([{ cid: code, data: trap }]);
  const mortal = Buffer.from(net.code("mortal")).toString("latin1") as Cid;
  const exitCode = async (...redirects: Redirect[]) => {
    const chain = await TestChain.on(net, { network: deriveNetwork(17, { redirects }) });
    const { receipt } = await chain.send({ to: net.id("mortal"), method: 77 });
    chain.close();
    return receipt.exitCode;
  };

  test("a builtin actor's may be replaced by any", async () => {
    expect(await exitCode()).toBe(22);
    expect(await exitCode([mortal, code])).toBe(4);
  });
});

/** Stores code, and returns its CID. */
async function stored({ net }: OneActor, wasm: Uint8Array): Promise<Cid> {
  const cid = native.cidOf(RAW, wasm);
  net.store.putMany([{ cid, data: wasm }]);
  return cid;
}

async function codeOf(actors: OneActor, text: OneActorText): Promise<Cid> {
  return stored(actors, await actorOf(text));
}
