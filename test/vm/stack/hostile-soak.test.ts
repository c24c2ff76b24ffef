/** Ten thousand hostile messages: nothing may be left of them. */
import { expect, test } from "vitest";
import { native } from "../../../src/native/index.js";
import { TestChain } from "../../support/chain.js";
import { collectGarbage } from "../../support/garbage.js";
import { type HostileModule, hostileModules } from "../../support/hostile.js";
import { TestNet } from "../../support/net.js";

const MESSAGES = 10_000;
const MIB = 1 << 20;
/** What allocators keep. A leak of 10 KiB per message would be 100 MiB. */
const TOLERANCE = 32 * MIB;
/** Enough for every module's own end, except where gas is what ends it: then a short one. */
const gasLimitOf = ({ exit }: HostileModule) => (exit === 7 ? 10_000_000 : 300_000_000);

test(`memory after ${MESSAGES} hostile messages`, { timeout: 600_000 }, async () => {
  const { before, after } = await soak();
  console.info(`RSS ${before >> 20} MiB before, ${after >> 20} MiB after`);
  expect(after - before).toBeLessThan(TOLERANCE);
  await collectGarbage();
  // One write buffer waits for the next machine.
  expect(native.liveObjects()).toEqual({ frames: 0, stores: 0, stacks: 0, blocks: 1 });
});

/** Resident bytes before and after. */
async function soak(): Promise<{ before: number; after: number }> {
  const code = hostileModules.map(async ({ name, wasm }) => [name, await wasm()] as const);
  const net = await TestNet.create({ contracts: Object.fromEntries(await Promise.all(code)) });
  const chain = await TestChain.on(net);
  const residentAfter = async (messages: number) => {
    for (let sent = 0; sent < messages; sent++) {
      const module = hostileModules[sent % hostileModules.length] as HostileModule;
      await chain.send({ to: net.id(module.name), method: 2, gasLimit: gasLimitOf(module) });
    }
    await collectGarbage();
    return process.memoryUsage.rss();
  };
  // Then every module is compiled, and every pool has its size.
  const before = await residentAfter(MESSAGES / 5);
  const after = await residentAfter(MESSAGES);
  chain.close();
  return { before, after };
}
