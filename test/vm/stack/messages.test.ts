/** Whole messages: receipts, fees, state. */
import { decode, encode } from "@ipld/dag-cbor";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TestChain } from "../../support/chain.js";
import { ethKey, secpKey } from "../../support/keys.js";
import { FIL, TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";

const READ_ONLY = 1;

let net: TestNet;
let chain: TestChain;
beforeAll(async () => {
  net = await TestNet.create();
});
beforeEach(async () => {
  chain = await TestChain.on(net);
});
afterEach(() => chain.close());

const balanceOf = async (id: number) => {
  const script = new Script().call("actor.balance_of", ROOM, id).read(ROOM, 16);
  const { receipt } = await chain.send({ to: net.id("script"), method: 2, params: script.bytes() });
  const log = Buffer.from(receipt.returnData);
  return log.readUInt32LE(0) === 0 ? log.readBigUInt64LE(4) + (log.readBigUInt64LE(12) << 64n) : undefined;
};

describe("value", () => {
  test("goes from sender to receiver", async () => {
    expect((await chain.send({ to: net.bob.address, value: 5n * FIL })).receipt.exitCode).toBe(0);
    expect(await balanceOf(net.id("alice"))).toBe(995n * FIL);
    expect(await balanceOf(net.id("bob"))).toBe(1005n * FIL);
  });

  test("to a key that nobody knows makes an account", async () => {
    await chain.send({ to: secpKey(40).address, value: FIL });
    expect(await balanceOf(net.nextId)).toBe(FIL);
    const { receipt } = await chain.send({ to: net.nextId, method: 2 });
    expect(decode(receipt.returnData)).toEqual(secpKey(40).address);
  });

  test("to an Ethereum address makes a placeholder, which may send one day", async () => {
    const frank = { name: "frank", address: ethKey(41).address };
    await chain.send({ to: frank.address, value: 10n * FIL });
    expect((await chain.send({ to: frank.address, method: 2 })).receipt.exitCode).toBe(0);
    const sent = await chain.send({ from: frank, to: net.bob.address, value: FIL });
    expect(sent.receipt.exitCode).toBe(0);
    expect(await balanceOf(net.nextId)).toBe(9n * FIL);
  });

  test("with a failing call comes back", async () => {
    expect((await chain.send({ to: net.id("mortal"), method: 6, value: FIL })).receipt.exitCode).toBe(4);
    expect(await balanceOf(net.id("alice"))).toBe(1000n * FIL);
  });
});

describe("refusals", () => {
  test.each([
    ["the sender does not exist", { from: { name: "nobody", address: secpKey(99).address } }, 1],
    ["the nonce is wrong", { nonce: 9 }, 2],
    ["the sender cannot pay the gas", { gasFeeCap: 10n ** 12n }, 2],
    ["the gas does not even pay the inclusion", { gasLimit: 1000 }, 7],
  ])("%s", async (_, fields, exitCode) => {
    const result = await chain.send({ to: net.bob.address, ...fields });
    expect(result.receipt).toMatchObject({ exitCode, gasUsed: 0, returnData: new Uint8Array() });
    expect(result.failure).toMatchObject({ kind: "preflight" });
    expect(result.penalty).toBeGreaterThan(0n);
    expect(await balanceOf(net.id("alice"))).toBe(1000n * FIL);
  });

  test("a contract cannot send messages of its own", async () => {
    const from = { name: "token", address: net.address("token") };
    expect((await chain.send({ from, to: net.bob.address })).receipt.exitCode).toBe(1);
  });

  test.each([
    ["a missing receiver", { to: 123_456 }, 5],
    ["an unknown f2 address", { to: Uint8Array.of(2, ...new Uint8Array(20)) }, 5],
    ["the BLS point at infinity", { to: Uint8Array.of(3, 0xc0, ...new Uint8Array(47)) }, 10],
    ["more value than there is", { to: 100, value: 1001n * FIL, from: "bob" }, 6],
  ])(
    "%s",
    async (_, { from, ...fields }: { from?: string; to: number | Uint8Array; value?: bigint }, exitCode) => {
      const result = await chain.send({ ...fields, from: from === "bob" ? net.bob : net.alice });
      expect(result.receipt.exitCode).toBe(exitCode);
      expect(result.receipt.gasUsed).toBeLessThan(10_000_000_000);
    },
  );
});

test("fees are split without loss", async () => {
  const gasLimit = 20_000_000;
  const fees = { gasLimit, gasFeeCap: 150n, gasPremium: 20n };
  const result = await chain.send({ to: net.bob.address, value: 1n, ...fees });
  const used = BigInt(result.receipt.gasUsed);
  expect(result.baseFeeBurn).toBe(100n * used);
  expect(result.minerTip).toBe(20n * BigInt(gasLimit));
  expect(result.penalty).toBe(0n);
  const parts = result.baseFeeBurn + result.minerTip + result.overEstimationBurn + result.refund;
  expect(parts).toBe(150n * BigInt(gasLimit));
  expect(await balanceOf(2)).toBe(result.minerTip);
  expect(await balanceOf(99)).toBe(result.baseFeeBurn + result.overEstimationBurn);
  expect(await balanceOf(net.id("alice"))).toBe(1000n * FIL - 1n - (parts - result.refund));
});

test("an implicit message pays nothing and keeps the nonce", async () => {
  const result = await chain.send({ to: net.bob.address, value: 1n, nonce: 77 }, { kind: "implicit" });
  expect(result).toMatchObject({ minerTip: 0n, baseFeeBurn: 0n, refund: 0n, receipt: { exitCode: 0 } });
  expect((await chain.send({ to: net.bob.address, nonce: 0 })).receipt.exitCode).toBe(0);
});

describe("actors of our own", () => {
  test("a token is created, moved, and tells of it", async () => {
    const params = net.execParams("token", encode([net.id("alice"), 500]));
    const created = await chain.send({ to: 1, method: 2, params });
    expect(created.receipt.exitCode).toBe(0);
    const [idAddress, robust] = decode<[Uint8Array, Uint8Array]>(created.receipt.returnData);
    expect(idAddress).toEqual(net.address(net.nextId));
    expect(robust).toHaveLength(21);

    const moved = await chain.send({ to: net.nextId, method: 2, params: encode([net.id("bob"), 120]) });
    expect(moved.receipt.exitCode).toBe(0);
    expect(moved.receipt.eventsRoot).toBeDefined();
    expect(moved.events).toEqual([
      {
        emitter: net.nextId,
        entries: Object.entries({ from: net.id("alice"), to: net.id("bob"), amount: 120 }).map(
          ([key, value]) => ({
            flags: 3,
            key,
            codec: 0x51,
            value: encode(value),
          }),
        ),
      },
    ]);
    const balance = await chain.send({ to: net.nextId, method: 3, params: encode(net.id("bob")) });
    expect(decode(balance.receipt.returnData)).toBe(120);
  });

  test("events of a failed call vanish, those of its caller stay", async () => {
    const failed = await chain.send({ to: net.id("emitter"), method: 3, params: encode(3) });
    expect(failed.events).toEqual([]);
    expect(failed.receipt.eventsRoot).toBeUndefined();
    const below = await chain.forward({ to: net.address("emitter"), method: 3, params: encode(3) });
    expect(below.sent.exitCode).toBe(20);
    expect(below.apply.events).toEqual([]);
  });

  test("data of an abort reach the caller", async () => {
    const params = encode([50, Buffer.from("why")]);
    const { receipt, failure } = await chain.send({ to: net.id("mortal"), method: 2, params });
    expect(receipt).toMatchObject({ exitCode: 50, returnData: Uint8Array.from(Buffer.from("why")) });
    expect(failure).toMatchObject({
      kind: "backtrace",
      backtrace: { frames: [{ actorId: net.id("mortal"), code: 50 }] },
    });
    const { sent } = await chain.forward({ to: net.address("mortal"), method: 2, params });
    expect(sent).toEqual({ errno: 0, exitCode: 50, data: Uint8Array.from(Buffer.from("why")) });
  });

  test.each([0, 1, 9, 15])("exit code %i is the machine's own", async (code) => {
    const { receipt } = await chain.send({
      to: net.id("mortal"),
      method: 2,
      params: encode([code, Buffer.of()]),
    });
    expect(receipt.exitCode).toBe(code === 0 ? 0 : 9);
  });

  test("returning an unknown block, and exiting with one", async () => {
    expect((await chain.send({ to: net.id("mortal"), method: 4 })).receipt.exitCode).toBe(11);
    const fatal = await chain.send({ to: net.id("mortal"), method: 5 });
    expect(fatal.receipt).toMatchObject({ exitCode: 10, gasUsed: 10_000_000_000 });
  });

  test("a limited send that runs out leaves its caller the rest", async () => {
    const { apply, sent } = await chain.forward({
      to: net.address("mortal"),
      method: 7,
      gasLimit: 30_000_000,
    });
    expect(sent).toMatchObject({ errno: 0, exitCode: 7 });
    expect(apply.receipt.gasUsed).toBeGreaterThan(30_000_000);
    expect(apply.receipt.gasUsed).toBeLessThan(50_000_000);
  });

  test("an unlimited one takes the message with it", async () => {
    const { apply } = await chain.forward({ to: net.address("mortal"), method: 7 }, 200_000_000);
    expect(apply.receipt).toMatchObject({ exitCode: 7, gasUsed: 200_000_000 });
  });

  test("self-destruction burns what is left", async () => {
    expect((await chain.send({ to: net.id("mortal"), method: 3, params: encode(0) })).receipt.exitCode).toBe(
      102,
    );
    expect((await chain.send({ to: net.id("mortal"), method: 3, params: encode(1) })).receipt.exitCode).toBe(
      0,
    );
    expect(await balanceOf(99)).toBe(1000n);
    expect(await balanceOf(net.id("mortal"))).toBeUndefined();
  });
});

describe("read-only calls", () => {
  const entry = Buffer.alloc(24);
  test.each([
    [
      "self.set_root",
      (s: Script) => s.call("self.root", ROOM, ROOM + 8, 100).call("self.set_root", ROOM + 8),
      [0, 13],
    ],
    ["self.self_destruct", (s: Script) => s.call("self.self_destruct", 1), [13]],
    [
      "event.emit_event",
      (s: Script) => s.write(ROOM, entry).call("event.emit_event", ROOM, 1, ROOM, 0, ROOM, 0),
      [13],
    ],
    [
      "actor.create_actor",
      (s: Script) => s.write(ROOM, net.code("token")).call("actor.create_actor", 5000, ROOM, 0, 0),
      [11],
    ],
    [
      "send of value",
      (s: Script) =>
        s.write(ROOM, Uint8Array.of(0, 100)).call("send.send", ROOM + 8, ROOM, 2, 0, 0, 0, 1, -1n, 0),
      [13],
    ],
    [
      "send without value",
      (s: Script) =>
        s.write(ROOM, Uint8Array.of(0, 100)).call("send.send", ROOM + 8, ROOM, 2, 0, 0, 0, 0, -1n, 0),
      [0],
    ],
    ["ipld.block_link", (s: Script) => s.call("ipld.block_link", ROOM, 1, 0xb220, 32, ROOM + 8, 100), [0]],
  ])("%s", async (_, steps, errnos) => {
    const params = steps(new Script()).bytes();
    const { sent } = await chain.forward({ to: net.address("script"), method: 2, flags: READ_ONLY, params });
    expect(sent.exitCode).toBe(0);
    expect([...new Uint32Array(Uint8Array.from(sent.data).buffer)]).toEqual(errnos);
  });
});
