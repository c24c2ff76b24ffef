import { describe, expect, test, vi } from "vitest";
import { SignatureBatch } from "../../../src/chain/signatures/batch.js";
import { SigningKey } from "../../../src/chain/signatures/keys.js";
import { joinedSignatures } from "../../../src/chain/validation/joined-signatures.js";

const key = SigningKey.fromSeed("bls", "joined");

/** Signatures of texts; those at these places are wrong. */
function batchOf(name: number, size: number, wrong: readonly number[] = []): SignatureBatch {
  const batch = new SignatureBatch();
  for (let i = 0; i < size; i++) {
    const bytes = Uint8Array.of(name, i);
    batch.addSignature(key.sign(wrong.includes(i) ? Uint8Array.of(99) : bytes), key.address, bytes);
  }
  return batch;
}

describe("batches that are checked together", () => {
  test("hear of their own signatures, one after the other or all at once", async () => {
    const { verify } = joinedSignatures(2);
    expect(await verify(batchOf(0, 2, [1]), undefined)).toEqual([1]);
    const wrong = [[0], [], [2], [], [0, 1, 2]];
    const verdicts = wrong.map((places, name) => verify(batchOf(name, 3, places), undefined));
    expect(await Promise.all([...verdicts, verify(new SignatureBatch(), undefined)])).toEqual([...wrong, []]);
  });

  test("may be more than are begun together", async () => {
    const { verify } = joinedSignatures(1);
    const wrong = Array.from({ length: 20 }, (_, name) => [name]);
    const verdicts = wrong.map((places, name) => verify(batchOf(name, 20, places), undefined));
    expect(await Promise.all(verdicts)).toEqual(wrong);
  });

  test("are begun together", async () => {
    const joined = vi.spyOn(SignatureBatch, "joined");
    const { verify } = joinedSignatures(1);
    const names = Array.from({ length: 18 }, (_, name) => name);
    await Promise.all(names.map((name) => verify(batchOf(name, 1), undefined)));
    expect(joined.mock.calls.map(([batches]) => batches.length)).toEqual([18]);
    joined.mockRestore();
  });

  test("do not wait once nobody else comes", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const { verify, hurry } = joinedSignatures(1);
    const verdict = verify(batchOf(0, 2, [1]), undefined);
    hurry();
    expect(await verdict).toEqual([1]);
    expect(await verify(batchOf(1, 2, [0]), undefined)).toEqual([0]);
    vi.useRealTimers();
  });

  test("do not wait for those that nobody waits for", async () => {
    const { verify } = joinedSignatures(1);
    const reason = new Error("enough");
    const gone = AbortSignal.abort(reason);
    const first = verify(batchOf(0, 1), undefined);
    const lost = verify(batchOf(1, 1), gone);
    const last = verify(batchOf(2, 2, [0]), undefined);
    await expect(lost).rejects.toBe(reason);
    expect(await Promise.all([first, last])).toEqual([[], [0]]);
  });
});
