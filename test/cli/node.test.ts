/** `fvm node` as a process: it starts, says where it listens, answers, and ends when told. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/chain-folder.js";
import { devnetVersions } from "../support/devnet.js";
import { startNodeProcess } from "../support/node-process.js";
import { openRpcErrors } from "../support/openrpc.js";
import { skipLoudly } from "../support/skip.js";
import { fvm } from "./capture.js";

const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("fvm node on a chain: no builtin actors are on this machine");

describe.runIf(hasActors)("a chain of its own", () => {
  test("accounts with their keys, then where it listens", async () => {
    await using node = await startNodeProcess("--accounts", "1", "--json");
    expect(node.written.stderr).toContain(
      "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    );
    expect(node.written.stderr.trimEnd().split("\n").at(-1)).toBe(`listening on ${node.url}`);
    await expect.poll(() => node.written.stdout).toMatch(/^}\n$/m);
    expect(JSON.parse(node.written.stdout)).toMatchObject({
      chainId: 31415926,
      accounts: { eth: [{ address: "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266" }] },
    });
  });

  test("--quiet", async () => {
    await using node = await startNodeProcess("--quiet", "--network-version", "28");
    expect(node.written.stderr).toBe(`listening on ${node.url}\n`);
  });
});

describe.runIf(hasActors)("a chain of a folder", () => {
  let data: string;

  beforeAll(async () => {
    const folder = temporaryFolder();
    const snapshot = join(folder, "snapshot.car");
    data = join(folder, "data");
    const made = await fvm("devnet", "--tipsets", "4", "--messages", "2", "--out", snapshot);
    expect(made.status, made.notes).toBe(0);
    const network = join(folder, "snapshot.network.json");
    const imported = await fvm("chain", "import", snapshot, "--data", data, "--network", network);
    expect(imported.status, imported.notes).toBe(0);
  });

  test("it describes itself, and ends with SIGTERM and SIGINT", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      await using node = await startNodeProcess("--data", data, "--no-mining", "--json");
      expect(node.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+$/);
      await expect.poll(() => node.written.stdout).toMatch(/^}\n$/m);
      expect(JSON.parse(node.written.stdout)).toMatchObject({ url: node.url });
      expect(openRpcErrors((await node.call("rpc.discover")) as object)).toEqual([]);
      expect(await node.stop(signal)).toBe(0);
    }
  });

  test("a port in use is one line", async () => {
    await using node = await startNodeProcess("--data", data, "--no-mining");
    const port = new URL(node.url).port;
    const { status, notes } = await fvm("node", "--data", data, "--no-mining", "--port", port);
    expect(status).toBe(2);
    expect(notes).toBe(
      `fvm: LISTEN_FAILED { host: '127.0.0.1', port: ${port}, reason: 'the port is in use' }`,
    );
  });
});

describe("what is wrong is one line", () => {
  test.each([
    [["--data", "/nowhere", "--no-mining"], "--data is /nowhere, where no folder is"],
    [["--port", "70000"], "--port is 70000, not a number from 0 to 65535"],
    [["--port", "-1"], "--port"],
    [["--data", "."], "INVALID_STORE"],
    [["--block-time", "0"], "--block-time is 0"],
    [["--balance", "1.2.3"], "--balance is 1.2.3"],
    [["--network-version", "99"], "99"],
  ])("%j", async (args, text) => {
    const { status, notes } = await fvm("node", ...args);
    expect(status).toBe(2);
    expect(notes).toContain(text);
    expect(notes.split("\n")).toHaveLength(1);
  });

  test("a folder that holds no chain", async () => {
    const { status, notes } = await fvm("node", "--data", temporaryFolder(), "--no-mining");
    expect(status).toBe(2);
    expect(notes).toContain("NO_CHAIN");
  });
});
