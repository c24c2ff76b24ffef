/** All that a Lotus node was asked, asked again: the same answers, but for the exceptions that are named here. */
import { describe, expect, test } from "vitest";
import { askedMethods, type Difference, differences, lotusNode } from "../support/lotus-answers.js";
import { executableLotusChains } from "../support/lotus-node.js";
import { recordings } from "../support/lotus-recording.js";
import { skipLoudly } from "../support/skip.js";

const chains = recordings(["nv28", "nv27-28"]).filter((name) => executableLotusChains().includes(name));
if (chains.length === 0)
  skipLoudly("the answers of a Lotus node: they, or the actors of its chains, are not on this machine");

/** Answers that are not Lotus's, by method, with the reason. */
const EXCEPTIONS: Readonly<Record<string, readonly { reason: string; is: (d: Difference) => boolean }[]>> = {
  eth_syncing: [
    {
      reason:
        "the recorded node has no history of synchronisations, and fails; ours has nothing to synchronise",
      is: ({ found }) => JSON.stringify(found) === '{"result":false}',
    },
  ],
};

describe.each(chains)("the answers %s", (recording) => {
  const opened = lotusNode(recording);

  test.each(askedMethods(recording))("%s", async (method) => {
    const node = await opened;
    const { count, found } = await differences(node, recording, method);
    expect(count).toBeGreaterThan(0);
    const exceptions = EXCEPTIONS[method] ?? [];
    const open = found.filter((difference) => !exceptions.some(({ is }) => is(difference)));
    expect(open.slice(0, 3)).toEqual([]);
  });
});
