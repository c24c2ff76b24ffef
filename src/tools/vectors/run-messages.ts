import { cidText } from "../../encoding/cid.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { Machine } from "../../vm/machine/machine.js";
import { compareOutcome, compareReceipt, type Mismatch, mismatches } from "./compare.js";
import { describeFailure, explainRoots } from "./explain.js";
import { messageMachine, preparedMessages } from "./prepare.js";
import type { Runner } from "./runner.js";
import type { MessageVector } from "./vector.js";

/** Executes the messages of a vector on one machine and compares receipts, fees and the state root. */
export const runMessages: Runner<MessageVector> = async (vector, variant, surroundings) => {
  const { store, changes = false, onResult } = surroundings;
  const messages = preparedMessages(vector, variant);
  const begin = process.hrtime.bigint();
  const machine = await Machine.create(messageMachine(vector, variant, surroundings));
  try {
    const results: ApplyResult[] = [];
    const start = process.hrtime.bigint();
    for (const { message, options } of messages) {
      const result = machine.executeSync(message, changes ? { ...options, changes } : options);
      results.push(result);
      const told = onResult?.(result, machine);
      if (told !== undefined) await told;
    }
    const applyNs = Number(process.hrtime.bigint() - start);
    const root = await machine.flush();
    const runNs = Number(process.hrtime.bigint() - begin);
    const { stateRoot } = vector.expected;
    return {
      gasUsed: results.map(({ receipt }) => receipt.gasUsed),
      applyNs,
      runNs,
      // The root says least, so it comes last.
      mismatches: [
        ...results.flatMap((result, i) => compareResult(vector, i, result)),
        ...mismatches("", [["state root", cidText(stateRoot), cidText(root)]]),
      ],
      notes: () => [
        ...results.flatMap(({ failure }, i) => describeFailure(`message ${i}`, failure)),
        ...explainRoots((cid) => store.get(cid), stateRoot, root),
      ],
    };
  } finally {
    machine.close();
  }
};

function compareResult({ expected }: MessageVector, index: number, result: ApplyResult): Mismatch[] {
  const receipt = expected.receipts[index];
  const outcome = expected.outcomes?.[index];
  return [
    ...(receipt === undefined ? [] : compareReceipt(`message ${index}`, receipt, result)),
    ...(outcome === undefined ? [] : compareOutcome(`message ${index}`, outcome, result)),
  ];
}
