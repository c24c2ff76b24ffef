import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { Tracer } from "../../vm/trace/trace.js";
import type { Mismatch } from "./compare.js";
import type { Surroundings, Trial } from "./runner.js";

/**
 * Why messages failed in which a vector differs, a paragraph each; if it differs in its state only, why any failed. The
 * vector is run once more for it, with its messages traced.
 */
export async function explainMessages(
  run: (surroundings: Surroundings) => Promise<Trial>,
  surroundings: Surroundings,
  mismatches: readonly Mismatch[],
): Promise<string[]> {
  const { explain } = await import("../../inspect/explain/explain.js");
  const differing = new Map(mismatches.flatMap(({ field }) => numberedName(field)));
  const lines: string[] = [];
  const tracer = new Tracer();
  let number = 0;
  const onResult = ({ receipt, failure }: ApplyResult) => {
    const name = differing.size === 0 ? `message ${number}` : differing.get(number);
    number++;
    const explanation = name === undefined ? undefined : explain({ receipt, failure, trace: tracer.trace() });
    if (explanation !== undefined) lines.push(`${name}: ${explanation.text}`);
  };
  surroundings.store.rewind();
  const watching = { ...surroundings.watching, observer: tracer.observer };
  await run({ ...surroundings, watching, onResult });
  return lines;
}

/** Number and name of the message or result that a field belongs to, if it belongs to one. */
function numberedName(field: string): [number: number, name: string][] {
  const [, name, number] = /^((?:message|result) (\d+)): /.exec(field) ?? [];
  return name === undefined ? [] : [[Number(number), name]];
}
