import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { delegatedAddress } from "../../../src/address/address.js";
import { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";
import type { Message } from "../../../src/message/message.js";
import { FolderDevStore } from "../../../src/node/dev/dev-store.js";
import { readStateFile, writeStateFile } from "../../../src/node/dev/state-file.js";
import { ACTORS, makeDevChain, withDevChains } from "../../support/dev-chain.js";

const script = fileURLToPath(new URL("fixtures/mine.mjs", import.meta.url));
const nobody = delegatedAddress(10, new Uint8Array(20).fill(0x77));

withDevChains("kept development chains", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fvm-dev-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What a chain is like after some life. */
  async function live(options: Parameters<typeof makeDevChain>[0]) {
    const chain = await makeDevChain({ accounts: 2, ...options });
    await chain.send({ to: nobody, value: 5n });
    await chain.dev.edit([[nobody, { balance: 9n }]]);
    chain.dev.increaseTime(100);
    await chain.send({ to: nobody, value: 1n });
    return chain;
  }

  /** Whether a chain goes on from there. */
  async function checkOn(options: Parameters<typeof makeDevChain>[0], head: readonly string[]) {
    const chain = await makeDevChain(options);
    expect(chain.chain.head.key).toEqual(head);
    expect((await chain.actor(nobody))?.balance).toBe(10n);
    // A tipset may have been ahead of time by a second.
    expect(chain.dev.clock.offset).toBeGreaterThanOrEqual(100);
    await chain.send({ to: nobody, value: 1n });
    expect((await chain.actor(nobody))?.balance).toBe(11n);
    // Earlier blocks have their receipts.
    const first = await chain.chain.tipsetAt(2, "before");
    expect((await chain.chain.executed(first as NonNullable<typeof first>)).messages).toHaveLength(1);
  }

  test("a folder's goes on where it was, also after an end without a word", async () => {
    const store = await FolderDevStore.open(folder);
    const { chain } = await live({ store });
    // No close: another handle sees what is on disk.
    const other = await FolderDevStore.open(folder);
    await checkOn({ store: other }, chain.head.key);
    await other.close();
    await store.close();
  });

  test("two processes' blocks do not get mixed: one of them is refused, and nothing of the other's is lost", async () => {
    const store = await FolderDevStore.open(folder);
    const first = await live({ store });
    const other = await FolderDevStore.open(folder);
    const second = await makeDevChain({ store: other });
    // Whoever only looks has changed nothing.
    await first.send({ to: nobody, value: 2n });
    const refused = { code: "CHAIN_CHANGED", details: { folder } };
    await expect(second.send({ to: nobody, value: 3n })).rejects.toMatchObject(refused);
    await other.close();
    await store.close();
    const again = await FolderDevStore.open(folder);
    expect(again.record?.head).toEqual(first.chain.head.key);
    await again.close();
  });

  test("a file that cannot be written at the end is refused at the beginning", async () => {
    const refused = { code: "INVALID_OPTION", details: { option: "state" } };
    await expect(readStateFile(join(folder, "none", "state.car"))).rejects.toMatchObject(refused);
    await expect(readStateFile(folder)).rejects.toMatchObject(refused);
  });

  test("a folder's has other accounts than are asked for", async () => {
    const store = await FolderDevStore.open(folder);
    await live({ store });
    await store.close();
    const again = await FolderDevStore.open(folder);
    await expect(makeDevChain({ store: again, accounts: 3 })).rejects.toThrow(/accounts/);
    await expect(makeDevChain({ store: again, mnemonic: "other" })).rejects.toThrow(/mnemonic/);
    await again.close();
  });

  test("an imported chain's folder is none", async () => {
    const database = await LmdbBlockstore.open(folder);
    await database.write({ meta: { "chain/format": Uint8Array.of(0x31) } });
    await database.close();
    await expect(FolderDevStore.open(folder)).rejects.toMatchObject({ code: "INVALID_STORE" });
  });

  test("a folder keeps what waits and snapshots, with their order and numbers", async () => {
    let snapshots: number[];
    {
      const store = await FolderDevStore.open(folder);
      const chain = await makeDevChain({ accounts: 2, store });
      chain.dev.automine = false;
      const push = async (fields: Partial<Message>) =>
        chain.pool.push(chain.dev.signed(await chain.message({ to: nobody, ...fields })));
      await push({ value: 1n });
      await push({ value: 2n });
      chain.dev.prepare({ baseFee: 1000n, randomness: new Uint8Array(32).fill(7) });
      snapshots = [await chain.dev.snapshot(), await chain.dev.snapshot()];
      await chain.dev.mine();
      await push({ value: 4n });
      // One that takes another's place, and one that is dropped.
      await push({ value: 8n, nonce: 2, gasPremium: 200_000n });
      chain.pool.remove(await push({ value: 16n, from: chain.eth(1) }));
      await chain.dev.keepPool();
      // No close: another handle sees what is on disk.
      const other = await FolderDevStore.open(folder);
      const again = await makeDevChain({ store: other });
      expect(again.pool.pending().map(({ message }) => message.value)).toEqual([8n]);
      const [, second] = snapshots as [number, number];
      expect(await again.dev.revert(second)).toBe(true);
      expect(again.pool.pending().map(({ message }) => message.value)).toEqual([1n, 2n]);
      expect(await again.dev.snapshot()).toBe(second + 1);
      await other.close();
      await store.close();
    }
    const store = await FolderDevStore.open(folder);
    const chain = await makeDevChain({ store });
    const [first] = snapshots as [number, number];
    expect(await chain.dev.revert(first + 1)).toBe(false);
    expect(await chain.dev.revert(first)).toBe(true);
    const tipset = await chain.dev.mine();
    expect(tipset.headers[0]?.parentBaseFee).toBe(1000n);
    expect((await chain.actor(nobody))?.balance).toBe(3n);
    await store.close();
  });

  test("processes that are killed lose nothing that they have answered", { timeout: 300_000 }, async () => {
    const kills = fileURLToPath(new URL("fixtures/node-kills.mjs", import.meta.url));
    const child = spawn(process.execPath, [kills, "4"], { stdio: ["ignore", "pipe", "pipe"] });
    const [output, errors] = await Promise.all(
      [child.stdout, child.stderr].map((stream) => stream.toArray()),
    );
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode, String(errors)).toBe(0);
    expect(String(output)).toMatch(/^4 kills: .*; nothing is lost\n$/);
  });

  test("a file has all of it; no file is a new one; another file is refused", async () => {
    const file = join(folder, "state.car");
    const chain = await live({});
    await writeStateFile(file, chain.chain.chain.blockstore, chain.record());
    await checkOn({ store: await readStateFile(file) }, chain.chain.head.key);
    expect((await readStateFile(join(folder, "none.car"))).record).toBeUndefined();
    const bad = join(folder, "bad.car");
    writeFileSync(bad, "no CAR");
    await expect(readStateFile(bad)).rejects.toMatchObject({ code: "INVALID_STORE" });
  });

  test("a process that is killed leaves the last block that it has told of", async () => {
    const child = spawn(process.execPath, [script, folder, ACTORS as string], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = 0;
    for await (const line of createInterface(child.stdout)) {
      told = Number(line);
      if (told >= 8) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    const store = await FolderDevStore.open(folder);
    const chain = await makeDevChain({ store });
    expect(chain.dev.latest.epoch).toBeGreaterThanOrEqual(told);
    await chain.send({ to: nobody, value: 1n });
    await store.close();
  });
});
