import { afterAll, beforeAll, expect, test } from "vitest";
import { Test262Net, test262Cases, test262Folder } from "../../support/javascript/test262.js";
import { skipLoudly } from "../../support/skip.js";

/** Every so many tests of the suite. `FVM_TEST262_EACH=1` takes all. */
const EACH = Number(process.env.FVM_TEST262_EACH ?? 20);

const folder = test262Folder();
if (folder === undefined) skipLoudly("test262 is not there: FVM_TEST262 may name its folder");
else {
  let net: Test262Net | undefined;
  beforeAll(async () => {
    net = await Test262Net.create(folder);
  }, 600_000);
  afterAll(() => net?.close());

  test("the engine passes 95 in 100 tests of ECMAScript's suite, and it is known why others fail", async () => {
    if (net === undefined) throw new Error("there is no network");
    let [ran, failed] = [0, 0];
    const reasons: Record<string, number> = {};
    const unexplained: string[] = [];
    for (const tested of test262Cases(folder, EACH)) {
      ran++;
      const failure = await net.failure(tested);
      if (failure === undefined) continue;
      failed++;
      const reason = net.reason(tested, failure);
      if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
      else unexplained.push(`${tested.name}: ${failure}`);
    }
    console.log(`test262: ${ran} ran, ${failed} failed, for want of`, reasons);
    expect(unexplained).toEqual([]);
    expect(ran).toBeGreaterThan(1000);
    expect(failed / ran).toBeLessThanOrEqual(0.05);
  }, 7_200_000);
}
