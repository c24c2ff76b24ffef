/**
 * Programs that nobody wrote. FVM_EBPF_PROGRAMS says how many of each kind (default 300), FVM_EBPF_SEED with which seed
 * they begin.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { TestChain } from "../../support/chain.js";
import { ebpfChain, programOfCode, RUN, tryDeploy } from "../../support/ebpf/contract.js";
import { brokenCode, randomCode } from "../../support/ebpf/random-program.js";

const count = Number(process.env.FVM_EBPF_PROGRAMS ?? 300);
const first = Number(process.env.FVM_EBPF_SEED ?? 1);
/** Programs on one chain, which keeps what they have made. */
const BATCH = 1000;
const GAS_LIMIT = 30_000_000;

/** Exit codes of the system: out of gas, and for an exit code that is not the program's to give. */
const OUT_OF_GAS = 7;
const ILLEGAL_EXIT = 9;
/** The least exit code that is a program's own; it may happen to be any. */
const OWN = 16;

/** How a program ended that was deployed and called: exit codes, by what they are. */
type Outcome = "refused" | "returned" | "own" | "out of gas" | "illegal exit";

async function outcomeOf(chain: TestChain, code: Uint8Array): Promise<Outcome> {
  const parts = { readOnlyData: new Uint8Array(64), data: new Uint8Array(64), dataSize: 4096 };
  const { receipt } = await tryDeploy(chain, programOfCode(code, parts));
  if (receipt.exitCode === 16) return "refused";
  expect(receipt.exitCode).toBe(0);
  const id = chain.net.nextId + created++;
  const called = await chain.send({ to: id, method: RUN, params: new Uint8Array(16), gasLimit: GAS_LIMIT });
  const { exitCode } = called.receipt;
  if (exitCode === 0) return "returned";
  if (exitCode === OUT_OF_GAS) return "out of gas";
  if (exitCode === ILLEGAL_EXIT) return "illegal exit";
  expect(exitCode).toBeGreaterThanOrEqual(OWN);
  return "own";
}

let created = 0;

async function outcomes(codeOf: (seed: number) => Uint8Array): Promise<Map<Outcome, number>> {
  const found = new Map<Outcome, number>();
  for (let from = 0; from < count; from += BATCH) {
    const chain = await ebpfChain();
    created = 0;
    for (let at = from; at < Math.min(from + BATCH, count); at++) {
      const outcome = await outcomeOf(chain, codeOf(first + at)).catch((cause: unknown) => {
        throw new Error(`seed ${first + at}`, { cause });
      });
      found.set(outcome, (found.get(outcome) ?? 0) + 1);
    }
    chain.close();
  }
  return found;
}

describe("programs drawn from seeds end as stated", () => {
  let warm: TestChain;
  beforeAll(async () => {
    warm = await ebpfChain();
    warm.close();
  });

  test("those that are deployed", { timeout: 3_600_000 }, async () => {
    const found = await outcomes(randomCode);
    if (process.env.FVM_EBPF_PROGRAMS) console.info(Object.fromEntries(found));
    expect(found.get("refused") ?? 0).toBe(0);
    expect(found.get("returned")).toBeGreaterThan(0);
    expect(found.get("own")).toBeGreaterThan(0);
  });

  test("those with flipped bits", { timeout: 3_600_000 }, async () => {
    const found = await outcomes(brokenCode);
    if (process.env.FVM_EBPF_PROGRAMS) console.info(Object.fromEntries(found));
    expect(found.get("refused")).toBeGreaterThan(0);
  });
});
