import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { executeChainTipset } from "../../../src/chain/node/execute-chain-tipset.js";
import { exportSnapshot } from "../../../src/chain/store/export-snapshot.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { cidText } from "../../../src/encoding/cid.js";
import { actorsIn } from "../../../src/tools/bundles/actors-source.js";
import { bundleFolders } from "../../../src/tools/bundles/folders.js";
import { openFolder, temporaryFolder } from "../../support/chain-folder.js";
import { executableLotusChains } from "../../support/lotus-node.js";
import { fileOf, read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const chains = executableLotusChains();
if (chains.length === 0)
  skipLoudly("the chains of a Lotus node: they, or their actors, are not on this machine");

interface NetworkFile {
  readonly head: { readonly height: number; readonly cids: readonly string[] };
  readonly upgrades: readonly { readonly networkVersion: number }[];
}

describe.each(chains)("the chain %s", (name) => {
  const network = read(name, "network.json") as NetworkFile;
  const full = fileOf(name, "full.car.zst");
  const actors = actorsIn(bundleFolders());

  test("is imported with its actors, and can be executed", async () => {
    const store = await openFolder(network);
    const result = await importSnapshot(store, full, { actors });
    expect(result).toMatchObject({ head: network.head.height, change: "first", missingActors: [] });
    const head = await store.head();
    expect(head.key.map(cidText)).toEqual(network.head.cids);
    expect(store.states).toEqual([{ from: 0, to: head.epoch }]);
    const node = chainNode({ network: store.network, chain: store.chain });
    // Not the newest: gaps of hundreds of null rounds are there in one of them.
    let child = await store.chain.tipsetAt(120, head, "before");
    for (let i = 0; i < 3; i++) {
      if (child === undefined) throw new Error("no tipset");
      const tipset = (await store.chain.parent(child)) as ChainTipset;
      const executed = await executeChainTipset(node, store.chain, tipset);
      expect(executed.stateRoot).toBe(firstHeader(child).parentStateRoot);
      child = tipset;
    }
  });

  test("names the actors that are missing", async () => {
    const store = await openFolder(network);
    const { missingActors } = await importSnapshot(store, full);
    expect(missingActors.map(({ networkVersion }) => networkVersion)).toEqual(
      network.upgrades.map(({ networkVersion }) => networkVersion),
    );
    expect(missingActors[0]).toMatchObject({ network: "testing-fake-proofs", manifest: expect.any(String) });
  });

  test("goes out and in again, the same bytes", async () => {
    const store = await openFolder(network);
    await importSnapshot(store, full, { actors });
    const folder = temporaryFolder();
    const [one, other] = [join(folder, "one.car"), join(folder, "other.car")];
    await exportSnapshot(store.chain, await store.head(), one, { receipts: true });
    const second = await openFolder(network);
    expect(await importSnapshot(second, one)).toMatchObject({ added: expect.any(Number), change: "first" });
    expect(second.states).toEqual(store.states);
    await exportSnapshot(second.chain, await second.head(), other, { receipts: true });
    expect(Buffer.compare(readFileSync(one), readFileSync(other))).toBe(0);
  });

  const recent = fileOf(name, "snapshot.car.zst");
  test.runIf(existsSync(recent))("adds nothing with Lotus's own snapshot of it", async () => {
    const store = await openFolder(network);
    await importSnapshot(store, full, { actors });
    expect(await importSnapshot(store, recent)).toMatchObject({ change: "known", added: 0 });
  });
});
