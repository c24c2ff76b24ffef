import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { MAINNET_PROOFS } from "../../src/storage-proofs/parameters.js";
import { proofVerifier } from "../../src/storage-proofs/proof-verifier.js";
import { sampleFolder, sampleUpdate, sampleWindowPost, sampleWinningPost } from "./sample.js";
import { parametersOf } from "./vectors.js";

const folder = sampleFolder();
const parameters = parametersOf(folder);
const verifier = proofVerifier({ folder, parameters });
afterAll(() => rmSync(folder, { recursive: true }));

const update = sampleUpdate();
const windowPosts = [sampleWindowPost(5), sampleWindowPost(10)] as const;
const winning = sampleWinningPost();

describe("proofs that hold", () => {
  test("an update's", async () => {
    expect(await verifier.verifyUpdate(update)).toBe("valid");
  });

  test.each(windowPosts.map((post) => [post.postType, post] as const))(
    "a window PoSt's of type %i, with two partitions",
    async (_, post) => {
      expect(await verifier.verifyWindowPost(post)).toBe("valid");
    },
  );

  test("a winning PoSt's", async () => {
    expect(await verifier.verifyWinningPost(winning)).toBe("valid");
  });
});

describe("each part of what is proved counts", () => {
  test.each(["oldSealedCommitment", "newSealedCommitment", "newUnsealedCommitment"] as const)(
    "an update's %s",
    async (field) => {
      expect(await verifier.verifyUpdate({ ...update, [field]: changed(update[field]) })).toBe("invalid");
    },
  );

  test.each(windowPosts.map((post) => [post.postType, post] as const))(
    "a window PoSt's of type %i",
    async (type, post) => {
      const [first, second, third] = post.sectors;
      if (first === undefined || second === undefined || third === undefined)
        throw new Error("three sectors");
      const others = [
        { ...post, randomness: changed(post.randomness) },
        { ...post, postType: type === 5 ? 10 : 5 },
        { ...post, sectors: [first, second, { ...third, sectorNumber: 8 }] },
        {
          ...post,
          sectors: [{ ...first, sealedCommitment: changed(first.sealedCommitment) }, second, third],
        },
        { ...post, sectors: [second, first, third] },
        { ...post, proof: swapped(post.proof) },
      ];
      const verdicts = await Promise.all(others.map((other) => verifier.verifyWindowPost(other)));
      expect(verdicts).toEqual(others.map(() => "invalid"));
    },
  );

  test("a winning PoSt's", async () => {
    const others = [
      { ...winning, randomness: changed(winning.randomness) },
      { ...winning, sectorNumber: 4 },
      { ...winning, sealedCommitment: changed(winning.sealedCommitment) },
    ];
    const verdicts = await Promise.all(others.map((other) => verifier.verifyWinningPost(other)));
    expect(verdicts).toEqual(others.map(() => "invalid"));
  });

  test("a commitment that is no number of the field is malformed", async () => {
    const oldSealedCommitment = new Uint8Array(32).fill(0xff);
    expect(await verifier.verifyUpdate({ ...update, oldSealedCommitment })).toBe("malformed");
  });
});

describe("damaged proofs", () => {
  /** How many are tried; more than CI has time for with the environment's FVM_PROOF_MUTATIONS. */
  const numRuns = Number(process.env.FVM_PROOF_MUTATIONS ?? 300);

  test("are never valid, and do no harm", async () => {
    const mutation = fc.oneof(
      fc.record({ at: fc.nat(191), mask: fc.integer({ min: 1, max: 255 }) }).map(({ at, mask }) => {
        const proof = Uint8Array.from(update.proof);
        proof[at] = (proof[at] ?? 0) ^ mask;
        return proof;
      }),
      fc.nat(191).map((length) => update.proof.slice(0, length)),
      fc.uint8Array({ maxLength: 400 }),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async (proof) => {
        expect(["invalid", "malformed"]).toContain(await verifier.verifyUpdate({ ...update, proof }));
      }),
      { numRuns },
    );
  }, 600_000);

  test("a byte more or less is malformed", async () => {
    for (const proof of [Buffer.concat([update.proof, Uint8Array.of(0)]), update.proof.subarray(1)]) {
      expect(await verifier.verifyUpdate({ ...update, proof })).toBe("malformed");
    }
  });

  test("points at infinity are malformed", async () => {
    for (const [start, length] of [
      [0, 48],
      [48, 96],
      [144, 48],
    ] as const) {
      const proof = Uint8Array.from(update.proof).fill(0, start, start + length);
      proof[start] = 0xc0;
      expect(await verifier.verifyUpdate({ ...update, proof })).toBe("malformed");
    }
  });
});

describe("keys", () => {
  const name = MAINNET_PROOFS.keys.update[0]?.name ?? "";
  const cid = MAINNET_PROOFS.keys.update[0]?.cid ?? "";

  test("one that is missing is a fault that names file and CID", async () => {
    const empty = sampleFolder();
    rmSync(join(empty, name));
    const verdict = proofVerifier({ folder: empty, parameters }).verifyUpdate(update);
    await expect(verdict).rejects.toMatchObject({
      code: "PROOF_FILE_FAILED",
      details: { file: name, cid, reason: "there is no such file" },
    });
    rmSync(empty, { recursive: true });
  });

  test("those for tests are refused where mainnet's count", async () => {
    const verdict = proofVerifier({ folder }).verifyUpdate(update);
    await expect(verdict).rejects.toMatchObject({
      code: "PROOF_FILE_FAILED",
      details: {
        file: name,
        cid,
        reason: expect.stringMatching(/^its digest is [0-9a-f]{32}, not eadad978/),
      },
    });
  });

  test("one that is damaged is a fault, until it is put right", async () => {
    const damaged = sampleFolder();
    const whole = sampleFolder();
    const verifier = proofVerifier({ folder: damaged, parameters });
    truncateSync(join(damaged, name), 1000);
    await expect(verifier.verifyUpdate(update)).rejects.toMatchObject({ code: "PROOF_FILE_FAILED" });
    writeFileSync(
      join(damaged, name),
      await import("node:fs").then((fs) => fs.readFileSync(join(whole, name))),
    );
    expect(await verifier.verifyUpdate(update)).toBe("valid");
    for (const used of [damaged, whole]) rmSync(used, { recursive: true });
  });

  test("one with a pinned digest that is no key is a fault", async () => {
    const odd = sampleFolder();
    for (const bytes of [new Uint8Array(0), new Uint8Array(864), new Uint8Array(868), new Uint8Array(5000)]) {
      writeFileSync(join(odd, name), bytes);
      const verdict = proofVerifier({ folder: odd, parameters: parametersOf(odd) }).verifyUpdate(update);
      await expect(verdict).rejects.toMatchObject({ code: "PROOF_FILE_FAILED" });
    }
    rmSync(odd, { recursive: true });
  });

  test("one of another circuit gives no verdict", async () => {
    const swap = {
      ...parameters,
      keys: { ...parameters.keys, update: parameters.keys.windowPost },
    };
    const verdict = proofVerifier({ folder, parameters: swap }).verifyUpdate(update);
    await expect(verdict).rejects.toMatchObject({ code: "NATIVE_FAILED" });
  });
});

function changed(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}

/** The proofs of both partitions in the other order. */
function swapped(proof: Uint8Array): Uint8Array {
  return Buffer.concat([proof.subarray(192), proof.subarray(0, 192)]);
}
