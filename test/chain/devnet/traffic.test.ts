/** Messages of storage providers and contracts: each kind does what it says. */
import { describe, expect, test } from "vitest";
import { addressId } from "../../../src/address/address.js";
import type { DevnetChain } from "../../../src/chain/devnet/devnet-chain.js";
import { DevnetTraffic } from "../../../src/chain/devnet/traffic/devnet-traffic.js";
import type { TrafficMix } from "../../../src/chain/devnet/traffic/mix.js";
import type { BlockResult } from "../../../src/chain/execution/tipset.js";
import type { BlockMessages } from "../../../src/chain/types/message-meta.js";
import type { Message } from "../../../src/message/message.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

/** A message that was executed. */
interface Done {
  /** `miner`, `account` …, or the ID of an actor of which there is one. */
  readonly to: string | number;
  readonly method: number;
  readonly exitCode: number;
  readonly events: boolean;
}

/** Messages of some tipsets, and what they do. */
class Traffic {
  readonly #traffic: DevnetTraffic;

  constructor(
    readonly chain: DevnetChain,
    mix: TrafficMix,
    messages: number,
  ) {
    this.#traffic = new DevnetTraffic(chain, { seed: "traffic", messages, mix, nullRounds: 0 });
  }

  async mined(tipsets: number): Promise<Done[]> {
    const done: Done[] = [];
    for (let i = 0; i < tipsets; i++) {
      const lists = await this.chain.chain.messages(await this.#traffic.mine());
      const { blocks = [] } = (await this.chain.executeHead()) ?? {};
      for (const [at, block] of blocks.entries())
        done.push(...this.#doneBy(lists[at] as BlockMessages, block));
    }
    return done;
  }

  #doneBy({ bls, secp }: BlockMessages, { executed, messages }: BlockResult): Done[] {
    const all = [...bls, ...secp.map(({ message }) => message)];
    return messages.map(({ receipt }, i) => {
      const { to, method } = all[executed[i] as number] as Message;
      const isProvider = this.chain.providers.some(({ address }) => address === to);
      return {
        to: isProvider ? "miner" : Number(addressId(to) ?? -1),
        method: Number(method),
        exitCode: receipt.exitCode,
        events: receipt.eventsRoot !== undefined,
      };
    });
  }
}

/** Numbers of messages to an actor by method, of those that succeeded. */
function counts(done: readonly Done[], to: string | number): Record<number, number> {
  const found: Record<number, number> = {};
  for (const { to: at, method, exitCode } of done) {
    if (at === to && exitCode === 0) found[method] = (found[method] ?? 0) + 1;
  }
  return found;
}

const MARKET = 5;
const REGISTRY = 6;
const DATA_CAP = 7;
const TRANSFER = 80_475_954;
const INVOKE_EVM = 3_844_450_837;
/** Epochs between a sector's announcement and its proof. */
const DELAY = 150;

/** Epochs of a deadline. */
const WINDOW = 60;

/** Announces sectors, lets time pass, proves them. */
async function announceAndProve(chain: DevnetChain, announcing: TrafficMix): Promise<Done[]> {
  const traffic = new Traffic(chain, { ...announcing, prove: 4 }, 6);
  const before = await traffic.mined(12);
  await chain.mine({ nullRounds: DELAY });
  return [...before, ...(await traffic.mined(12))];
}

const versions = devnetVersions([16, 18, 22, 28]);

if (!versions.includes(28)) skipLoudly("traffic of storage providers: no bundle v18 of mainnet");
else {
  describe("storage providers", () => {
    test("sectors are announced, proven and committed, with data of deals and of allocations", async () => {
      const chain = await makeDevnet({ providers: 2 });
      const mix = { announce: 4, commit: 1, balance: 1, deals: 1, verify: 1, allocate: 2 };
      const done = await announceAndProve(chain, mix);
      const sectors = counts(done, "miner");
      expect(sectors[28]).toBeGreaterThan(10);
      expect(sectors[34]).toBeGreaterThan(1);
      expect(sectors[36]).toBeGreaterThan(1);
      expect(Object.keys(counts(done, MARKET))).toEqual(["2", "4"]);
      expect(Object.keys(counts(done, REGISTRY))).toEqual(["4"]);
      expect(Object.keys(counts(done, DATA_CAP))).toEqual([String(TRANSFER)]);
      const failed = done.filter(({ to, exitCode }) => to === "miner" && exitCode !== 0);
      expect(failed.length).toBeLessThan(done.length / 20);
    });

    test("proofs of spacetime are sent when they are due, without being drawn", async () => {
      const chain = await makeDevnet({ providers: 8 });
      // The deadline that is open in the beginning, and the next one, have no sectors.
      await chain.mine({ nullRounds: 2 * WINDOW });
      const done = await new Traffic(chain, { faults: 1, withdraw: 1 }, 2).mined(WINDOW);
      const { 5: posts = 0, 10: lost = 0, 16: withdrawn = 0 } = counts(done, "miner");
      expect(posts).toBeGreaterThanOrEqual(chain.providers.length - 2);
      expect(posts).toBeLessThanOrEqual(2 * chain.providers.length);
      expect(lost).toBeGreaterThan(0);
      expect(withdrawn).toBeGreaterThan(0);
    });

    test("nobody does what storage providers do without there being any", async () => {
      const chain = await makeDevnet();
      const done = await new Traffic(chain, { announce: 1, prove: 1, withdraw: 1 }, 4).mined(3);
      expect(done.length).toBeGreaterThan(0);
      for (const { method } of done) expect([0, INVOKE_EVM]).toContain(method);
    });
  });

  test("contracts: tokens, trades, hashes, questions to builtin actors, several calls in one", async () => {
    const chain = await makeDevnet();
    const mix = { token: 3, swap: 4, hash: 1, ask: 1, batch: 1 };
    const calls = (await new Traffic(chain, mix, 8).mined(30)).filter(({ method }) => method === INVOKE_EVM);
    const well = calls.filter(({ exitCode }) => exitCode === 0);
    expect(well.length).toBeGreaterThan(0.8 * calls.length);
    expect(well.filter(({ events }) => events).length).toBeGreaterThan(0.9 * well.length);
  });
}

describe.each([
  [16, [25], [7, 26]],
  [18, [28], [7, 26]],
  [22, [28], [34]],
])("network version %i", (networkVersion, ...steps) => {
  if (!versions.includes(networkVersion)) {
    skipLoudly(`traffic of network version ${networkVersion}: no bundle of mainnet`);
    return;
  }
  test("sectors are announced and proven as it has them", async () => {
    const chain = await makeDevnet({ networkVersion, providers: 2 });
    const counted = counts(await announceAndProve(chain, { announce: 3, deals: 1, balance: 1 }), "miner");
    for (const methods of steps) {
      expect(methods.some((method) => counted[method] !== undefined)).toBe(true);
    }
    expect(counted[36]).toBeUndefined();
  });
});
