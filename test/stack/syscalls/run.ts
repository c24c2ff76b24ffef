import { describe, expect, test } from "vitest";
import { TestChain } from "../../support/chain.js";
import type { TestNet } from "../../support/net.js";
import { Log, Script } from "../../support/script.js";
import type { Case, LogItem } from "./case.js";

/** Declares a test of each case: the script's log must say what is expected, and nothing more. */
export function testCases(net: TestNet, groups: Readonly<Record<string, readonly Case[]>>): void {
  describe.each(Object.entries(groups))("%s", (_, cases) => {
    test.each(cases)("%s", async (_name, steps, log) => {
      const chain = await TestChain.on(net);
      const script = steps(new Script(), net);
      const { receipt } = await chain.send({ to: net.id("script"), method: 2, params: script.bytes() });
      expect(receipt.exitCode).toBe(0);
      const expected = log(net);
      expect(readLog(new Log(receipt.returnData), expected)).toEqual(expected.map(comparable));
      chain.close();
    });
  });
}

/** Items of the log, of the kinds that are expected, and what is left over. */
function readLog(log: Log, expected: readonly LogItem[]): unknown[] {
  const items = expected.map((item) => {
    if (typeof item === "number") return log.u32();
    return typeof item === "bigint" ? log.u64() : comparable(log.bytes(item.length));
  });
  return log.rest === 0 ? items : [...items, `${log.rest} bytes more`];
}

/** Signed numbers as their unsigned words, bytes as text. */
function comparable(item: LogItem): unknown {
  if (typeof item === "number") return item >>> 0;
  return typeof item === "bigint" ? item : Buffer.from(item).toString("hex");
}
