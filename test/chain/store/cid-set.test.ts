import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { CidSet } from "../../../src/chain/store/cid-set.js";
import { RAW } from "../../../src/encoding/codecs.js";
import { native } from "../../../src/native/index.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { temporaryFolder } from "../../support/chain-folder.js";

const cids = Array.from({ length: 50 }, (_, i) => native.cidOf(RAW, latin1Bytes(`${i}`)));
const temporaries = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`fvm-cids-`));

test("a set is the same in memory and beyond", async () => {
  const before = temporaries();
  const set = CidSet.temporary(7);
  for (const cid of cids) {
    expect(set.has(cid)).toBe(false);
    expect(set.add(cid)).toBe(true);
    expect(set.add(cid)).toBe(false);
    await set.settle();
  }
  expect(cids.filter((cid) => !set.has(cid) || set.add(cid))).toEqual([]);
  expect(temporaries().length).toBe(before.length + 1);
  await set.close();
  expect(temporaries()).toEqual(before);
});

test("a small one needs no folder", async () => {
  const before = temporaries();
  const set = CidSet.temporary();
  set.add(cids[0] as never);
  await set.settle();
  expect(temporaries()).toEqual(before);
  await set.close();
});

test("one in a folder of its own stays, as far as it was stored", async () => {
  const folder = temporaryFolder();
  const [stored, lost] = cids as [never, never];
  const set = await CidSet.open(folder);
  set.add(stored);
  await set.flush();
  set.add(lost);
  await set.close();
  expect(existsSync(folder)).toBe(true);
  const again = await CidSet.open(folder);
  expect([again.has(stored), again.has(lost)]).toEqual([true, false]);
  await again.close();
});
