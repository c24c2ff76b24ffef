/** Folders that several processes use at the same time. Runs the built package. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { collectGarbage } from "../../../src/chain/store/collect-garbage.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { isFvmError } from "../../../src/errors.js";
import { openFolder, temporaryFile, temporaryFolder } from "../../support/chain-folder.js";
import { SmallChain } from "../../support/small-chain.js";

const script = fileURLToPath(new URL("fixtures/work.mjs", import.meta.url));
const chain = SmallChain.of(20);
chain.litter(25_000);
const first = temporaryFile("first.car", chain.car());
const network = temporaryFile("network.json", Buffer.from(JSON.stringify(chain.network)));
for (let i = 0; i < 20; i++) chain.grow();
const second = temporaryFile("second.car", chain.car());

/** In a process of its own. Answers what it ended with. */
async function run(folder: string, work: string, last: string): Promise<number> {
  const child = spawn(process.execPath, [script, work, folder, network, last], {
    stdio: "ignore",
  });
  const [code] = await once(child, "exit");
  return code;
}

test("what one process imports another one sees", async () => {
  const folder = join(temporaryFolder(), "data");
  const store = await openFolder(chain.network, folder);
  await importSnapshot(store, first);
  expect((await store.head()).epoch).toBe(19);
  expect(await run(folder, "import", second)).toBe(0);
  expect((await store.head()).key).toEqual(chain.head.key);
  expect(store.keyAt(30)).toEqual(chain.tipsets[30]?.key);
  expect(store.states).toEqual([{ from: 0, to: 39 }]);
});

test("imports at the same time leave the longest chain, and all of it", async () => {
  const folder = join(temporaryFolder(), "data");
  const other = temporaryFile("other.car", chain.forkAt(10).car());
  const codes = await Promise.all([run(folder, "import", first), run(folder, "import", other)]);
  // One of two that begin at the same time may have to be started again.
  expect(codes).toContain(0);
  const store = await openFolder(chain.network, folder);
  for (const file of [first, other, second]) await importSnapshot(store, file);
  expect((await store.head()).key).toEqual(chain.head.key);
  expect([...chain.store].filter(({ cid }) => !store.blockstore.has(cid))).toEqual([]);
});

test("garbage that is collected while another process imports takes nothing from it", async () => {
  const folder = join(temporaryFolder(), "data");
  const store = await openFolder(chain.network, folder);
  await importSnapshot(store, first);
  const imported = run(folder, "import", second);
  let isDone = false;
  imported.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await collectGarbage(store, { states: 1000 }).catch((error: unknown) => {
      if (!isFvmError(error, "CHAIN_CHANGED")) throw error;
    });
  }
  // The import has done its work, or has seen that it was disturbed.
  if ((await imported) !== 0) expect(await run(folder, "import", second)).toBe(0);
  const kept = chain.tipsets.flatMap((tipset) => [...tipset.key, firstHeader(tipset).parentStateRoot]);
  expect((await store.head()).key).toEqual(chain.head.key);
  expect(kept.filter((cid) => !store.blockstore.has(cid))).toEqual([]);
});
