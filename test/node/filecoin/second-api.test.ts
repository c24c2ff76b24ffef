/** Answers of a Lotus node on `/rpc/v2`. */
import { describe, expect, test } from "vitest";
import { lotusNode } from "../../support/lotus-answers.js";
import { executableLotusChains } from "../../support/lotus-node.js";
import { answers, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

interface Answer {
  readonly method: string;
  readonly params: readonly unknown[];
}

const chains = recordings(["nv28", "nv27-28"]).filter((name) => executableLotusChains().includes(name));
if (chains.length === 0)
  skipLoudly("the second API of a Lotus node: no recorded chain, or no bundles of its actors");

describe.each(chains)("the second API of %s", (recording) => {
  const opened = lotusNode(recording);
  const asked = answers(recording, "v2") as unknown as Answer[];

  test.each(asked)("$method $params", async ({ method, params, ...expected }) => {
    const node = await opened;
    const caller = { version: "v2", signal: new AbortController().signal } as const;
    const { text } = await node.answerOne({ id: 1, jsonrpc: "2.0", method, params }, caller);
    const { id: _id, jsonrpc: _version, ...answer } = JSON.parse(text) as Record<string, unknown>;
    expect(answer).toEqual(expected);
  });

  test.each([
    [{ tag: "latest", key: [] }, "exactly one tipset selection criteria must be specified, found: 2"],
    [
      { height: { at: -1 } },
      "validating tipset height: invalid tipset height: epoch cannot be less than zero",
    ],
    [{ height: {} }, "validating tipset height: invalid tipset height: at epoch must be specified"],
    [
      { height: { at: 1, anchor: { tag: "latest", key: [] } } },
      "validating tipset height: invalid tipset anchor: at most one of key or tag must be specified",
    ],
  ])("refuses %j", async (selector, reason) => {
    const node = await opened;
    const caller = { version: "v2", signal: new AbortController().signal } as const;
    const answer = node.call("Filecoin.ChainGetTipSet", [selector], caller);
    await expect(answer).rejects.toThrow(`validating selector: ${reason}`);
  });
});
