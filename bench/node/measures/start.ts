import { median } from "../../statistics.js";
import { Client } from "../client.js";
import type { Measure } from "../measure.js";

const TIMES = 11;

/** From the start of the process to its first answer. The first time is not counted: it fills caches on disk. */
export const start: Measure = async ({ name: node, start }) => {
  const times: number[] = [];
  for (let i = 0; i <= TIMES; i++) {
    const begun = performance.now();
    await using peer = await start();
    if (peer === undefined) return [];
    using client = new Client(peer.url);
    await client.ask("eth_blockNumber");
    if (i > 0) times.push(performance.now() - begun);
  }
  return [{ node, name: "start to first answer", value: median(times), unit: "ms", better: "less" }];
};
