import { BenchError } from "../../bench-error.js";
import { Client } from "../client.js";
import type { Measure } from "../measure.js";
import { BenchToken, SUPPLY, strangerOf } from "../token.js";

const TRANSFERS = 1000;

/** Transfers on a node that has just been started, as a suite of tests sends them. They are signed beforehand. */
export const transfers: Measure = async ({ name: node, start }) => {
  await using peer = await start();
  if (peer === undefined) return [];
  using client = new Client(peer.url);
  const token = await BenchToken.deploy(client);
  const signed = Array.from({ length: TRANSFERS }, (_, i) => token.transferTo(strangerOf(i)));
  // Nodes have ended what was idle for so long.
  client.hangUp();
  const begun = performance.now();
  for (const transaction of signed) {
    const { logs } = await token.send(transaction);
    if (logs.length !== 1) throw new BenchError(`${peer.url}: a transfer with ${logs.length} logs`);
  }
  const value = performance.now() - begun;
  await token.expect(token.owner, SUPPLY - BigInt(TRANSFERS));
  await token.expect(strangerOf(TRANSFERS - 1), 1n);
  return [{ node, name: `${TRANSFERS} transfers with receipts`, value, unit: "ms", better: "less" }];
};
