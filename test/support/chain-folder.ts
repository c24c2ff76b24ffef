/** Folders of chains, for tests that make and break them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import { ChainStore } from "../../src/chain/store/chain-store.js";

const folders: string[] = [];
const stores: ChainStore[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fvm-chain-test-"));
  folders.push(folder);
  return folder;
}

/** A file in a folder that is gone after the tests. */
export function temporaryFile(name: string, data: Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, data);
  return path;
}

/** A chain's folder, closed after the test, and gone after all. */
export async function openFolder(
  network: object,
  folder = join(temporaryFolder(), "data"),
): Promise<ChainStore> {
  const store = await ChainStore.open(folder, { network, create: true });
  stores.push(store);
  return store;
}
