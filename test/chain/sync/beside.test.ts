/** Validation of a folder, whose blocks another thread checks and writes: as in one thread. It runs the built package. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { DevnetChain } from "../../../src/chain/devnet/devnet-chain.js";
import { DevnetTraffic } from "../../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../../src/chain/devnet/traffic/mix.js";
import type * as Built from "../../../src/chain/index.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { exportSnapshot } from "../../../src/chain/store/export-snapshot.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { differenceJson } from "../../../src/chain/sync/difference-text.js";
import { validateChain } from "../../../src/chain/sync/validate-chain.js";
import type { BlockHeader } from "../../../src/chain/types/header.js";
import { actorsIn } from "../../../src/tools/bundles/actors-source.js";
import { bundleFolders } from "../../../src/tools/bundles/folders.js";
import { acceptProofs } from "../../../src/vm/proofs/verifier.js";
import { openFolder, temporaryFolder } from "../../support/chain-folder.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const program = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
const { ChainStore, validateStore } = (await import(
  new URL("../../../dist/chain/index.js", import.meta.url).href
)) as typeof Built;
const SLOW = { timeout: 180_000 };

const isThere = devnetVersions([28]).length > 0;
if (!isThere) skipLoudly("validation beside a thread: the builtin actors are not on this machine");

/** More than are validated without a thread. */
const TIPSETS = 36;

async function grown(messages = 2): Promise<DevnetChain> {
  const devnet = await makeDevnet();
  const traffic = new DevnetTraffic(devnet, { seed: "a", messages, mix: USUAL_MIX, nullRounds: 0 });
  for (let i = 0; i < TIPSETS; i++) await traffic.mine();
  return devnet;
}

/** A folder with the chain's snapshot: blocks, messages and the first state. */
async function folderOf(devnet: DevnetChain): Promise<string> {
  const folder = temporaryFolder();
  const car = join(folder, "chain.car");
  await exportSnapshot(devnet.chain, devnet.head, car, { states: 1 });
  const store = await openFolder(devnet.networkFile, join(folder, "data"));
  await importSnapshot(store, car, { actors: actorsIn(bundleFolders()) });
  await store.close();
  return store.folder;
}

/** In this thread, on the chain in memory. */
async function own({ chain, network, head }: DevnetChain) {
  const node = chainNode({ network, chain, proofs: acceptProofs });
  const { difference, ...rest } = await validateChain({ chain, network, node, head }, { from: 0 });
  return { ...rest, difference: difference && differenceJson(difference) };
}

describe.skipIf(!isThere)("a folder's chain", () => {
  test("is valid, and remembered with its states", SLOW, async () => {
    const devnet = await grown();
    const expected = await own(devnet);
    const store = await ChainStore.open(await folderOf(devnet));
    const steps: number[] = [];
    const result = await validateStore(store, { onProgress: ({ epoch }) => void steps.push(epoch) });
    expect(result).toEqual({ ...expected, remembered: 0, difference: undefined });
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(new Set(steps).size).toBe(TIPSETS + 1);
    const [range] = store.validated;
    expect(range?.to).toBeLessThan(devnet.head.epoch);
    const { chain, blockstore } = store;
    for (let at = devnet.head; at.epoch > 0; at = (await chain.parent(at)) as typeof at) {
      const { parentStateRoot, parentMessageReceipts } = at.headers[0] as BlockHeader;
      expect([blockstore.has(parentStateRoot), blockstore.has(parentMessageReceipts)]).toEqual([true, true]);
    }
    await store.close();
  });

  test.each<[string, string, (header: BlockHeader) => Partial<BlockHeader>]>([
    ["header", "BASE_FEE", ({ parentBaseFee }) => ({ parentBaseFee: parentBaseFee + 1n })],
    ["state", "STATE_ROOT", ({ messages }) => ({ parentStateRoot: messages })],
    ["list of messages", "MALFORMED_MESSAGES", ({ parentStateRoot }) => ({ messages: parentStateRoot })],
    ["ticket", "TICKET", ({ ticket }) => ({ ticket: ticket?.slice().reverse() })],
  ])("with a wrong %s is refused as in one thread", SLOW, async (_, code, edit) => {
    const devnet = await grown();
    await devnet.mine({ edit: (header) => ({ ...header, ...edit(header) }) });
    const expected = await own(devnet);
    expect(expected.difference).toMatchObject({ code });
    const store = await ChainStore.open(await folderOf(devnet));
    const { difference, ...rest } = await validateStore(store);
    expect({ ...rest, difference: difference && differenceJson(difference) }).toEqual({
      ...expected,
      remembered: 0,
    });
    expect(store.validated.at(-1)?.to).toBeLessThan(devnet.head.epoch);
    await store.close();
  });

  test("ends with the signal's reason, and goes on later", SLOW, async () => {
    const devnet = await grown();
    const store = await ChainStore.open(await folderOf(devnet));
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress: NonNullable<Built.ValidateStoreOptions["onProgress"]> = ({ tipsets }) => {
      if (tipsets === 5) controller.abort(reason);
    };
    await expect(validateStore(store, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(store.validated.at(-1)?.to).toBeGreaterThan(0);
    const { tipsets, remembered, ok } = await validateStore(store);
    expect({ tipsets, ok }).toEqual({ tipsets: TIPSETS + 1, ok: true });
    expect(remembered).toBeGreaterThan(0);
    await store.close();
  });

  test("is executed with the help of threads as without, also if they are lost", SLOW, async () => {
    const devnet = await grown(40);
    const data = await folderOf(devnet);
    const run = (workers: number, ...imports: string[]) => {
      const preloads = imports.flatMap((name) => ["--import", new URL(name, import.meta.url).href]);
      const argv = [...preloads, program, "chain", "validate", "--data", data, "--workers", `${workers}`];
      const { status, stdout, stderr } = spawnSync(process.execPath, [...argv, "--again", "--json"], {
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      const [, threads] = /(\d+) threads/.exec(stderr) ?? [];
      return { answer: JSON.parse(stdout), threads: Number(threads) };
    };
    const counted = "./fixtures/counted-threads.mjs";
    const { answer, threads } = run(0, counted);
    expect(threads).toBe(1);
    expect(run(2, counted)).toEqual({ answer, threads: 3 });
    const lost = run(2, counted, "./fixtures/lost-helper.mjs");
    expect(lost.answer).toEqual(answer);
    expect(lost.threads).toBeGreaterThan(3);
  });

  test("loses nothing with a thread that ends", SLOW, async () => {
    const devnet = await grown();
    const data = await folderOf(devnet);
    const preload = new URL("./fixtures/lost-thread.mjs", import.meta.url).href;
    const run = (...more: string[]) =>
      spawnSync(process.execPath, [...more, program, "chain", "validate", "--data", data, "--json"], {
        encoding: "utf8",
      });
    const lost = run("--import", preload);
    expect(lost.stderr).toContain("WORKER_LOST { text: 'exit code 70' }");
    expect(lost.status).not.toBe(0);
    const { status, stdout, stderr } = run();
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, tipsets: TIPSETS + 1 });
  });
});
