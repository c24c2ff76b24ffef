/** Sums of the charges of each message, on all vectors. Two files share the work: tests of one file take turns. */
import { dirname, relative } from "node:path";
import { expect, test } from "vitest";
import { type Gas, roundUp } from "../../../src/message/gas.js";
import { ErrorNumber } from "../../../src/message/outcome.js";
import { defaultVectorFolder, vectorFiles } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import type { CallEnd, Observation, Observer } from "../../../src/vm/trace/observation.js";

/** Adds charges up, and compares with each receipt. */
export class ChargeSum {
  messages = 0;
  readonly faults: string[] = [];
  private gasLimit: Gas = 0;
  private sum = 0n;
  private ends: CallEnd[] = [];
  private leavesGasLimit = false;

  readonly observer: Observer = (observation) => {
    if (observation.kind === "message") {
      this.gasLimit = observation.message.gasLimit;
      this.leavesGasLimit = networkVersion(observation.networkVersion).rules.calls.depthRefusalLeavesGasLimit;
      this.sum = 0n;
      this.ends = [];
    } else if (observation.kind === "charge") {
      this.sum += BigInt(observation.compute) + BigInt(observation.other);
    } else if (observation.kind === "return") {
      this.ends.push(observation.end);
    } else if (observation.kind === "receipt") {
      this.compare(observation);
    }
  };

  private compare({ receipt }: Extract<Observation, { kind: "receipt" }>): void {
    this.messages++;
    const used = BigInt(receipt.gasUsed);
    const sum = this.sum > 0n ? BigInt(roundUp(this.sum)) : 0n;
    if (!this.fits(sum, used)) this.faults.push(`message ${this.messages}: ${sum} instead of ${used}`);
  }

  private fits(sum: bigint, used: bigint): boolean {
    const has = (fits: (end: CallEnd) => boolean) => this.ends.some(fits);
    // The whole limit is gone, however far the message got.
    if (has((end) => end.kind === "fatal")) return used === BigInt(this.gasLimit) && sum <= used;
    // A charge that does not fit is listed in full.
    if (has((end) => end.kind === "outOfGas")) return sum >= used;
    // The calls above leave one gas limit too many, so what one of them used is forgotten.
    const forgets =
      this.leavesGasLimit && has((end) => end.kind === "refused" && end.errno === ErrorNumber.LimitExceeded);
    return forgets ? sum >= used : sum === used;
  }
}

/** @param half which half of the vectors: 0 or 1 */
export function testChargeSums(half: number): void {
  const root = defaultVectorFolder();
  if (root === undefined) {
    console.warn("SKIPPED the sums of charges: there is no folder vectors, and FVM_VECTORS is not set");
    test.skip("sums of charges");
    return;
  }
  const files = vectorFiles([root]);
  const folders = [...new Set(files.map((file) => dirname(file)))];
  const mine = folders.filter((_, i) => i % 2 === half).map((folder) => [relative(root, folder), folder]);
  test.for(mine)("%s", { timeout: 900_000 }, async ([, folder]) => {
    for (const file of files.filter((file) => dirname(file) === folder)) {
      const sum = new ChargeSum();
      const [report] = await runVectors([file], { repeat: 0, observer: sum.observer });
      if (report?.status === "skipped") continue;
      expect({ file, reason: report?.reason, faults: sum.faults }).toEqual({
        file,
        reason: undefined,
        faults: [],
      });
      expect(sum.messages).toBeGreaterThan(0);
    }
  });
}
