import { encode } from "@ipld/dag-cbor";
import { expect, test } from "vitest";
import { beginSchedule, type HelpedRun } from "../../../src/chain/execution/begin-schedule.js";
import { Crew } from "../../../src/chain/execution/crew.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";

/** A thread that says it is through, or is lost, as soon as it has a tipset. */
const threads = (isLost: boolean) => ({
  idle: 1,
  run: () => (isLost ? Promise.reject(new Error("lost")) : Promise.resolve()),
});

async function begun(crew: Crew): Promise<HelpedRun> {
  const net = await TestNet.create();
  const chain = await TestChain.on(net);
  const options = {
    network: net.version,
    stateRoot: net.stateRoot,
    blockstore: net.store,
    epoch: 1,
  } as const;
  const message = chain.message({ from: net.alice, to: net.id("emitter"), method: 2, params: encode(5) });
  const run = await beginSchedule(
    crew,
    {
      machine: await Machine.create(options),
      options,
      stateRoot: net.stateRoot,
      context: { epoch: 1, timestamp: 30, baseFee: 0n },
      places: [{ message, rawLength: 100 }],
    },
    undefined,
  );
  return run as HelpedRun;
}

test("a tipset's memory is used again once its threads and the main thread are through with it", async () => {
  const crew = new Crew(threads(false), { leastGas: 0 });
  const run = await begun(crew);
  await new Promise(setImmediate);
  expect(crew.takeMemory()).toBeUndefined();
  run.end();
  await new Promise(setImmediate);
  expect(crew.takeMemory()).toBeInstanceOf(SharedArrayBuffer);
});

test("memory at which a lost thread may still write is not used again", async () => {
  const crew = new Crew(threads(true), { leastGas: 0 });
  const run = await begun(crew);
  run.end();
  await new Promise(setImmediate);
  expect(crew.takeMemory()).toBeUndefined();
});
