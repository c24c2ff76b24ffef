import { expect, test } from "vitest";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { CheckingTask } from "../../../src/chain/sync/checking-protocol.js";
import { FolderWriter } from "../../../src/chain/sync/folder-writer.js";
import { ThreadWrittenStore } from "../../../src/chain/sync/thread-written-store.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { native } from "../../../src/native/index.js";

function block(number: number): Block {
  const data = Uint8Array.of(number);
  return { cid: native.cidOf(DAG_CBOR, data), data };
}

/** A store whose other thread is this one. @param onWrite called when blocks are written */
function folder(onWrite: () => void = () => undefined) {
  const disk = new MemoryBlockstore();
  const below = {
    get: (cid: Cid) => disk.get(cid),
    putMany(blocks: readonly Block[]) {
      onWrite();
      return disk.putMany(blocks);
    },
  };
  const writer = new FolderWriter(below, () => undefined);
  const ask = async (task: CheckingTask) => {
    if (task.kind === "store") return writer.store(task.blocks);
    if (task.kind === "flush") return writer.flush();
    throw new Error(task.kind);
  };
  return { disk, store: new ThreadWrittenStore(below, { ask }) };
}

test("blocks are read before they are on disk, where they are once that is asked for", async () => {
  const { disk, store } = folder();
  const { cid, data } = block(1);
  await store.putMany([{ cid, data }]);
  expect([disk.get(cid), store.get(cid)]).toEqual([undefined, data]);
  await store.written();
  expect([disk.get(cid), store.get(cid)]).toEqual([data, data]);
});

test("whoever waits for the disk does not wait for blocks that are put meanwhile", async () => {
  const [before, meanwhile] = [block(1), block(2)];
  const { disk, store } = folder(() => void store.putMany([meanwhile]));
  await store.putMany([before]);
  await store.written();
  expect(disk.get(before.cid)).toEqual(before.data);
  expect([disk.get(meanwhile.cid), store.get(meanwhile.cid)]).toEqual([undefined, meanwhile.data]);
});
