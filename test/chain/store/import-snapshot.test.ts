import { describe, expect, test } from "vitest";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { chainInfo } from "../../../src/chain/store/chain-info.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { snapshotMetadataCodec } from "../../../src/chain/types/snapshot-metadata.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { encodeCbor } from "../../../src/ipld/cbor.js";
import { native } from "../../../src/native/index.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { openFolder, temporaryFile } from "../../support/chain-folder.js";
import { SmallChain } from "../../support/small-chain.js";

const file = (bytes: Uint8Array) => temporaryFile("snapshot.car", bytes);

describe("a snapshot of version 1", () => {
  test("brings its chain", async () => {
    const chain = SmallChain.of(30);
    chain.grow({ nullRounds: 3, blocks: 3 });
    const store = await openFolder(chain.network);
    const result = await importSnapshot(store, file(chain.car()));
    expect(result).toMatchObject({
      head: 33,
      change: "first",
      blocks: chain.store.size,
      added: chain.store.size,
    });
    expect((await store.head()).key).toEqual(chain.head.key);
    expect(store.genesis).toBe(chain.tipsets[0]?.key[0]);
    expect(store.states).toEqual([{ from: 0, to: 33 }]);
    for (let epoch = 0; epoch <= 40; epoch++) {
      expect(store.keyAt(epoch)).toEqual(chain.tipsets.find((tipset) => tipset.epoch === epoch)?.key);
    }
    const keys: { epoch: number }[] = [];
    for await (const entry of store.keys({ from: 2, to: 32 })) keys.push(entry);
    expect(keys).toEqual(chain.tipsets.slice(2, 30).map(({ epoch, key }) => ({ epoch, key })));
    for (const { cid, data } of chain.store)
      expect(Buffer.from(store.blockstore.get(cid) ?? "")).toEqual(Buffer.from(data));
  });

  test("that is imported again is read again where it has to be, and changes nothing", async () => {
    const chain = SmallChain.of(5);
    const store = await openFolder(chain.network);
    const path = file(chain.car());
    await importSnapshot(store, path);
    expect(await importSnapshot(store, path)).toMatchObject({ change: "known", blocks: 0, added: 0 });
    expect(await importSnapshot(store, file(chain.car()))).toMatchObject({
      change: "known",
      blocks: chain.store.size,
      added: 0,
    });
  });

  test("may name its head in any order", async () => {
    const chain = SmallChain.of(3);
    chain.grow({ blocks: 4 });
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(chain.car([...chain.head.key].reverse())));
    expect((await store.head()).key).toEqual(chain.head.key);
  });
});

describe("a snapshot of version 2", () => {
  test("names its head in its first block", async () => {
    const chain = SmallChain.of(7);
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(version2(chain)));
    expect((await store.head()).key).toEqual(chain.head.key);
  });

  test("may have data of F3, which are not kept", async () => {
    const chain = SmallChain.of(7);
    const f3 = latin1Bytes("F3".repeat(1000));
    const cid = native.cidOf(RAW, f3);
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(version2(chain, { f3: { cid, data: f3 } })));
    expect((await store.head()).key).toEqual(chain.head.key);
    expect(store.blockstore.get(cid)).toBeUndefined();
  });

  test("of one header is told from one of version 1", async () => {
    const chain = SmallChain.of(1);
    const store = await openFolder(chain.network);
    expect(await importSnapshot(store, file(chain.car()))).toMatchObject({ head: 0, change: "first" });
  });

  test.each([
    ["another version", { version: 3 }, "snapshot version 3"],
    ["no head", { headTipsetKey: [] }, "no head: its metadata name no headers"],
  ])("with %s is refused", async (_, fields, reason) => {
    const chain = SmallChain.of(2);
    const store = await openFolder(chain.network);
    await expect(importSnapshot(store, file(version2(chain, fields)))).rejects.toMatchObject({
      code: "INVALID_SNAPSHOT",
      details: { reason },
    });
  });
});

describe("a further snapshot", () => {
  test("of a longer chain takes the head along", async () => {
    const chain = SmallChain.of(10);
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(chain.car()));
    await store.addValidated({ from: 0, to: 9 });
    for (let i = 0; i < 5; i++) chain.grow();
    expect(await importSnapshot(store, file(chain.car()))).toMatchObject({ head: 14, change: "later" });
    expect(store.keyAt(14)).toEqual(chain.head.key);
    expect(store.keyAt(3)).toEqual(chain.tipsets[3]?.key);
    expect(store.states).toEqual([{ from: 0, to: 14 }]);
    // The outcome of the head could not be compared then.
    expect(store.validated).toEqual([{ from: 0, to: 8 }]);
  });

  test("of an earlier part changes nothing", async () => {
    const chain = SmallChain.of(10);
    const early = file(chain.forkAt(4).car());
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(chain.car()));
    expect(await importSnapshot(store, early)).toMatchObject({ head: 4, change: "known" });
    expect((await store.head()).epoch).toBe(9);
  });

  test("of a lighter fork, or of an earlier part, is taken if it is told to be", async () => {
    const chain = SmallChain.of(5);
    const early = file(chain.car());
    const fork = chain.forkAt(4);
    fork.grow({ salt: "fork" });
    chain.grow({ weight: 2n ** 900n });
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(chain.car()));
    await store.addValidated({ from: 0, to: 5 });
    expect(await importSnapshot(store, file(fork.car()))).toMatchObject({ change: "lighter" });
    const options = { takeHead: true };
    expect(await importSnapshot(store, file(fork.car()), options)).toMatchObject({
      head: 5,
      change: "taken",
    });
    expect((await store.head()).key).toEqual(fork.head.key);
    expect(store.keyAt(5)).toEqual(fork.head.key);
    expect(await importSnapshot(store, early, options)).toMatchObject({ head: 4, change: "taken" });
    expect(store.keyAt(4)).toEqual(chain.tipsets[4]?.key);
    expect(store.keyAt(5)).toBeUndefined();
    expect(store.states).toEqual([{ from: 0, to: 4 }]);
    expect(store.validated).toEqual([{ from: 0, to: 3 }]);
    expect(await importSnapshot(store, early, options)).toMatchObject({ head: 4, change: "known" });
    expect(await importSnapshot(store, file(fork.car()))).toMatchObject({ head: 5, change: "later" });
  });

  test.each([
    ["heavier", 1000n, "heavier"],
    ["lighter", 1n, "lighter"],
    ["as heavy", 100n, "lighter"],
  ])("of a fork that is %s", async (_, weight, change) => {
    const chain = SmallChain.of(10);
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(chain.car()));
    await store.addValidated({ from: 0, to: 9 });
    const fork = chain.forkAt(5);
    fork.grow({ salt: "fork", nullRounds: 1, weight });
    fork.grow({ salt: "fork", weight });
    fork.grow({ salt: "fork", weight: weight === 100n ? 200n : weight });
    expect(await importSnapshot(store, file(fork.car()))).toMatchObject({ head: 9, change });
    const main = change === "heavier" ? fork : chain;
    expect((await store.head()).key).toEqual(main.head.key);
    for (let epoch = 0; epoch < 10; epoch++) {
      expect(store.keyAt(epoch)).toEqual(main.tipsets.find((tipset) => tipset.epoch === epoch)?.key);
    }
    expect(store.validated).toEqual([{ from: 0, to: change === "heavier" ? 4 : 9 }]);
  });

  test("of another chain is refused, and nothing is lost", async () => {
    const chain = SmallChain.of(4);
    const other = SmallChain.of(9, "other");
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(chain.car()));
    await expect(importSnapshot(store, file(other.car()))).rejects.toMatchObject({ code: "OTHER_NETWORK" });
    expect((await store.head()).key).toEqual(chain.head.key);
    expect(await importSnapshot(store, file(chain.car()))).toMatchObject({ change: "known" });
  });
});

describe("headers that do not go back to genesis", () => {
  test("are a chain, too, which a whole one takes up", async () => {
    const chain = SmallChain.of(12);
    const without = new Set(chain.tipsets.slice(0, 5).flatMap(({ key }) => key));
    const part = writeCar({
      roots: chain.head.key,
      blocks: [...chain.store].filter(({ cid }) => !without.has(cid)),
    });
    const store = await openFolder(chain.network);
    await importSnapshot(store, file(part));
    expect(store.genesis).toBeUndefined();
    expect(store.keyAt(5)).toEqual(chain.tipsets[5]?.key);
    expect(store.keyAt(4)).toBeUndefined();
    chain.grow();
    expect(await importSnapshot(store, file(chain.car()))).toMatchObject({ change: "later" });
    expect(store.genesis).toBe(chain.tipsets[0]?.key[0]);
    expect(store.keyAt(2)).toEqual(chain.tipsets[2]?.key);
    expect(store.states).toEqual([{ from: 0, to: 12 }]);
  });
});

describe("refused:", () => {
  const chain = SmallChain.of(6);
  const blocks = [...chain.store];
  const [head] = chain.head.key as [Cid];
  const without = (cid: Cid) => blocks.filter((block) => block.cid !== cid);
  const state = firstHeader(chain.head).parentStateRoot;
  const uneven = SmallChain.of(3);
  const [a] = uneven.grow().key as [Cid];
  const [b] = uneven.grow().key as [Cid];
  const late = SmallChain.of(3);
  late.grow({ header: { height: 1 } });

  test.each([
    ["no root", { roots: [], blocks }, "no head: the CAR has no roots"],
    [
      "a root that is not there",
      { roots: [head], blocks: without(head) },
      `the CAR lacks its root ${cidText(head)}`,
    ],
    [
      "one of several roots that is not there",
      { roots: [head, native.cidOf(DAG_CBOR, latin1Bytes("none"))], blocks },
      /^header bafy\S+ of its head is not in it$/,
    ],
    ["a root that is no header", { roots: [state], blocks }, /^its head is no tipset: INVALID_CBOR/],
    [
      "roots of several epochs",
      { roots: [a, b], blocks: [...uneven.store] },
      /^its head is no tipset: INVALID_TIPSET/,
    ],
    [
      "headers that do not link",
      { roots: late.head.key, blocks: [...late.store] },
      /^the headers below epoch 1 do not link: INVALID_TIPSET/,
    ],
  ])("%s", async (_, car, reason) => {
    const store = await openFolder(chain.network);
    await expect(importSnapshot(store, file(writeCar(car)))).rejects.toMatchObject({
      code: "INVALID_SNAPSHOT",
      details: { reason: typeof reason === "string" ? reason : expect.stringMatching(reason) },
    });
    expect(await importSnapshot(store, file(chain.car()))).toMatchObject({ change: "first" });
  });

  test("a genesis other than the network's", async () => {
    const other = SmallChain.of(6, "other");
    const store = await openFolder(chain.network);
    await expect(importSnapshot(store, file(other.car()))).rejects.toMatchObject({
      code: "OTHER_NETWORK",
      details: { found: `genesis ${cidText(other.tipsets[0]?.key[0] as Cid)}` },
    });
  });
});

test("an import that was not ended is listed, also a second one", async () => {
  const chain = SmallChain.of(4);
  const store = await openFolder(chain.network);
  await importSnapshot(store, file(chain.car()));
  expect((await chainInfo(store)).unfinished).toEqual([]);
  chain.litter(25_000);
  const later = file(chain.car());
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("enough"));
  const ended = importSnapshot(store, later, { signal: controller.signal, onProgress });
  await expect(ended).rejects.toThrow("enough");
  expect((await chainInfo(store)).unfinished).toEqual(["import"]);
  await importSnapshot(store, later);
  expect((await chainInfo(store)).unfinished).toEqual([]);
});

function version2(
  chain: SmallChain,
  { f3, ...fields }: { f3?: { cid: Cid; data: Uint8Array }; version?: number; headTipsetKey?: Cid[] } = {},
): Uint8Array {
  const metadata = { version: 2, headTipsetKey: chain.head.key, f3Data: f3?.cid, ...fields };
  const data = encodeCbor(snapshotMetadataCodec, metadata);
  const cid = native.cidOf(DAG_CBOR, data);
  return writeCar({
    roots: [cid],
    blocks: [{ cid, data }, ...(f3 === undefined ? [] : [f3]), ...chain.store],
  });
}
