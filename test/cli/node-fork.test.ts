/** `fvm node --fork` against another `fvm node`, both processes; and what ends a node in the middle of a call. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { CodeCache } from "../../src/vm/machine/code-cache.js";
import { temporaryFolder } from "../support/chain-folder.js";
import { devnetVersions } from "../support/devnet.js";
import { type NodeProcess, startNodeProcess, startNodeProcessIn } from "../support/node-process.js";
import { skipLoudly } from "../support/skip.js";

const WHO = "0x7777777777777777777777777777777777777777";
const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("fvm node --fork: no builtin actors are on this machine");

describe.runIf(hasActors)("a fork", () => {
  const send = (node: NodeProcess, value: string) => node.call("eth_sendTransaction", { to: WHO, value });
  const balance = async (node: NodeProcess) => Number(await node.call("eth_getBalance", WHO, "latest"));

  /** A fork whose cache is of its own. */
  const forkOf = (cache: string, ...args: string[]) =>
    startNodeProcessIn(
      { XDG_CACHE_HOME: cache, FVM_CODE_CACHE: CodeCache.standardFolder() },
      "--accounts",
      "1",
      ...args,
    );

  test("of the last block, of an epoch, and without the node that it has been forked from", async () => {
    const cache = temporaryFolder();
    const remote = await startNodeProcess("--accounts", "1", "--chain-id", "4242");
    for (const value of ["0x1", "0x2", "0x4"]) await send(remote, value);
    {
      await using fork = await forkOf(cache, "--fork", remote.url);
      expect(await fork.call("eth_chainId")).toBe("0x1092");
      expect(await balance(fork)).toBe(7);
      await send(fork, "0x8");
      expect(await balance(fork)).toBe(15);
      expect(await balance(remote)).toBe(7);
      expect(await fork.stop()).toBe(0);
    }
    const from = `${remote.url}@3`;
    {
      await using fork = await forkOf(cache, "--fork", from);
      expect(await balance(fork)).toBe(3);
      await send(fork, "0x8");
      expect(await fork.stop()).toBe(0);
    }
    expect(await remote.stop()).toBe(0);
    {
      await using offline = await forkOf(cache, "--fork", from);
      expect(await balance(offline)).toBe(3);
      await send(offline, "0x8");
      expect(await balance(offline)).toBe(11);
      // Blocks that were never asked for are with the node that is gone.
      const unknown = offline.call(
        "eth_getStorageAt",
        "0xca11bde05977b3631167028862be2a173976ca11",
        "0x1",
        "0x1",
      );
      await expect(unknown).rejects.toMatchObject({
        code: 1,
        message: expect.stringMatching(/^DOWNLOAD_FAILED .*fetch failed/),
      });
      await send(offline, "0x1");
      expect(await balance(offline)).toBe(12);
    }
    await expect(forkOf(temporaryFolder(), "--fork", from)).rejects.toThrow(
      /^it ended with 2: fvm: DOWNLOAD_FAILED [^\n]*\n$/,
    );
  }, 180_000);

  test("what the next tipset needs is fetched ahead", async () => {
    await using remote = await startNodeProcess("--accounts", "1");
    await send(remote, "0x1");
    const most = { atOnce: 0 };
    const proxy = await slowly(remote.url, most);
    await using fork = await forkOf(temporaryFolder(), "--fork", proxy.url);
    await send(fork, "0x8");
    expect(await balance(fork)).toBe(9);
    expect(most.atOnce).toBeGreaterThan(8);
    proxy.close();
  }, 180_000);

  test("kept in a folder, it goes on there", async () => {
    await using remote = await startNodeProcess("--accounts", "1");
    await send(remote, "0x1");
    const [cache, data] = [temporaryFolder(), join(temporaryFolder(), "data")];
    {
      await using fork = await forkOf(cache, "--fork", remote.url, "--data", data);
      await send(fork, "0x2");
      expect(await fork.stop()).toBe(0);
    }
    await send(remote, "0x10");
    await using fork = await forkOf(cache, "--data", data);
    await send(fork, "0x4");
    expect(await balance(fork)).toBe(7);
  }, 180_000);
});

/** Answers as a node does, some milliseconds later. @param most requests at once, which it counts */
async function slowly(url: string, most: { atOnce: number }) {
  let now = 0;
  const proxy = createServer(async (request, response) => {
    most.atOnce = Math.max(most.atOnce, ++now);
    const body = Buffer.concat(await request.toArray());
    await delay(5);
    const answer = await fetch(url, { method: "POST", body });
    response.end(await answer.text());
    now--;
  });
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const close = () => {
    proxy.close();
    proxy.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

describe.runIf(hasActors)("SIGTERM in the middle of calls", () => {
  /** Goes round for ever. */
  const LOOP = { [WHO]: { code: "0x5b600056" } };

  test("ends them and the process", async () => {
    await using node = await startNodeProcess("--accounts", "1");
    const calls = Array.from({ length: 3 }, () => node.call("eth_call", { to: WHO }, "latest", LOOP));
    const ends = Promise.allSettled(calls);
    await node.call("eth_chainId");
    expect(await node.stop()).toBe(0);
    for (const { status } of await ends) expect(status).toBe("rejected");
  }, 60_000);

  test("a chain in a folder is whole afterwards", async () => {
    const data = join(temporaryFolder(), "data");
    {
      await using node = await startNodeProcess("--accounts", "2", "--data", data);
      await node.call("eth_sendTransaction", { to: WHO, value: "0x5" });
      const running = node.call("eth_sendTransaction", { to: WHO, value: "0x5" }).catch(() => undefined);
      expect(await node.stop()).toBe(0);
      await running;
    }
    await using node = await startNodeProcess("--data", data);
    expect([5, 10]).toContain(Number(await node.call("eth_getBalance", WHO, "latest")));
  }, 60_000);
});
