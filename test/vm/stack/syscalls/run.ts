import { afterEach, describe, expect, test, vi } from "vitest";
import { ChargedState } from "../../../../src/vm/call-manager/charged-state.js";
import type { MachineOptions } from "../../../../src/vm/machine/options.js";
import { TestChain } from "../../../support/chain.js";
import type { TestNet } from "../../../support/net.js";
import { Log, Script } from "../../../support/script.js";
import { type Case, type LogItem, Refusal } from "./case.js";

const ABORTED = 33;

afterEach(() => vi.restoreAllMocks());

/**
 * Declares tests of each case: the script's log must say what is expected, and nothing more, and whoever aborts
 * after a call must learn why that failed, if it did.
 */
export function testCases(
  net: TestNet,
  groups: Readonly<Record<string, readonly Case[]>>,
  options: Partial<MachineOptions> = {},
): void {
  describe.each(Object.entries(groups))("%s", (_, cases) => {
    test.each(cases)("%s", async (_name, steps, log) => {
      const chain = await TestChain.on(net, options);
      const script = steps(new Script(), net);
      const { receipt } = await chain.send({ to: net.id("script"), method: 2, params: script.bytes() });
      expect(receipt.exitCode).toBe(0);
      const expected = log(net);
      expect(readLog(new Log(receipt.returnData), expected)).toEqual(expected.map(comparable));
      chain.close();
    });

    test.each(cases)("why: %s", async (_name, steps, log) => {
      const refusals = log(net).filter((item) => item instanceof Refusal);
      const expected = refusals.map(({ errno, text }) => ({ errno, text }));
      const script = steps(new Script(), net);
      expect(await causes(net, script, options)).toEqual(expected);
      // JavaScript now answers what C++ answers out of what it was lent.
      vi.spyOn(ChargedState.prototype, "paidActor").mockReturnValue(undefined);
      expect(await causes(net, script, options)).toEqual(expected);
    });
  });
}

/** The script's calls that fail, in order. */
async function causes(net: TestNet, script: Script, options: Partial<MachineOptions>): Promise<unknown[]> {
  const found = [];
  const chain = await TestChain.on(net, options);
  for (const aborting of script.aborting(ABORTED)) {
    const { receipt, failure } = await chain.send({
      to: net.id("script"),
      method: 2,
      params: aborting.bytes(),
    });
    expect(receipt.exitCode).toBe(ABORTED);
    if (failure?.kind !== "backtrace" || failure.backtrace.cause?.kind !== "syscall") continue;
    const { errno, text } = failure.backtrace.cause;
    found.push({ errno, text });
  }
  chain.close();
  return found;
}

/** Items of the log, of the kinds that are expected, and what is left over. */
function readLog(log: Log, expected: readonly LogItem[]): unknown[] {
  const items = expected.map((item) => {
    if (typeof item === "number" || item instanceof Refusal) return log.u32();
    return typeof item === "bigint" ? log.u64() : comparable(log.bytes(item.length));
  });
  return log.rest === 0 ? items : [...items, `${log.rest} bytes more`];
}

/** Signed numbers as their unsigned words, bytes as text. */
function comparable(item: LogItem): unknown {
  if (typeof item === "number") return item >>> 0;
  if (item instanceof Refusal) return item.errno;
  return typeof item === "bigint" ? item : Buffer.from(item).toString("hex");
}
