/** Stores as they are in the wild: other words for "not there", bytes of other realms, buffers that they use again. */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import { fromInterfaceBlockstore } from "../../src/blockstore/interface-blockstore.js";
import type { Cid } from "../../src/encoding/cid.js";
import { HostFault } from "../../src/errors.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { idle, keyAddress, type PlainNetwork, plainMessage, plainNetwork } from "../support/plain-network.js";

const [alice, bob] = [keyAddress(1), keyAddress(2)];
const actor = await idle();
const net: PlainNetwork = await plainNetwork([alice, bob], [Uint8Array.of(...actor, 0, 2, 1, 0x61)]);
const blocks = new Map([...net.store].map(({ cid, data }) => [cid, data]));
/** The code of the actor that is no builtin one. */
const code = [...net.store].find(({ data }) => data.length === actor.length + 4)?.cid as Cid;
const call = plainMessage({ from: alice, to: idAddress(net.ids[0] as number), method: 2 });

type Get = (cid: Cid, data: Uint8Array | undefined) => unknown;

const storeOf = (get: Get): Blockstore =>
  ({ get: (cid: Cid) => get(cid, blocks.get(cid)), putMany() {} }) as Blockstore;

function machineOn(
  blockstore: Blockstore,
  cacheBytes = 1 << 20,
  missingBlocks?: "receipt",
): Promise<Machine> {
  return Machine.create({
    ...{ network: 28, stateRoot: net.stateRoot, epoch: 1, blockstore, codeCache: false },
    blockCache: BlockCache.create(cacheBytes),
    ...(missingBlocks && { missingBlocks }),
  });
}

async function outcome(act: () => Promise<unknown>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof HostFault)) throw error;
    return { code: error.code, ...error.details };
  }
}

const later =
  (get: Get): Get =>
  async (cid, data) =>
    get(cid, data);

describe.each<[string, Get]>([
  ["undefined", () => undefined],
  ["null", () => null],
])("a store that says %s", (_, absent) => {
  describe.each<[string, (get: Get) => Get]>([
    ["at once", (get) => get],
    ["later", later],
  ])("%s", (_, when) => {
    const lacks = (lost: (cid: Cid) => boolean) =>
      storeOf(when((cid, data) => (lost(cid) ? absent(cid, data) : data)));

    test("of the state", async () => {
      const made = outcome(() => machineOn(lacks((cid) => cid !== net.stateRoot)));
      expect(await made).toMatchObject({ code: "BLOCK_NOT_FOUND" });
    });

    test("of an actor's code", async () => {
      const machine = await machineOn(lacks((cid) => cid === code));
      expect(await outcome(() => machine.execute(call))).toMatchObject({ code: "BLOCK_NOT_FOUND" });
    });

    test("of an actor's code, where that makes a receipt", async () => {
      const machine = await machineOn(
        lacks((cid) => cid === code),
        1 << 20,
        "receipt",
      );
      expect(await machine.execute(call)).toMatchObject({ receipt: { exitCode: 10 } });
      machine.close();
    });
  });
});

/** Classes of another realm, as jest, jsdom and `vm` have them. */
const foreign = runInNewContext("({ Uint8Array, ArrayBuffer, DataView, SharedArrayBuffer })");

describe.each<[string, (data: Uint8Array) => unknown]>([
  ["a Buffer", (data) => Buffer.from(data)],
  ["a Uint8Array of another realm", (data) => new foreign.Uint8Array(data)],
  ["an ArrayBuffer", (data) => data.slice().buffer],
  ["an ArrayBuffer of another realm", (data) => new foreign.Uint8Array(data).buffer],
  ["a DataView of another realm", (data) => new foreign.DataView(new foreign.Uint8Array(data).buffer)],
  ["a part of a larger buffer", (data) => new Uint8Array(Buffer.concat([Buffer.alloc(3), data])).subarray(3)],
  [
    "shared memory",
    (data) => {
      const shared = new Uint8Array(new SharedArrayBuffer(data.length));
      shared.set(data);
      return shared;
    },
  ],
])("a store that answers with %s", (_, as) => {
  test.each<[string, (get: Get) => Get]>([
    ["at once", (get) => get],
    ["later", later],
  ])("%s", async (_, when) => {
    const machine = await machineOn(storeOf(when((_, data) => data && as(data))));
    expect(await machine.execute(call)).toMatchObject({ receipt: { exitCode: 0 } });
    machine.close();
  });

  test("behind interface-blockstore, whole and in pieces", async () => {
    const data = (cid: unknown) =>
      blocks.get(Buffer.from((cid as { bytes: Uint8Array }).bytes).toString("latin1") as Cid);
    const whole = fromInterfaceBlockstore({
      get: async (cid) => as(data(cid) as Uint8Array) as Uint8Array,
      putMany: () => [],
    });
    const pieces = fromInterfaceBlockstore({
      async *get(cid) {
        const bytes = data(cid) as Uint8Array;
        yield as(bytes.subarray(0, 3)) as Uint8Array;
        yield as(bytes.subarray(3)) as Uint8Array;
      },
      putMany: () => [],
    });
    for (const store of [whole, pieces]) {
      const machine = await machineOn(store);
      expect(await machine.execute(call)).toMatchObject({ receipt: { exitCode: 0 } });
      machine.close();
    }
  });
});

test.each<[unknown, string]>([
  ["bytes as text", "a String"],
  [[1, 2, 3], "an Array"],
  [new Map(), "a Map"],
  [7, "a Number"],
  [{ data: new Uint8Array(3) }, "an Object"],
  [false, "a Boolean"],
])("a store that answers with %o is named, and whose fault it is", async (answer, kind) => {
  for (const when of [(get: Get) => get, later]) {
    const store = storeOf(when((cid, data) => (cid === net.stateRoot ? data : answer)));
    expect(await outcome(() => machineOn(store))).toMatchObject({
      code: "BLOCKSTORE_FAILED",
      operation: "get",
      reason: `the store answered with ${kind} instead of bytes`,
    });
  }
});

describe("a store that uses its buffer again", () => {
  const buffer = new Uint8Array(1 << 16);
  const reusing: Get = (_, data) => {
    if (data === undefined) return undefined;
    buffer.fill(0xee);
    buffer.set(data);
    return buffer.subarray(0, data.length);
  };

  test.each<[string, Get]>([
    ["at once", reusing],
    ["later", later(reusing)],
    [
      "as soon as it is read",
      (cid, data) => {
        const answer = reusing(cid, data) as Uint8Array | undefined;
        queueMicrotask(() => buffer.fill(0xee));
        return answer;
      },
    ],
  ])("%s, with a cache that holds nothing", async (_, get) => {
    const right = await machineOn(storeOf((_, data) => data));
    const machine = await machineOn(storeOf(get), 0);
    for (const message of [call, plainMessage({ from: alice, to: bob, nonce: 1, value: 5n })]) {
      expect(await machine.execute(message)).toEqual(await right.execute(message));
    }
    expect(await machine.getActor(bob)).toEqual(await right.getActor(bob));
    expect(await machine.flush()).toBe(await right.flush());
    machine.close();
    right.close();
  });
});
