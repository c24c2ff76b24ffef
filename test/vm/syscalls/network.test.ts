import { describe, expect, test } from "vitest";
import type { Cid } from "../../../src/encoding/cid.js";
import { Fatal } from "../../../src/message/outcome.js";
import { network } from "../../../src/vm/kernel/network.js";
import { runHandler } from "./fake-context.js";

const externs = {
  getTipsetCid: (epoch: number | bigint) => `\x01${String.fromCharCode(Number(epoch) % 256)}` as Cid,
};
const handler = network["network.tipset_cid"];

describe("network.tipset_cid", () => {
  test.each([
    // network version, asked at epoch 2000: outcome and price
    ["negative", 28, -1, 1, undefined],
    ["present", 28, 2000, 1, undefined],
    ["future", 28, 2001, 1, undefined],
    ["far future", 28, 2n ** 63n - 1n, 1, undefined],
    ["far past", 28, -(2n ** 63n), 1, undefined],
    ["one back", 28, 1999, "ok", 146_275_000],
    ["genesis", 28, 0, "ok", 296_200_000],
    ["one back, v3", 18, 1999, "ok", 50_000_000],
    ["two back, v3", 18, 1998, "ok", 215_000_000],
    ["899 back, v3", 19, 1101, "ok", 215_000_000],
    ["900 back, v3", 20, 1100, 1, undefined],
    ["900 back, v4", 21, 1100, "ok", 213_700_000],
  ] as const)("%s", (_case, nv, epoch, outcome, price) => {
    const result = runHandler(handler, { nv, epoch: 2000, args: [epoch, 38], externs });
    const charges = price === undefined ? [] : [["OnTipsetCid", price]];
    expect(result).toMatchObject({ outcome, charges });
  });

  test("answers with the CID", () => {
    expect(runHandler(handler, { args: [80, 38], externs }).answer).toBe("0150");
  });

  test("no answer of the node is fatal", () => {
    const unknown = { getTipsetCid: () => undefined };
    expect(() => runHandler(handler, { args: [80, 38], externs: unknown })).toThrow(Fatal);
  });
});
