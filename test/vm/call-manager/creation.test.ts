import { describe, expect, test } from "vitest";
import { type Address, BLS_ZERO_ADDRESS, idAddress } from "../../../src/address/address.js";
import { contextOf, send, sent } from "./acts.js";
import { ALICE, failing, ScriptedNetwork, secpAddress } from "./scripted-network.js";
import type { Actor } from "./scripted-stack.js";

const NEW = secpAddress(7);

describe("an account that a send creates", () => {
  test("is constructed by the system actor, then called", async () => {
    const calls: unknown[] = [];
    const account: Actor = (frame) => {
      calls.push({ ...contextOf(frame.context), params: frame.params });
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { account } });
    await net.send(NEW, { method: 5, value: 3n });
    const encoded = Uint8Array.of(0x55, ...Buffer.from(NEW, "latin1"));
    expect(calls).toEqual([
      { caller: 0, receiver: 101, method: 1, params: encoded },
      { caller: 100, receiver: 101, method: 5, params: undefined },
    ]);
    expect(net.tree.getActor(101)).toMatchObject({ balance: 3n, nonce: 0, code: net.code("account") });
  });

  test("exists even if its constructor fails", async () => {
    const net = await ScriptedNetwork.create({ actors: { account: failing(16) } });
    const { receipt } = await net.send(NEW, { method: 0, value: 3n });
    expect(receipt.exitCode).toBe(0);
    expect(net.tree.getActor(101)?.balance).toBe(3n);
  });

  test("does not exist if the call fails, and is created again", async () => {
    const exits: unknown[] = [];
    const caller: Actor = function* () {
      for (let i = 0; i < 2; i++) exits.push(sent(yield send(NEW, { method: 5, value: 1 })).exit);
      return { exit: 0 };
    };
    let constructed = 0;
    const account: Actor = (frame) => {
      if (contextOf(frame.context).method !== 1) return { exit: 20 };
      constructed++;
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { account, caller } });
    await net.send("caller");
    expect(exits).toEqual([20, 20]);
    expect(constructed).toBe(2);
    expect(net.tree.resolveAddress(NEW)).toBeUndefined();
    expect(net.tree.getActor(102)).toBeUndefined();
  });

  test("whose constructor runs out of gas takes its limit only", async () => {
    let answer: unknown;
    const caller: Actor = function* () {
      answer = sent(yield send(NEW, { method: 0, gasLimit: 5_000_000 }));
      return { exit: 0 };
    };
    const account: Actor = function* () {
      yield { gas: 10_000_000_000 };
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { account, caller } });
    expect((await net.send("caller")).receipt.exitCode).toBe(0);
    expect(answer).toEqual({ errno: 0, exit: 7, handle: 0 });
    expect(net.tree.resolveAddress(NEW)).toBeUndefined();
  });
});

describe("a send to an unknown address", () => {
  const f4 = (namespace: number) => `\x04${String.fromCharCode(namespace)}someone` as Address;
  const f2 = `\x02${"\0".repeat(20)}` as Address;

  test.each([
    ["f1", NEW, { errno: 0, exit: 0, handle: 0 }, 13],
    ["f2", f2, { errno: 6, exit: 0, handle: 0 }, 6],
    ["f3 of zeros", BLS_ZERO_ADDRESS, { errno: 1, exit: 0, handle: 0 }, 13],
    ["f4 of the EAM", f4(10), { errno: 0, exit: 0, handle: 0 }, 13],
    ["f4 of another actor", f4(11), { errno: 6, exit: 0, handle: 0 }, 6],
    ["f0", idAddress(999), { errno: 6, exit: 0, handle: 0 }, 6],
  ])("%s", async (_, to, answer, errorIfReadOnly) => {
    const answers: unknown[] = [];
    const caller: Actor = function* () {
      answers.push(sent(yield send(to, { method: 0, readOnly: true })).errno);
      answers.push(sent(yield send(to, { method: 0 })));
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller } });
    await net.send("caller");
    expect(answers).toEqual([errorIfReadOnly, answer]);
    const id = net.tree.resolveAddress(to);
    const created = id === undefined ? undefined : net.tree.getActor(id);
    expect(created?.delegatedAddress).toBe(to === f4(10) ? to : undefined);
  });
});

describe("addresses of created actors", () => {
  const NEXT = { syscall: "actor.next_actor_address", args: [21] } as const;

  test("count creations that were undone", async () => {
    const addresses: string[] = [];
    const id = idAddress(1);
    const init: Actor = function* (frame) {
      const method = Number(contextOf(frame.context).method);
      addresses.push(Buffer.from((yield NEXT).bytes).toString("hex"));
      yield { syscall: "actor.create_actor", args: [500 + method, net.code("account"), new Uint8Array()] };
      addresses.push(Buffer.from((yield NEXT).bytes).toString("hex"));
      return { exit: method === 2 ? 16 : 0 };
    };
    const caller: Actor = function* () {
      yield send(id, { method: 2 });
      yield send(id, { method: 3 });
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { caller, init } });
    await net.send("caller");
    const [first, second, third, fourth] = addresses;
    expect(new Set([first, second, fourth]).size).toBe(3);
    expect(third).toBe(second);
    expect(net.tree.getActor(502)).toBeUndefined();
    expect(net.tree.getActor(503)).toMatchObject({ code: net.code("account"), balance: 0n });
  });

  test.each([16, 17])("network version %i: each question has another answer", async (version) => {
    const addresses: string[] = [];
    const contract: Actor = function* () {
      for (let i = 0; i < 2; i++) {
        const { bytes } = yield { syscall: "actor.new_actor_address", args: [21] };
        addresses.push(Buffer.from(bytes).toString("hex"));
      }
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ version, actors: { contract } });
    await net.send("contract");
    expect(new Set(addresses).size).toBe(2);
    // They come from the sender's key, however the message names it.
    const byKey = addresses.splice(0);
    const again = await ScriptedNetwork.create({ version, actors: { contract } });
    await again.send("contract", { from: again.address("alice") });
    expect(addresses).toEqual(byKey);
  });

  test("only the init actor creates, and no placeholders", async () => {
    const errors: number[] = [];
    const create = (code: string) =>
      ({ syscall: "actor.create_actor", args: [500, net.code(code), new Uint8Array()] }) as const;
    const contract: Actor = function* () {
      errors.push((yield create("account")).errno);
      yield send(idAddress(1));
      return { exit: 0 };
    };
    const init: Actor = function* () {
      errors.push(
        (yield create("placeholder")).errno,
        (yield create("account")).errno,
        (yield create("account")).errno,
      );
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { contract, init } });
    await net.send("contract");
    expect(errors).toEqual([11, 11, 0, 11]);
  });
});

describe("an actor in place of a placeholder", () => {
  const eth = (letter: string) => `\x04\x0a${letter.repeat(20)}` as Address;

  test.each([
    ["with its address", eth("a"), 0],
    ["with another address", eth("b"), 11],
    ["without address", new Uint8Array(), 11],
  ])("%s", async (_, address, errno) => {
    let answer: unknown;
    const init: Actor = function* () {
      const args = [id, net.code("ethaccount"), address] as const;
      answer = (yield { syscall: "actor.create_actor", args }).errno;
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { init } });
    await net.send(eth("a"), { method: 0, value: 9n });
    const id = Number(net.tree.resolveAddress(eth("a")));
    await net.send(idAddress(1));
    expect(answer).toBe(errno);
    const code = net.code(errno === 0 ? "ethaccount" : "placeholder");
    expect(net.tree.getActor(id)).toMatchObject({ code, balance: 9n, delegatedAddress: eth("a") });
  });
});

test("the sender's address in the message decides, from network version 18 on", async () => {
  const addresses: string[] = [];
  const contract: Actor = function* () {
    const { bytes } = yield { syscall: "actor.next_actor_address", args: [21] };
    addresses.push(Buffer.from(bytes).toString("hex"));
    return { exit: 0 };
  };
  for (const from of [ALICE, undefined]) {
    const net = await ScriptedNetwork.create({ actors: { contract } });
    await net.send("contract", { from: from ?? net.address("alice") });
  }
  expect(addresses[0]).not.toBe(addresses[1]);
});
