import { describe, expect, test } from "vitest";
import { HostFault } from "../../../src/errors.js";
import { Pending } from "../../../src/vm/externs/pending.js";
import { ReplayingProofs } from "../../../src/vm/proofs/replaying.js";
import {
  acceptProofs,
  type ProofVerifier,
  type SealProof,
  type Verdict,
} from "../../../src/vm/proofs/verifier.js";

const seal = (sectorNumber: number): SealProof => ({
  sealType: 8,
  proverId: new Uint8Array(32),
  sectorNumber,
  ticket: new Uint8Array(32),
  seed: new Uint8Array(32),
  sealedCommitment: new Uint8Array(32),
  unsealedCommitment: new Uint8Array(32),
  proof: new Uint8Array(192),
});

/** Asks until the answer is there; says how often that took. */
async function answered<T>(ask: () => T): Promise<{ answer: T; waits: number }> {
  for (let waits = 0; ; waits++) {
    try {
      return { answer: ask(), waits };
    } catch (error) {
      if (!(error instanceof Pending)) throw error;
      await error.pending;
    }
  }
}

describe("late verdicts", () => {
  test("are given when the syscall runs again, without asking again", async () => {
    let asked = 0;
    const proofs = new ReplayingProofs({
      ...acceptProofs,
      async verifySeal(): Promise<Verdict> {
        asked++;
        return "malformed";
      },
    });
    const result = await answered(() => proofs.verifySeals([seal(1)]));
    expect(result).toEqual({ answer: ["malformed"], waits: 1 });
    expect(asked).toBe(1);
  });

  test("of several seals are waited for at the same time, each for its own", async () => {
    let under = 0;
    let most = 0;
    const proofs = new ReplayingProofs({
      ...acceptProofs,
      async verifySeal({ sectorNumber }) {
        most = Math.max(most, ++under);
        await new Promise(setImmediate);
        under--;
        return sectorNumber === 2 ? "invalid" : "valid";
      },
    });
    const result = await answered(() => proofs.verifySeals([seal(1), seal(2), seal(3)]));
    expect(result).toEqual({ answer: ["valid", "invalid", "valid"], waits: 1 });
    expect(most).toBe(3);
  });

  test("and early ones go together", async () => {
    const proofs = new ReplayingProofs({
      ...acceptProofs,
      verifySeal: ({ sectorNumber }) => (sectorNumber === 1 ? "invalid" : Promise.resolve("valid")),
    });
    expect(await answered(() => proofs.verifySeals([seal(1), seal(2)]))).toEqual({
      answer: ["invalid", "valid"],
      waits: 1,
    });
  });
});

describe("a verifier that fails", () => {
  const failing = (verifySeal: () => unknown) =>
    new ReplayingProofs({ ...acceptProofs, verifySeal } as unknown as ProofVerifier);
  const cause = new Error("no");

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw cause;
      },
    ],
    ["rejects", () => Promise.reject(cause)],
  ])("%s: the fault has its cause", async (_, verify) => {
    const asked = answered(() => failing(verify).verifySeals([seal(1), seal(2)]));
    await expect(asked).rejects.toMatchObject({ name: "HostFault", code: "EXTERN_FAILED", cause });
  });

  test.each<[string, () => unknown]>([
    ["another text", () => "true"],
    ["a flag", () => true],
    ["a promise of nothing", async () => undefined],
  ])("with %s: that is no verdict", async (_, verify) => {
    const asked = answered(() => failing(verify).verifySeals([seal(1)]));
    await expect(asked).rejects.toMatchObject({
      code: "EXTERN_FAILED",
      details: { question: "proof of a seal", reason: expect.stringContaining("is no verdict") },
    });
  });

  test("with a fault of its own: that stays as it is", async () => {
    const fault = new HostFault("NATIVE_FAILED", { text: "no randomness" });
    const asked = answered(() => failing(() => Promise.reject(fault)).verifySeals([seal(1)]));
    await expect(asked).rejects.toBe(fault);
  });
});
