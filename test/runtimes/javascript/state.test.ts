import { decode } from "@ipld/dag-cbor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import type { Codec } from "../../../src/ipld/cbor.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { JavaScriptNet } from "../../support/javascript/contract.js";

const SOURCE = `
import { fail } from "fvm:actor";
export const Constructor = (start, { state }) => state.set(start);
export const Get = (_, { state }) => state.get();
export const Set = (value, { state }) => state.set(value);
export const Same = (_, { state }) => {
  const value = state.get();
  value.changed = true;
  return [state.get() === value, state.set({ a: 1 }), state.get()].filter((x) => x !== undefined);
};
export const Put = ([name, entries], { state }) => {
  const map = state.map(name);
  for (const [key, value] of entries) map.set(key, value);
};
export const Look = ([name, key], { state }) => {
  const map = state.map(name);
  return { has: map.has(key), value: map.get(key) ?? null };
};
export const Delete = ([name, key], { state }) => state.map(name).delete(key);
export const Reenter = ([to, method, params], { state, send, message }) => {
  state.set({ before: 1 });
  state.map("m").set("k", 1);
  send(to, method, [message.receiver, params]);
  return [state.get(), state.map("m").get("k")];
};
export const Call = async ([to, method, params, options], { send }) => await send(to, method, params, options);
export const Back = ([to, params], { send }) => send(to, ${exportedMethodNumber("Change")}, params);
export const Change = (params, { state }) => {
  const { before } = state.get();
  state.set({ before: before + params });
  const map = state.map("m");
  map.set("k", map.get("k") + params);
};
export const Try = ([to, method, params, options], { send }) => {
  try {
    return { value: send(to, method, params, options) ?? null };
  } catch ({ exitCode = null, errno = null, data = null, message }) {
    return { exitCode, errno, data, message };
  }
};
export const Fail = (code) => { throw fail(code, "as told"); };
`;

const anyCodec: Codec<unknown> = { decode: (reader) => decode(reader.raw()), encode: () => {} };

let net: JavaScriptNet;
let id: number;
beforeAll(async () => {
  net = await JavaScriptNet.create();
});
afterAll(() => net.close());

async function fresh(start: unknown = { n: 1 }): Promise<number> {
  id = await net.deploy(SOURCE, start);
  return id;
}

describe("the state", () => {
  test("is what was set, as one item of DAG-CBOR", async () => {
    await fresh();
    await net.call(id, "Set", { list: [1, "two"] });
    expect(await net.call(id, "Get")).toMatchObject({ value: { list: [1, "two"] } });
    expect(await net.read(id, (_, { state }) => decode(state))).toEqual({ list: [1, "two"] });
  });

  test("is undefined before it is set", async () => {
    expect(await net.run("(_, { state }) => state.get() === undefined")).toMatchObject({ value: true });
  });

  test("is decoded once, and changes only by being set", async () => {
    await fresh();
    expect(await net.call(id, "Same")).toMatchObject({ value: [true, { a: 1 }] });
    expect(await net.call(id, "Get")).toMatchObject({ value: { a: 1 } });
  });

  test("costs nothing if the same is set", async () => {
    await fresh({ n: 1 });
    const same = await net.call(id, "Set", { n: 1 });
    const other = await net.call(id, "Set", { n: 2 });
    expect(other.gas - same.gas).toBeGreaterThan(500_000);
  });

  test("cannot be changed in a read-only call", async () => {
    await fresh();
    const to = await net.deploy(SOURCE, null);
    const method = exportedMethodNumber("Set");
    const tried = await net.call(to, "Try", [id, method, 2, { readOnly: true }]);
    expect(tried).toMatchObject({ exitCode: 0, value: { exitCode: 25 } });
    expect(
      await net.call(to, "Call", [id, exportedMethodNumber("Get"), null, { readOnly: true }]),
    ).toMatchObject({
      value: { n: 1 },
    });
  });
});

describe("maps", () => {
  const entries = Array.from({ length: 200 }, (_, i) => [`key ${i}`, { i }] as const);

  test("are HAMTs as builtin actors have them", async () => {
    await fresh();
    expect(await net.call(id, "Put", ["balances", entries])).toMatchObject({ exitCode: 0 });
    const found = await net.read(id, (blocks, { maps }) => {
      const root = maps.get("balances");
      if (root === undefined) throw new Error("no map");
      const hamt = Hamt.load(blocks, root, anyCodec);
      return entries.map(([key]) => hamt.get(key));
    });
    expect(found).toEqual(entries.map(([, value]) => value));
  });

  test("give back what was put in, and forget what was deleted", async () => {
    await fresh();
    await net.call(id, "Put", ["m", entries]);
    expect(await net.call(id, "Look", ["m", "key 7"])).toMatchObject({
      value: { has: true, value: { i: 7 } },
    });
    expect(await net.call(id, "Delete", ["m", "key 7"])).toMatchObject({ value: true });
    expect(await net.call(id, "Delete", ["m", "key 7"])).toMatchObject({ value: false });
    expect(await net.call(id, "Look", ["m", "key 7"])).toMatchObject({ value: { has: false, value: null } });
    expect(await net.call(id, "Look", ["other", "key 8"])).toMatchObject({
      value: { has: false, value: null },
    });
  });

  test("have numbers, texts and bytes as keys", async () => {
    await fresh();
    await net.call(id, "Put", [
      "m",
      [
        [300, "number"],
        ["a", "text"],
        [Uint8Array.of(97, 98), "bytes"],
      ],
    ]);
    const found = await net.read(id, (blocks, { maps }) => {
      const hamt = Hamt.load(blocks, maps.get("m") as never, anyCodec);
      return ["\xac\x02", "a", "ab"].map((key) => hamt.get(key));
    });
    expect(found).toEqual(["number", "text", "bytes"]);
  });
});

describe("a send", () => {
  test("gives the callee's value", async () => {
    await fresh();
    const caller = await net.deploy(SOURCE, null);
    expect(await net.call(caller, "Call", [id, exportedMethodNumber("Get"), null])).toMatchObject({
      value: { n: 1 },
    });
  });

  test("shows the state as a callee that came back has left it", async () => {
    await fresh();
    const other = await net.deploy(SOURCE, null);
    const answer = await net.call(id, "Reenter", [other, exportedMethodNumber("Back"), 41]);
    expect(answer).toMatchObject({ exitCode: 0, value: [{ before: 42 }, 42] });
  });

  test("throws with the callee's exit code, which is the caller's unless it is caught", async () => {
    await fresh();
    const caller = await net.deploy(SOURCE, null);
    const failing = [id, exportedMethodNumber("Fail"), 77];
    expect(await net.call(caller, "Try", failing)).toMatchObject({ value: { exitCode: 77, errno: null } });
    expect(await net.call(caller, "Call", failing)).toMatchObject({ exitCode: 77 });
    const unknown = [id, exportedMethodNumber("Nothing"), null];
    expect(await net.call(caller, "Try", unknown)).toMatchObject({ value: { exitCode: 22 } });
  });

  test("throws the FVM's refusal", async () => {
    const caller = await fresh(null);
    const tried = await net.call(caller, "Try", [100, 0, null, { value: 1 }]);
    expect(tried).toMatchObject({ value: { errno: 5, message: "insufficient funds" } });
  });

  test("moves value, beyond 64 bits, too", async () => {
    const id = await net.deploy(`
      export const Pay = ([to, value], { send, balance }) => {
        send(to, 0, undefined, { value: BigInt(value) << 4n });
        return [\`\${balance()}\`, \`\${balance(to)}\`];
      };
      export const Value = (_, { message }) => \`\${message.value}\`;`);
    const receiver = await net.deploy("");
    const value = 2n ** 65n + 16n;
    expect(await net.call(id, "Value", undefined, { value })).toMatchObject({ value: `${value}` });
    const paid = await net.call(id, "Pay", [receiver, 2n ** 61n]);
    expect(paid).toMatchObject({ exitCode: 0, value: ["16", `${2n ** 65n}`] });
  });
});

test("an event has its entries in order, each indexed, as CBOR", async () => {
  const id = await net.deploy(`export const Emit = (_, { emit }) => emit({ type: "transfer", amount: 5 });`);
  const { events } = await net.chain.send({ to: id, method: exportedMethodNumber("Emit") });
  expect(events.map(({ entries }) => entries)).toEqual([
    [
      {
        flags: 3,
        key: "type",
        codec: 0x51,
        value: expect.toSatisfy((bytes) => decode(bytes) === "transfer"),
      },
      { flags: 3, key: "amount", codec: 0x51, value: Uint8Array.of(5) },
    ],
  ]);
});

test("blocks, randomness, hashes and addresses are there for who was given them", async () => {
  const id = await net.deploy(`
    export const Blocks = (value, { blocks }) => blocks.get(blocks.put(value));
    export const Random = (epoch, { randomness }) => [randomness.chain(epoch), randomness.beacon(epoch)];
    export const Hash = (bytes, { crypto }) => crypto.hash("sha2-256", bytes);
    export const Who = (_, { resolve, addressOf, codeOf, message }) =>
      [resolve(message.caller), addressOf(message.receiver) ?? null, codeOf(message.receiver).bytes.length];
    export const Gas = (_, { gas }) => gas() > 1000;`);
  expect(await net.call(id, "Blocks", { a: [1] })).toMatchObject({ value: { a: [1] } });
  const { randomness } = net.chain.net;
  expect(await net.call(id, "Random", 50)).toMatchObject({
    value: [randomness.call(net.chain.net, "chain", 50), randomness.call(net.chain.net, "beacon", 50)],
  });
  const hash = await net.call(id, "Hash", new TextEncoder().encode("abc"));
  expect(Buffer.from(hash.value as Uint8Array).toString("hex")).toMatch(/^ba7816bf8f01cfea/);
  expect(await net.call(id, "Who")).toMatchObject({ value: [net.chain.net.id("alice"), null, 38] });
  expect(await net.call(id, "Gas")).toMatchObject({ value: true });
});
