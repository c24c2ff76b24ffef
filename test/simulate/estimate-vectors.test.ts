/** Gas estimates of messages of vectors against bisection, which knows nothing of traces. */
import { expect, test } from "vitest";
import { isFvmError } from "../../src/errors.js";
import { ExitCode } from "../../src/message/outcome.js";
import { Simulator } from "../../src/simulate/simulator.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { skipLoudly } from "../support/skip.js";
import { type VectorCase, vectorCases, vectorFolder } from "../support/vector-messages.js";

/** Messages that use more are left out: bisection executes each some twenty times. */
const MOST_GAS = 20_000_000;

async function outcomeWith({ options, message, rawLength }: VectorCase, gasLimit: number): Promise<string> {
  using machine = await Machine.create(options);
  return outcomeOf(await machine.execute({ ...message, gasLimit }, { rawLength }));
}

function outcomeOf({ receipt }: ApplyResult): string {
  return `${receipt.exitCode} ${Buffer.from(receipt.returnData).toString("hex")} ${receipt.eventsRoot}`;
}

/** The least limit, if each that is larger is enough, too. */
async function bisected(vectorCase: VectorCase): Promise<number> {
  const expected = outcomeOf(vectorCase.result);
  const most = Number(vectorCase.message.gasLimit);
  const near = Math.min(most, 2 * Number(vectorCase.result.receipt.gasUsed));
  let [low, high] = (await outcomeWith(vectorCase, near)) === expected ? [0, near] : [near, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((await outcomeWith(vectorCase, middle)) === expected) high = middle;
    else low = middle;
  }
  return high;
}

/** Messages that were compared, of each folder, and how often each was executed. */
const counted: { folder: string; executions: number[]; leftOut: number }[] = [];

const folders: readonly (readonly [folder: string, stride: number])[] = [
  ["shark", 2],
  ["hygge", 2],
  ["generated/nv18", 14],
  ["generated/nv21", 24],
  ["generated/nv25", 24],
  ["generated/nv28", 24],
  ["generated/nv22/evm", 8],
  ["generated/nv24/evm", 8],
  ["generated/nv28/evm", 8],
];
const missing = folders.filter(([name]) => vectorFolder(name) === undefined);
for (const [name] of missing) skipLoudly(`estimates of ${name}: no vectors`);

test.each(folders.filter((folder) => !missing.includes(folder)))(
  "messages of %s",
  async (name, stride) => {
    const executions: number[] = [];
    let leftOut = 0;
    for await (const vectorCase of vectorCases(vectorFolder(name) as string, stride)) {
      const { options, message, rawLength, result } = vectorCase;
      // Senders whom no chain would let send are a test of their own.
      if (result.receipt.gasUsed > MOST_GAS || result.failure?.kind === "preflight") {
        leftOut++;
        continue;
      }
      const simulator = new Simulator(options);
      const estimating = simulator.estimateGas({ ...message, rawLength });
      if (result.receipt.exitCode === ExitCode.OutOfGas) {
        await expect(estimating, vectorCase.name).rejects.toSatisfy((error) =>
          isFvmError(error, "NO_GAS_ESTIMATE"),
        );
        continue;
      }
      const estimate = await estimating;
      executions.push(estimate.executions);
      expect(estimate.gasLimit, vectorCase.name).toBe(await bisected(vectorCase));
      expect(outcomeOf(estimate.result), vectorCase.name).toBe(outcomeOf(result));
      expect(await outcomeWith(vectorCase, estimate.gasLimit - 1), vectorCase.name).not.toBe(
        outcomeOf(result),
      );
    }
    counted.push({ folder: name, executions, leftOut });
  },
  300_000,
);

test.skipIf(missing.length > 0)("five hundred messages, nearly all of them in four executions", () => {
  const all = counted.flatMap(({ executions }) => executions);
  const few = all.filter((executions) => executions <= 4);
  for (const { folder, executions, leftOut } of counted) {
    console.log(`${folder}: ${executions.length} messages, ${leftOut} left out`);
  }
  console.log(
    `${all.length} messages, ${few.length} of them in at most 4 executions, most ${Math.max(...all)}`,
  );
  expect(all.length).toBeGreaterThanOrEqual(500);
  expect(few.length / all.length).toBeGreaterThan(0.95);
});
