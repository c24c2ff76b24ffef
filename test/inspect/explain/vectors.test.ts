/** Each message of vectors that fails has an explanation that names what there is to name. */
import { expect, test } from "vitest";
import { formatAddress } from "../../../src/address/text.js";
import { explain } from "../../../src/inspect/explain/index.js";
import { EXIT_CODE_NAMES } from "../../../src/message/outcome.js";
import { defaultVectorFolder, vectorFiles } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { Tracer } from "../../../src/vm/trace/trace.js";
import { skipLoudly } from "../../support/skip.js";

/** One of so many. */
const SHARE = 40;

const folder = defaultVectorFolder();
if (folder === undefined) {
  skipLoudly("explanations of vectors: there is no folder vectors, and FVM_VECTORS is not set");
} else {
  const files = vectorFiles([folder]).filter((_, i) => i % SHARE === 7);

  test(`the failures of ${files.length} vectors are explained`, { timeout: 900_000 }, async () => {
    const tracer = new Tracer();
    const kinds = new Set<string>();
    let count = 0;
    const onResult = ({ receipt, failure }: ApplyResult) => {
      const trace = tracer.trace();
      const explanation = explain({ receipt, failure, trace });
      expect(explanation === undefined).toBe(receipt.exitCode === 0);
      if (explanation === undefined) return;
      count++;
      const { text, path, cause, exitCode, exitCodeName } = explanation;
      kinds.add(cause.kind);
      expect(exitCode).toBe(receipt.exitCode);
      // An actor gives codes that nobody shares any meaning.
      if (EXIT_CODE_NAMES[exitCode] !== undefined) expect(exitCodeName).toBe(EXIT_CODE_NAMES[exitCode]);
      expect(text).toContain(`failed with exit code ${exitCode}${exitCodeName ? ` (${exitCodeName})` : ""}.`);
      expect(text).toContain(formatAddress(trace.message.from));
      expect(text).toContain(path[0].actor);
      expect(text).toContain(path[0].methodName ?? `method ${path[0].method}`);
      expect(text).toContain(path.at(-1)?.actor);
      expect(text).toContain(cause.text);
      expect(text).not.toMatch(/[\p{Cc}]|undefined|null/u);
      expect(text.length).toBeLessThan(2000);
    };
    await runVectors(files, { repeat: 0, observer: tracer.observer, onResult });
    expect(count).toBeGreaterThan(100);
    expect(kinds.size).toBeGreaterThan(9);
  });
}
