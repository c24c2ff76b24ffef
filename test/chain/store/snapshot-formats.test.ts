/** The formats that snapshots come in, and where the reading of each goes on. */
import { randomBytes } from "node:crypto";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { openSnapshot } from "../../../src/chain/store/snapshot-file.js";
import { snapshotMetadataCodec } from "../../../src/chain/types/snapshot-metadata.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import { varint } from "../../../src/encoding/varint.js";
import { writeCar, writeCarFile } from "../../../src/ipld/car/write.js";
import { encodeCbor } from "../../../src/ipld/cbor.js";
import { native } from "../../../src/native/index.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { carV2, forestCar, zstdFrame } from "../../support/cars.js";
import { openFolder, temporaryFile, temporaryFolder } from "../../support/chain-folder.js";
import { SmallChain } from "../../support/small-chain.js";

const chain = SmallChain.of(40);
const car = { roots: chain.head.key, blocks: [...chain.store] };
const cids = car.blocks.map(({ cid }) => cid);

const indexed = carV2(car, { index: "multihash", padding: 99 });
const behindData = indexed.length - carV2(car, { padding: 99 }).length;

/** With whether reading can go on within the file, if that is not up to chance; and the bytes behind the data. */
const formats: [name: string, bytes: Uint8Array, goesOn: boolean | undefined, behind: number][] = [
  ["version 1", writeCar(car), true, 0],
  ["version 2", carV2(car), true, 0],
  ["version 2 with an index behind it and bytes before", indexed, true, behindData],
  ["one frame of zstd", zstdFrame(writeCar(car)), false, 0],
  ["frames of zstd as Forest's", forestCar(car), true, 0],
  ["frames of zstd that begin anywhere", joined(writeCar(car), 777), undefined, 0],
  ["version 2 in frames of zstd", joined(carV2(car), 500), false, 0],
];

/** In frames of so many bytes. */
function joined(bytes: Uint8Array, frameBytes: number): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += frameBytes) {
    frames.push(zstdFrame(bytes.subarray(at, at + frameBytes)));
  }
  return Buffer.concat(frames);
}

describe.each(formats)("%s", (_, bytes, goesOn, behind) => {
  test("is imported", async () => {
    const store = await openFolder(chain.network);
    const result = await importSnapshot(store, temporaryFile("snapshot", bytes));
    expect(result).toMatchObject({ head: 39, change: "first", blocks: cids.length, added: cids.length });
  });

  test("is read on from any block, without a gap", async () => {
    const path = temporaryFile("snapshot", bytes);
    let goneOn = 0;
    for (let given = 0; given < cids.length; given += 7) {
      const first = await openSnapshot(path, undefined);
      const before: Cid[] = [];
      for await (const { cid } of first.blocks) if (before.push(cid) >= given) break;
      const { position } = first.progress;
      const record = { file: "", offset: position, blocks: before.length, roots: first.roots.map(cidText) };
      const second = await openSnapshot(path, record);
      expect(second.roots).toEqual(car.roots);
      const after: Cid[] = [];
      for await (const { cid } of second.blocks) after.push(cid);
      // Blocks not given before come now, and perhaps a frame's blocks once more.
      expect(cids.slice(cids.length - after.length)).toEqual(after);
      expect(before.length + after.length).toBeGreaterThanOrEqual(cids.length);
      if (after.length < cids.length) goneOn++;
    }
    if (goesOn !== undefined) expect(goneOn > 5).toBe(goesOn);
  });

  test("that is cut off is refused", async () => {
    for (let length = bytes.length - behind - 1; length > 0; length -= Math.ceil(bytes.length / 23)) {
      const path = temporaryFile("snapshot", bytes.subarray(0, length));
      await expect(readAll(path)).rejects.toMatchObject({ code: "INVALID_CAR" });
    }
  });
});

async function readAll(path: string): Promise<number> {
  let count = 0;
  for await (const _ of (await openSnapshot(path, undefined)).blocks) count++;
  return count;
}

test("a large compressed one is read on from its frames", async () => {
  const blocks = Array.from({ length: 40 }, (_, i) => {
    const data = randomBytes(2 ** 20);
    data.writeUInt32LE(i);
    return { cid: native.cidOf(RAW, data), data };
  });
  const path = join(temporaryFolder(), "large.car.zst");
  await writeCarFile(path, { roots: [], blocks }, { zstd: true });
  const first = await openSnapshot(path, undefined);
  let given = 0;
  for await (const { cid } of first.blocks) {
    expect(cid).toBe(blocks[given]?.cid);
    if (++given === 30) break;
  }
  const { position } = first.progress;
  expect(position).toBeGreaterThan(15 * 2 ** 20);
  const second = await openSnapshot(path, { file: "", offset: position, blocks: given, roots: [] });
  const rest: Cid[] = [];
  for await (const { cid } of second.blocks) rest.push(cid);
  expect(rest.length).toBeLessThan(25);
  expect(rest).toEqual(blocks.slice(-rest.length).map(({ cid }) => cid));
});

describe("data of F3", () => {
  const f3 = native.cidOf(RAW, latin1Bytes("nobody looks"));
  const data = encodeCbor(snapshotMetadataCodec, { version: 2, headTipsetKey: chain.head.key, f3Data: f3 });
  const metadata = { cid: native.cidOf(DAG_CBOR, data), data };
  const begin = writeCar({ roots: [metadata.cid], blocks: [metadata] });
  const rest = writeCar(car).subarray(writeCar({ ...car, blocks: [] }).length);

  /** With so many bytes of them, which are a hole in the file. */
  function withF3(bytes: number, cid = f3): string {
    const path = join(temporaryFolder(), "snapshot.car");
    const file = openSync(path, "w");
    const section = latin1Bytes(`${varint(cid.length + bytes)}${cid}`);
    writeSync(file, begin);
    writeSync(file, section);
    const end = begin.length + section.length + bytes;
    ftruncateSync(file, end);
    writeSync(file, rest, 0, rest.length, end);
    closeSync(file);
    return path;
  }

  test("may be longer than any block, and are passed over", async () => {
    const store = await openFolder(chain.network);
    const result = await importSnapshot(store, withF3(300 * 2 ** 20));
    expect(result).toMatchObject({ head: 39, blocks: cids.length + 1 });
    expect(store.blockstore.has(f3)).toBe(false);
  });

  test("are those that the metadata name", async () => {
    const other = native.cidOf(RAW, latin1Bytes("other"));
    await expect(readAll(withF3(100, other))).rejects.toMatchObject({
      code: "INVALID_SNAPSHOT",
      details: { reason: expect.stringMatching(/^its second block is \S+, not the data of F3/) },
    });
  });

  test("that are cut off are refused", async () => {
    const path = temporaryFile("cut.car", Buffer.concat([begin, latin1Bytes(`${varint(10_000)}${f3}`)]));
    await expect(readAll(path)).rejects.toMatchObject({ code: "INVALID_CAR" });
  });
});
