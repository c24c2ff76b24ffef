/** Disks that are full. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { openFolder, temporaryFile, temporaryFolder } from "../../support/chain-folder.js";
import { skipLoudly } from "../../support/skip.js";
import { SmallChain } from "../../support/small-chain.js";

const chain = SmallChain.of(10);
chain.litter(60_000);
const file = temporaryFile("chain.car", chain.car());
const network = temporaryFile("network.json", Buffer.from(JSON.stringify(chain.network)));
const script = fileURLToPath(new URL("fixtures/work.mjs", import.meta.url));

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

const disk = temporaryFolder();
const canMount = mounted("10m");
if (!canMount) skipLoudly("a full disk: this user cannot mount one");

function mounted(size: string): boolean {
  const args = ["-t", "tmpfs", "-o", `size=${size}`, "none", disk];
  return spawnSync("mount", args, { stdio: "ignore" }).status === 0;
}

test.runIf(canMount)("a full disk ends an import in one line, and with more room it goes on", async () => {
  try {
    const folder = join(disk, "data");
    const store = await openFolder(chain.network, folder);
    await expect(importSnapshot(store, file)).rejects.toMatchObject({ code: "STORE_FULL" });
    await store.close();
    execFileSync("mount", ["-o", "remount,size=200m", disk]);
    const later = await openFolder(chain.network, folder);
    const { head, blocks } = await importSnapshot(later, file);
    expect(head).toBe(9);
    expect(blocks).toBeLessThan(chain.store.size);
    await later.close();
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});
