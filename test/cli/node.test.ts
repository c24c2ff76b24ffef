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
    [["--data", "/nowhere"], "--data is /nowhere, where no folder is"],
    [["--port", "70000"], "--port is 70000, not a number from 0 to 65535"],
    [["--port", "-1"], "--port"],
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
