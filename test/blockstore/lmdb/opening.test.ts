/** Folders that are no store, or not one of this version. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterAll, describe, expect, test } from "vitest";
import { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";

const home = mkdtempSync(join(tmpdir(), "fvm-lmdb-"));
afterAll(() => rmSync(home, { recursive: true }));

let folders = 0;
function newFolder(): string {
  const folder = join(home, String(folders++));
  mkdirSync(folder);
  return folder;
}

/** A store of some pages. */
async function written(): Promise<string> {
  const folder = newFolder();
  const store = await LmdbBlockstore.open(folder);
  await store.write({ meta: { value: new Uint8Array(100_000) } });
  await store.close();
  return folder;
}

/** A copy of a store's data file with other bytes at some places. */
async function patched(bytes: Uint8Array, ...places: number[]): Promise<string> {
  const folder = newFolder();
  copyFileSync(join(await written(), "data.mdb"), join(folder, "data.mdb"));
  const file = openSync(join(folder, "data.mdb"), "r+");
  for (const place of places) writeSync(file, bytes, 0, bytes.length, place);
  return folder;
}

const withFile = (name: string, content: string | Uint8Array) => {
  const folder = newFolder();
  writeFileSync(join(folder, name), content);
  return folder;
};

describe("refused with INVALID_STORE", () => {
  test.each<[string, () => string | Promise<string>, RegExp]>([
    ["a file", () => join(withFile("file", ""), "file"), /^EEXIST: .*|^ENOTDIR/],
    [
      "a folder of something else",
      () => withFile("photo.jpg", "x"),
      /^the folder has other files and no data\.mdb$/,
    ],
    [
      "a data file of something else",
      () => withFile("data.mdb", "x".repeat(10_000)),
      /^data\.mdb is not LMDB's$/,
    ],
    ["a data file of a few bytes", () => withFile("data.mdb", "x"), /^data\.mdb is not LMDB's$/],
    [
      "another data version of LMDB",
      () => patched(Uint8Array.of(1), 28),
      /^data\.mdb has LMDB's data version 1, not 2$/,
    ],
    ["impossible pages", () => patched(Uint8Array.of(1, 2), 48), /^data\.mdb has pages of 513 bytes$/],
    [
      "a second page that is not LMDB's",
      () => patched(Uint8Array.of(1), 4096 + 24),
      /^data\.mdb is not LMDB's$/,
    ],
    [
      "a data file that is cut off",
      async () => {
        const folder = await written();
        truncateSync(join(folder, "data.mdb"), 20_000);
        return folder;
      },
      /^data\.mdb is cut off: 20000 of \d+ bytes$/,
    ],
    [
      "an environment of other software",
      async () => {
        const folder = newFolder();
        const other = open(folder, { noSubdir: false });
        await other.put("key", "value");
        await other.close();
        return folder;
      },
      /^it is an LMDB environment of other software$/,
    ],
    [
      "a newer format",
      async () => {
        const folder = await written();
        const root = open(folder, { noSubdir: false, maxDbs: 4 });
        const keyEncoder = {
          writeKey: (key: string, target: Buffer, start: number) => start + target.write(key, start),
          readKey: (source: Buffer, start: number, end: number) => source.toString("utf8", start, end),
        };
        const about = root.openDB("fvm-node", { encoding: "binary", keyEncoder } as object);
        await about.put("format", Buffer.from("2"));
        await root.close();
        return folder;
      },
      /^its format 2 is newer than this version's, 1$/,
    ],
  ])("%s", async (_, make, reason) => {
    const store = await make();
    await expect(LmdbBlockstore.open(store)).rejects.toMatchObject({
      name: "FvmError",
      code: "INVALID_STORE",
      details: { store, reason: expect.stringMatching(reason) },
    });
  });

  test.skipIf(process.platform !== "linux")("a map that the address space has no room for", async () => {
    const script = `import { LmdbBlockstore } from "fvm-node/blockstore";
      const small = await LmdbBlockstore.open(process.argv[1], { mapBytes: 2 ** 25 });
      await small.close();
      await LmdbBlockstore.open(process.argv[1]).catch((error) => console.log(error.message));`;
    const node = [process.execPath, "--input-type=module", "-e", script, newFolder()];
    const answer = execFileSync("prlimit", ["--as=8589934592", ...node], { encoding: "utf8" });
    expect(answer).toMatch(
      /^INVALID_STORE .*mapBytes 1099511627776 are more than the \d+ bytes of address space that the process may still take' }\n$/,
    );
  });
});

test.each([{ mapBytes: 0 }, { mapBytes: 2 ** 50 }, { mapBytes: "1 GiB" }, { mapSize: 2 ** 30 }])(
  "options %o",
  async (options) => {
    const refused = expect.objectContaining({ code: "INVALID_OPTION" });
    await expect(LmdbBlockstore.open(newFolder(), options as object)).rejects.toEqual(refused);
    await expect(LmdbBlockstore.open(5 as unknown as string)).rejects.toEqual(refused);
  },
);

test("an empty folder, one that is not there, and an empty data file become stores", async () => {
  for (const folder of [newFolder(), join(newFolder(), "a", "b.c"), withFile("data.mdb", "")]) {
    await using store = await LmdbBlockstore.open(folder);
    await store.write({ meta: { value: Uint8Array.of(1) } });
    expect(store.meta.get("value")).toEqual(Uint8Array.of(1));
  }
});
