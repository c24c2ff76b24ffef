import { encode } from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { Flights } from "../../../src/blockstore/flights.js";
import { AheadStore } from "../../../src/chain/prefetch/ahead-store.js";
import { Habits } from "../../../src/chain/prefetch/habits.js";
import { Recent } from "../../../src/chain/prefetch/recent.js";
import { Siblings } from "../../../src/chain/prefetch/siblings.js";
import { type Cid, cidBytes, cidFromParts } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import type { Message } from "../../../src/message/message.js";

function cidOf(number: number, codec: number = DAG_CBOR): Cid {
  return cidFromParts(codec, 0xb220, new Uint8Array(32).fill(number));
}

/** A store that answers when it is told to. */
function heldStore() {
  const held = new Map<Cid, (data: Uint8Array) => void>();
  const asked: Cid[] = [];
  return {
    asked,
    get(cid: Cid, { signal }: { signal?: AbortSignal } = {}): Promise<Uint8Array> {
      asked.push(cid);
      return new Promise((resolve, reject) => {
        held.set(cid, resolve);
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    },
    putMany: () => undefined,
    answer: (cid: Cid) => held.get(cid)?.(Uint8Array.of(1)),
  };
}

const turn = () => new Promise(setImmediate);

describe("flights", () => {
  test("a question is asked once while it is in flight", async () => {
    const store = heldStore();
    const flights = new Flights(store);
    const answers = [flights.get(cidOf(1)), flights.get(cidOf(1))];
    store.answer(cidOf(1));
    expect(await Promise.all(answers)).toEqual([Uint8Array.of(1), Uint8Array.of(1)]);
    expect(store.asked).toHaveLength(1);
    void flights.get(cidOf(1));
    expect(store.asked).toHaveLength(2);
  });

  test("who waits for a flight that somebody else gives up asks again", async () => {
    const store = heldStore();
    const flights = new Flights(store);
    const controller = new AbortController();
    const givenUp = Promise.resolve(flights.get(cidOf(1), { signal: controller.signal }));
    const waiting = flights.get(cidOf(1));
    controller.abort(new Error("enough"));
    await expect(givenUp).rejects.toThrow("enough");
    await turn();
    expect(store.asked).toHaveLength(2);
    store.answer(cidOf(1));
    expect(await waiting).toEqual(Uint8Array.of(1));
  });
});

test("blocks ahead take turns; one that is needed at once does not wait", async () => {
  const store = heldStore();
  const flights = new Flights(store);
  const ahead = new AheadStore(flights, { concurrency: 1, maxBlocks: 10, maxBytes: 100 });
  const answers = [1, 2, 3, 3].map((number) => ahead.get(cidOf(number)));
  await turn();
  expect(store.asked).toEqual([cidOf(1)]);
  ahead.hurry(cidOf(3));
  void flights.get(cidOf(3));
  await turn();
  expect(store.asked).toEqual([cidOf(1), cidOf(3)]);
  for (const number of [1, 3, 2]) {
    store.answer(cidOf(number));
    await turn();
  }
  expect(await Promise.all(answers)).toHaveLength(4);
  expect(store.asked).toHaveLength(3);
});

test("the second of several links that is waited for brings the others", () => {
  const links = [1, 2, 3].map((number) => cidOf(number));
  const block = encode([...links, cidOf(4, RAW)].map((cid) => CID.decode(cidBytes(cid))));
  const siblings = new Siblings();
  siblings.read(cidOf(9), block);
  expect(siblings.waitFor(cidOf(1))).toEqual([]);
  expect(siblings.waitFor(cidOf(3))).toEqual(links);
  expect(siblings.waitFor(cidOf(2))).toEqual([]);
  expect(siblings.waitFor(cidOf(8))).toEqual([]);
});

test("blocks of two epochs are remembered, no code", () => {
  const recent = new Recent();
  recent.note(cidOf(1));
  recent.note(cidOf(2, RAW));
  expect(recent.next()).toEqual([cidOf(1)]);
  recent.note(cidOf(3));
  expect(recent.next()).toEqual([cidOf(3), cidOf(1)]);
  expect(recent.next()).toEqual([cidOf(3)]);
});

describe("habits", () => {
  const message = (to: number, method = 2): Message => ({
    version: 0,
    to: idAddress(to),
    from: idAddress(100),
    nonce: 0,
    value: 0n,
    gasLimit: 1,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method,
    params: new Uint8Array(),
  });

  /** Whether each of some scouts, one after the other, reads on after its first write. */
  const scouts = (habits: Habits, count: number, lacks: boolean) =>
    Array.from({ length: count }, () => {
      const readsOn = habits.readsOn(message(1_000));
      habits.note(message(1_000), readsOn && lacks);
      return readsOn;
    });

  test("who has lacked nothing after the first write for some time ends there, and now and then does not", () => {
    const habits = new Habits();
    const found = scouts(habits, 64, false);
    expect(found.slice(0, 4)).toEqual([true, true, true, false]);
    expect(found.slice(4).filter((readsOn) => readsOn)).toHaveLength(3);
    expect(habits.readsOn(message(1_000, 3))).toBe(true);
    expect(habits.readsOn(message(1_001))).toBe(true);
  });

  test("who has lacked something then reads on", () => {
    const habits = new Habits();
    expect(scouts(habits, 64, true)).not.toContain(false);
    scouts(habits, 10, false);
    habits.note(message(1_000), true);
    expect(scouts(habits, 3, false)).toEqual([true, true, true]);
  });
});
