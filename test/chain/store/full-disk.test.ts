/** Disks that are full. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DevnetTraffic } from "../../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../../src/chain/devnet/traffic/mix.js";
import { exportSnapshot } from "../../../src/chain/store/export-snapshot.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { openFolder, temporaryFile, temporaryFolder } from "../../support/chain-folder.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";
import { SmallChain } from "../../support/small-chain.js";

const chain = SmallChain.of(10);
chain.litter(60_000);
const file = temporaryFile("chain.car", chain.car());
const network = temporaryFile("network.json", Buffer.from(JSON.stringify(chain.network)));
const script = fileURLToPath(new URL("fixtures/work.mjs", import.meta.url));
const program = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
const SLOW = { timeout: 120_000 };

test.skipIf(process.platform !== "linux")(
  "a file that cannot grow ends an import, which goes on later",
  async () => {
    const folder = join(temporaryFolder(), "data");
    // The signal that comes with the limit would end the process.
    const command = `trap '' XFSZ; ulimit -f 10000; exec "$0" "$@"`;
    const args = ["-c", command, process.execPath, script, "import", folder, network, file];
    const { status, stdout, stderr } = spawnSync("bash", args, { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/HostFault: STORE_(FAILED|FULL)/);
    const reported = JSON.parse(stdout.trim().split("\n").at(-1) ?? "").blocks;
    expect(reported).toBeGreaterThan(0);
    const store = await openFolder(chain.network, folder);
    expect([...chain.store].slice(0, reported).filter(({ cid }) => !store.blockstore.has(cid))).toEqual([]);
    const { blocks } = await importSnapshot(store, file);
    expect(blocks).toBe(chain.store.size - reported);
    expect((await store.head()).epoch).toBe(9);
  },
);

/** A disk of this size, if this user can have one. */
const disk = temporaryFolder();
const canMount = mounted("10m");
if (!canMount) skipLoudly("a full disk: this user cannot mount one");
afterAll(() => {
  if (canMount) execFileSync("umount", ["-l", disk]);
});

function mounted(size: string): boolean {
  const args = ["-t", "tmpfs", "-o", `size=${size}`, "none", disk];
  return spawnSync("mount", args, { stdio: "ignore" }).status === 0;
}

function resize(size: string): void {
  execFileSync("mount", ["-o", `remount,size=${size}`, disk]);
}

/** Takes what room is left. Answers what gives it back. */
function fill(): () => void {
  const path = join(disk, "filler");
  const filler = openSync(path, "w");
  for (let size = 2 ** 20; size >= 512; ) {
    try {
      writeSync(filler, new Uint8Array(size));
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
      size /= 2;
    }
  }
  closeSync(filler);
  return () => rmSync(path);
}

/** A line of a stack in the package. */
const OURS = /^(?!.*node_modules).*\/dist\//;

function fvm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  // Progress comes first; LMDB writes lines of its own.
  const notes = stderr.split("\n").filter((line) => line.startsWith("fvm: ") || OURS.test(line));
  return { status, answer: stdout, notes };
}

describe.runIf(canMount)("a full disk ends, and with more room goes on:", () => {
  const data = join(disk, "data");
  const named = (store: string) => [
    expect.stringMatching(`^fvm: STORE_FULL { store: '${store}[^']*', reason: '.*' }`),
  ];

  beforeAll(() => rmSync(data, { recursive: true, force: true }));

  test("an import", async () => {
    const store = await openFolder(chain.network, data);
    await expect(importSnapshot(store, file)).rejects.toMatchObject({ code: "STORE_FULL" });
    await store.close();
    resize("200m");
    const later = await openFolder(chain.network, data);
    const { head, blocks } = await importSnapshot(later, file);
    expect(head).toBe(9);
    expect(blocks).toBeLessThan(chain.store.size);
    await later.close();
  });

  test("an export, which leaves no file", SLOW, () => {
    const out = join(disk, "out.car");
    const release = fill();
    const { status, answer, notes } = fvm("chain", "export", out, "--data", data);
    expect({ status, answer }).toEqual({ status: 70, answer: "" });
    expect(notes).toEqual([
      expect.stringMatching(
        /^fvm: STORE_FULL { store: '.*out\.car', reason: 'no room is left on the disk' }$/,
      ),
    ]);
    release();
    expect(fvm("chain", "export", out, "--data", data)).toMatchObject({ status: 0, notes: [] });
    rmSync(out);
  });

  test("a collection of garbage, which loses nothing", SLOW, async () => {
    const release = fill();
    const { status, answer, notes } = fvm("chain", "gc", "--data", data, "--states", "3");
    expect({ status, answer }).toEqual({ status: 70, answer: "" });
    expect(notes).toEqual(named(data));
    const store = await openFolder(chain.network, data);
    expect(chain.tipsets.flatMap(({ key }) => key).filter((cid) => !store.blockstore.has(cid))).toEqual([]);
    await store.close();
    release();
    expect(fvm("chain", "gc", "--data", data, "--states", "3")).toMatchObject({ status: 0, notes: [] });
    expect((await openFolder(chain.network, data)).database.stat().blocks).toBeLessThan(1000);
  });

  const isDevnet = devnetVersions([28]).length > 0;
  if (!isDevnet) skipLoudly("a full disk under a validation: the builtin actors are not on this machine");
  test.runIf(isDevnet)("a validation", SLOW, async () => {
    const devnet = await makeDevnet();
    const traffic = new DevnetTraffic(devnet, { seed: "f", messages: 20, mix: USUAL_MIX, nullRounds: 0 });
    for (let i = 0; i < 12; i++) await traffic.mine();
    const folder = temporaryFolder();
    const [car, settings] = [join(folder, "chain.car"), join(folder, "network.json")];
    writeFileSync(settings, JSON.stringify(devnet.networkFile));
    await exportSnapshot(devnet.chain, devnet.head, car, { states: 1 });
    const own = join(disk, "devnet");
    expect(fvm("chain", "import", car, "--data", own, "--network", settings)).toMatchObject({ status: 0 });
    const release = fill();
    const { status, answer, notes } = fvm("chain", "validate", "--data", own);
    expect({ status, answer }).toEqual({ status: 70, answer: "" });
    expect(notes).toEqual(named(own));
    release();
    const { answer: valid } = fvm("chain", "validate", "--data", own);
    expect(valid).toMatch(/^epochs 0 to \d+ are valid: 13 tipsets, /);
  });
});
