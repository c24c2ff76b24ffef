import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAINNET_PROOFS } from "../../src/storage-proofs/parameters.js";
import { proofVerifier, type StorageProofVerifier } from "../../src/storage-proofs/proof-verifier.js";
import { requireCacheFolder } from "../../src/util/cache-folder.js";
import { SimulatedKey } from "./simulated-keys.js";
import { parametersOf, proofCases, proofVectors, verdictOn } from "./vectors.js";

/** Keys that are too large for the vectors, by SHA-256. */
const LARGE = [
  { size: 3, inputs: 25_839, sha256: "06f2b160e9ecf612e23100da0558299c1e581abacf27448e9ed2928795ba7af8" },
  { size: 4, inputs: 25_300, sha256: "671abf15319871aae6be9e7244c10b4ffdff1d128c92ccf084c7ec8939634744" },
];

const vectors = proofVectors();
const cases = vectors === undefined ? [] : proofCases(vectors);

describe.skipIf(vectors === undefined)("verdicts of the reference's crates on simulated proofs", () => {
  let folder = "";
  let verifier: StorageProofVerifier;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fvm-proofs-"));
    const keys = join(vectors ?? "", "keys");
    for (const name of readdirSync(keys)) copyFileSync(join(keys, name), join(folder, name));
    for (const large of LARGE) {
      const name = MAINNET_PROOFS.keys.windowPost[large.size]?.name ?? "";
      copyFileSync(largeKey(name, large), join(folder, name));
    }
    verifier = proofVerifier({ folder, parameters: parametersOf(folder) });
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  test("are of all kinds", () => {
    expect(cases.length).toBeGreaterThanOrEqual(404);
    expect(new Set(cases.map(({ kind }) => kind)).size).toBe(5);
    expect(new Set(cases.map(({ verdict }) => verdict)).size).toBe(3);
  });

  test.each(cases.map((given) => [given.id, given] as const))("%s", async (_, given) => {
    expect(await verdictOn(verifier, given)).toBe(given.verdict);
  });
});

/** Made once on each machine: it takes seconds. */
function largeKey(name: string, { size, inputs, sha256 }: (typeof LARGE)[number]): string {
  const folder = join(requireCacheFolder(), "simulated-keys");
  const path = join(folder, name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, new SimulatedKey("windowPost", size, inputs).file());
  }
  expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(sha256);
  return path;
}
