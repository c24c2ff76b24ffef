import { encode } from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { describe, expect, test } from "vitest";
import { Flights } from "../../../src/blockstore/flights.js";
import { AheadStore } from "../../../src/chain/prefetch/ahead-store.js";
import { Recent } from "../../../src/chain/prefetch/recent.js";
import { Siblings } from "../../../src/chain/prefetch/siblings.js";
import { type Cid, cidBytes, cidFromParts } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";

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
