import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ProofKeys } from "../../src/storage-proofs/key-store.js";
import { MAINNET_PROOFS, type ProofParameters } from "../../src/storage-proofs/parameters.js";
import {
  checkProofFile,
  importProofFiles,
  listProofFiles,
  proofFolder,
} from "../../src/storage-proofs/proof-files.js";
import { parametersOf } from "./vectors.js";

const root = mkdtempSync(join(tmpdir(), "fvm-proofs-"));
afterAll(() => rmSync(root, { recursive: true }));

const powersName = MAINNET_PROOFS.powers.name;
const updateName = MAINNET_PROOFS.keys.update[3]?.name ?? "";

/** A folder with one key and powers, which hold numbers instead of points. */
function published(name: string): { folder: string; parameters: ProofParameters } {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, updateName), name);
  writeFileSync(join(folder, "of-somebody-else.params"), "");
  writeFileSync(join(folder, powersName), powersOf([6, 5, 9, 7]));
  return { folder, parameters: parametersOf(folder) };
}

/** Lists in which each point is filled with the number of its list and its own. */
function powersOf(counts: readonly number[]): Uint8Array {
  const lists = counts.map((count, list) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(count);
    const points = Array.from({ length: count }, (_, i) => Buffer.alloc(list < 2 ? 48 : 96, 16 * list + i));
    return Buffer.concat([length, ...points]);
  });
  return Buffer.concat(lists);
}

test("mainnet's files: four circuits in five sizes, and powers", () => {
  const files = listProofFiles(MAINNET_PROOFS);
  expect(files).toHaveLength(21);
  for (const key of ["name", "cid", "digest"] as const)
    expect(new Set(files.map((file) => file[key])).size).toBe(21);
  for (const { digest } of files) expect(digest).toMatch(/^[0-9a-f]{32}$/);
});

describe("import", () => {
  test("takes the listed files of a folder, and of powers what is needed", async () => {
    const { folder, parameters } = published("all");
    const target = join(root, "target");
    const imported = await importProofFiles([folder], target, parameters);
    expect(imported.map(({ circuit, sectors }) => [circuit, sectors])).toEqual([
      ["update", "32 GiB"],
      ["powers", "any"],
    ]);
    const { most, points } = await new ProofKeys(target, parameters).powers();
    expect(most).toBe(2);
    const parts = [
      [48, 0x00],
      [48, 0x01],
      [48, 0x11],
      [96, 0x20],
      [96, 0x21],
      [96, 0x31],
    ] as const;
    const expected = Buffer.concat(parts.map(([length, value]) => Buffer.alloc(length, value)));
    expect(Buffer.compare(points, expected)).toBe(0);
    // The same from the whole file.
    expect(await new ProofKeys(folder, parameters).powers()).toEqual({ most, points });
  });

  test("recognises a file by its digest, whatever it is called", async () => {
    const { folder, parameters } = published("renamed");
    const odd = join(root, "some key");
    writeFileSync(odd, readFileSync(join(folder, updateName)));
    const target = join(root, "renamed-target");
    expect(await importProofFiles([odd], target, parameters)).toMatchObject([{ name: updateName }]);
    const files = listProofFiles(parameters);
    const states = await Promise.all(files.map((file) => checkProofFile(target, file)));
    expect(files.filter((_, i) => states[i] === "right").map(({ name }) => name)).toEqual([updateName]);
  });

  test("refuses what has another digest, and folders without listed files", async () => {
    const { folder, parameters } = published("wrong");
    appendFileSync(join(folder, updateName), "!");
    const importing = importProofFiles([folder], join(root, "wrong-target"), parameters);
    await expect(importing).rejects.toMatchObject({
      code: "INVALID_PROOF_FILE",
      details: { file: join(folder, updateName), reason: expect.stringMatching(/^its digest is .*, not /) },
    });
    const empty = join(root, "empty");
    mkdirSync(empty);
    await expect(importProofFiles([empty], root, parameters)).rejects.toMatchObject({
      code: "INVALID_PROOF_FILE",
    });
  });
});

describe("powers", () => {
  test("that are missing are a fault that names the file and its CID", async () => {
    const keys = new ProofKeys(join(root, "nowhere"), MAINNET_PROOFS);
    await expect(keys.powers()).rejects.toMatchObject({
      code: "PROOF_FILE_FAILED",
      details: { file: powersName, cid: MAINNET_PROOFS.powers.cid, reason: "there is no such file" },
    });
  });

  test("of another digest, and such that end early, are faults", async () => {
    const { folder, parameters } = published("short");
    truncateSync(join(folder, powersName), 1000);
    const keys = new ProofKeys(folder, parameters);
    await expect(keys.powers()).rejects.toMatchObject({
      details: { reason: expect.stringMatching(/^its digest is/) },
    });
    await expect(new ProofKeys(folder, parametersOf(folder)).powers()).rejects.toMatchObject({
      code: "PROOF_FILE_FAILED",
      details: { reason: expect.stringMatching(/end|length/) },
    });
  });

  test("that were kept and have changed since are a fault", async () => {
    const { folder, parameters } = published("changed");
    const target = join(root, "changed-target");
    await importProofFiles([folder], target, parameters);
    const kept = join(target, powersName.replace(".srs", ".powers.json"));
    const text = readFileSync(kept, "utf8");
    for (const [from, to] of [
      ["00", "01"],
      ['"most": 2', '"most": 3'],
      [parameters.powers.digest, MAINNET_PROOFS.powers.digest],
    ] as const) {
      writeFileSync(kept, text.replace(from, to));
      await expect(new ProofKeys(target, parameters).powers()).rejects.toMatchObject({
        code: "PROOF_FILE_FAILED",
      });
    }
    writeFileSync(kept, "null");
    await expect(new ProofKeys(target, parameters).powers()).rejects.toMatchObject({
      code: "PROOF_FILE_FAILED",
    });
  });
});

test("the folder: what is given, then the environment, then the user's cache", () => {
  const { FVM_PROOF_KEYS: before } = process.env;
  process.env.FVM_PROOF_KEYS = "/keys";
  expect([proofFolder("/given"), proofFolder()]).toEqual(["/given", "/keys"]);
  delete process.env.FVM_PROOF_KEYS;
  expect(proofFolder()).toMatch(/fvm-node.proofs$/);
  if (before !== undefined) process.env.FVM_PROOF_KEYS = before;
});
