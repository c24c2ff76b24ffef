import { expect, test } from "vitest";
import { bloomOf, bloomOfAll } from "../../../src/node/eth/bloom.js";
import type { EthLog } from "../../../src/node/eth/logs.js";

const logOf = (number: number) =>
  ({
    address: `0x${number.toString(16).padStart(40, "0")}`,
    topics: [`0x${(number * 7).toString(16).padStart(64, "0")}`],
  }) as unknown as EthLog;

test("the filter of several filters is that of all their logs", () => {
  const lists = [[], [logOf(1), logOf(2)], [logOf(3)], [logOf(2), logOf(4)]];
  for (const parts of [[], [lists[1]], lists] as (readonly EthLog[])[][]) {
    expect(bloomOfAll(parts.map(bloomOf))).toBe(bloomOf(parts.flat()));
  }
});
