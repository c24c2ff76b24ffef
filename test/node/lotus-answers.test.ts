/** All that a Lotus node was asked, asked again: the same answers, but for the exceptions that are named here. */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { askedMethods, type Difference, differences, lotusNode } from "../support/lotus-answers.js";
import { executableLotusChains } from "../support/lotus-node.js";
import { recordings } from "../support/lotus-recording.js";
import { skipLoudly } from "../support/skip.js";

const chains = recordings(["nv28", "nv27-28"]).filter((name) => executableLotusChains().includes(name));
if (chains.length === 0)
  skipLoudly("the answers of a Lotus node: they, or the actors of its chains, are not on this machine");

/** An answer that is not Lotus's, with the reason. */
interface Exception {
  readonly reason: string;
  readonly is: (difference: Difference) => boolean;
}

const NOISE = "Lotus adds noise of about one percent to the premium that it proposes";

/** By method. */
const EXCEPTIONS: Readonly<Record<string, readonly Exception[]>> = {
  eth_estimateGas: [
    {
      reason: `${NOISE}, and a text says what the sender would have had to pay with it`,
      is: ({ expected, found }) => isDeepStrictEqual(withoutNeed(expected), withoutNeed(found)),
    },
  ],
  eth_gasPrice: [{ reason: NOISE, is: isClose }],
  eth_maxPriorityFeePerGas: [{ reason: NOISE, is: isClose }],
  eth_sendRawTransaction: [
    {
      reason: "it was sent while the chain was made, at another head",
      is: ({ expected }) => Object.hasOwn(expected as object, "when"),
    },
  ],
  "Filecoin.GasEstimateGasPremium": [{ reason: NOISE, is: isClose }],
  "Filecoin.GasEstimateMessageGas": [
    {
      reason: `${NOISE}, to which it adds the fee cap`,
      is: ({ expected, found }) => {
        const [a, b] = [expected, found].map((answer) => (answer as { result?: GasFields }).result);
        if (a === undefined || b === undefined) return false;
        const without = { CID: 0, GasFeeCap: 0, GasPremium: 0 };
        if (!isDeepStrictEqual({ ...a, ...without }, { ...b, ...without })) return false;
        return areClose(a.GasFeeCap, b.GasFeeCap) && areClose(a.GasPremium, b.GasPremium);
      },
    },
  ],
  eth_syncing: [
    {
      reason:
        "the recorded node has no history of synchronisations, and fails; ours has nothing to synchronise",
      is: ({ found }) => JSON.stringify(found) === '{"result":false}',
    },
  ],
};

/** The answer without the balance that a sender would have needed. */
function withoutNeed(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replace(/(needed: [0-9.]+ < )[0-9.]+/, "$1"));
}

/** Whether two quantities differ by less than three percent: six standard deviations. */
function isClose({ expected, found }: Difference): boolean {
  const [a, b] = [expected, found].map((answer) => Number((answer as { result?: string }).result));
  return areClose(a as number, b as number);
}

interface GasFields {
  readonly GasFeeCap: string;
  readonly GasPremium: string;
}

function areClose(a: number | string, b: number | string): boolean {
  return Math.abs(Number(a) / Number(b) - 1) < 0.03;
}

describe.each(chains)("the answers %s", (recording) => {
  const opened = lotusNode(recording);

  test.each(askedMethods(recording))("%s", { timeout: 300_000 }, async (method) => {
    const node = await opened;
    const { count, found } = await differences(node, recording, method);
    expect(count).toBeGreaterThan(0);
    const exceptions = EXCEPTIONS[method] ?? [];
    const open = found.filter((difference) => !exceptions.some(({ is }) => is(difference)));
    expect(open.slice(0, 3)).toEqual([]);
  });
});
