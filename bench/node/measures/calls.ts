import { Client } from "../client.js";
import type { Figure, Measure } from "../measure.js";
import { BenchToken, SUPPLY, strangerOf } from "../token.js";

const TURNS = 5;
const CALLS = 2000;
const CONNECTIONS = [1, 8];
/** Calls on each head, where it moves. */
const PER_HEAD = 100;

/** Asks for balances, a number of times; the number of the first is given. */
type Asking = (client: Client, token: BenchToken, first: number) => Promise<number>;

const KINDS: Readonly<Record<string, Asking>> = {
  "the same": (client, token) => timeOf(client, () => token.owner, token),
  "others each time": (client, token, first) => timeOf(client, (i) => strangerOf(first + i), token),
  "others, and the head moves": async (client, token, first) => {
    let sum = 0;
    for (let at = 0; at < CALLS; at += PER_HEAD) {
      await client.ask("evm_mine");
      sum += await timeOf(client, (i) => strangerOf(first + at + i), token, PER_HEAD);
    }
    return sum;
  },
};

/** Calls of `balanceOf` in a second, the best of several turns. */
export const calls: Measure = async ({ name: node, start }) => {
  await using peer = await start();
  if (peer === undefined) return [];
  using deployer = new Client(peer.url);
  const token = await BenchToken.deploy(deployer);
  const figures: Figure[] = [];
  let asked = 0;
  for (const [kind, asking] of Object.entries(KINDS)) {
    for (const connections of CONNECTIONS) {
      using client = new Client(peer.url, connections);
      let best = Number.POSITIVE_INFINITY;
      for (let turn = 0; turn < TURNS; turn++) {
        best = Math.min(best, await asking(client, token, asked));
        asked += CALLS;
      }
      const name = `eth_call, ${kind}, ${connections} at a time`;
      figures.push({ node, name, value: (CALLS / best) * 1000, unit: "/s", better: "more" });
    }
  }
  await token.expect(token.owner, SUPPLY);
  return figures;
};

/** Milliseconds. What is asked at a time is as much as the client has connections. */
async function timeOf(
  client: Client,
  of: (i: number) => string | bigint,
  token: BenchToken,
  count = CALLS,
): Promise<number> {
  let next = 0;
  const begun = performance.now();
  const ask = async () => {
    while (next < count) await client.ask("eth_call", token.balanceOf(of(next++)), "latest");
  };
  await Promise.all(Array.from({ length: client.connections }, ask));
  return performance.now() - begun;
}
