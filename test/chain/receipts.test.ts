import { describe, expect, test } from "vitest";
import { receiptsArray } from "../../src/chain/execution/receipts.js";
import { cidText } from "../../src/encoding/cid.js";
import type { Receipt } from "../../src/message/receipt.js";
import { networkVersion } from "../../src/vm/network/version.js";

/** The root of no receipts, as in genesis headers. */
const EMPTY = "bafy2bzacedswlcz5ddgqnyo3sak3jmhmkxashisnlpq6ujgyhe4mlobzpnhs6";
const receipt: Receipt = {
  exitCode: 7,
  returnData: new Uint8Array([1]),
  gasUsed: 300,
  eventsRoot: undefined,
};

function hex(data: Uint8Array | undefined): string {
  return Buffer.from(data ?? []).toString("hex");
}

describe("a tipset's receipts", () => {
  test.each([16, 18, 28])("none, network version %i", (version) => {
    const { root, blocks } = receiptsArray([], networkVersion(version));
    expect(cidText(root)).toBe(EMPTY);
    expect(blocks).toHaveLength(1);
  });

  test.each([
    [17, "8307410119012c"],
    [18, "8407410119012cf6"],
  ])("in the form of network version %i", (version, encoded) => {
    const { blocks } = receiptsArray([receipt], networkVersion(version));
    // Height 0, one value; a node with the first bit set, no links, the value.
    expect(blocks.map(({ data }) => hex(data))).toEqual([`8300018341018081${encoded}`]);
  });

  test("over one node, the root's block comes last", () => {
    const { root, blocks } = receiptsArray(new Array(9).fill(receipt), networkVersion(28));
    expect(blocks).toHaveLength(3);
    expect(blocks.at(-1)?.cid).toBe(root);
  });
});
