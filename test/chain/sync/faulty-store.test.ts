/** Validation on stores that fail now and then, or answer with what was not asked for. */
import { beforeAll, describe, expect, test } from "vitest";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../../src/blockstore/blocks.js";
import type { DevnetChain } from "../../../src/chain/devnet/devnet-chain.js";
import { Draw } from "../../../src/chain/devnet/draw.js";
import { DevnetTraffic } from "../../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../../src/chain/devnet/traffic/mix.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { Prefetcher } from "../../../src/chain/prefetch/prefetcher.js";
import { mainChain } from "../../../src/chain/sync/main-chain.js";
import { type ChainValidation, validateChain } from "../../../src/chain/sync/validate-chain.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { HostFault } from "../../../src/errors.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { acceptProofs } from "../../../src/vm/proofs/verifier.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { turn } from "../../support/late-store.js";
import { skipLoudly } from "../../support/skip.js";

const TIPSETS = 6;
/** Milliseconds: actors may have to be compiled. */
const SLOW = 300_000;
const isPossible = devnetVersions([28]).length > 0;
if (!isPossible) skipLoudly("chains on faulty stores: no bundle v18 of mainnet");

type Answer = ReturnType<Blockstore["get"]>;

/** Ways to answer wrongly, with the fault that each leads to. */
const WRONG: readonly [name: string, code: string, answer: (data: Answer) => Answer][] = [
  ["rejects", "BLOCKSTORE_FAILED", () => Promise.reject(new Error("disk on fire"))],
  ["answers with a text", "BLOCKSTORE_FAILED", () => Promise.resolve("block" as unknown as Uint8Array)],
  ["answers with other bytes", "CORRUPT_BLOCK", () => Promise.resolve(Uint8Array.of(1, 2, 3))],
  [
    "throws",
    "BLOCKSTORE_FAILED",
    () => {
      throw new Error("disk on fire");
    },
  ],
];

/** Answers late, and wrongly where it is told to. Keeps what it is given to itself. */
class FaultyStore implements Blockstore {
  asked = 0;
  readonly stored: Block[] = [];
  /** How it answers a question wrongly, by its number. */
  wrong: ((number: number, cid: Cid) => ((data: Answer) => Answer) | undefined) | undefined;

  constructor(private readonly blocks: Blockstore) {}

  get(cid: Cid): Answer {
    const data = this.blocks.get(cid);
    const wrong = this.wrong?.(this.asked++, cid);
    return wrong === undefined ? turn().then(() => data) : wrong(data);
  }

  putMany(blocks: readonly Block[]): void {
    this.stored.push(...blocks);
  }
}

describe.skipIf(!isPossible)("a chain on a store that fails", () => {
  let devnet: DevnetChain;
  let expected: ChainValidation;
  /** Questions of a validation. */
  let questions: number;

  beforeAll(async () => {
    devnet = await makeDevnet();
    const traffic = new DevnetTraffic(devnet, {
      seed: "faulty",
      messages: 6,
      mix: USUAL_MIX,
      nullRounds: 10,
    });
    for (let i = 0; i < TIPSETS; i++) await traffic.mine();
    const store = new FaultyStore(devnet.blockstore);
    store.wrong = () => undefined;
    expected = await (await validation(store))();
    questions = store.asked;
    expect(expected).toMatchObject({ ok: true, tipsets: TIPSETS + 1 });
  }, SLOW);

  /** The same chain, node and memory each time. */
  async function validation(
    store: Blockstore,
    prefetch?: Prefetcher,
  ): Promise<() => Promise<ChainValidation>> {
    const { network, head } = devnet;
    const { index } = await mainChain(devnet.chain, head);
    const blockCache = BlockCache.create(1 << 26);
    const chain = new Chain(store, { index, blockCache });
    const options = { network, chain, blockCache, proofs: acceptProofs };
    const node = chainNode({ ...options, ...(prefetch !== undefined && { prefetch }) });
    return () => validateChain({ chain, network, node, head, index }, { blockCache });
  }

  function expectFault(error: unknown, codes: readonly string[]): void {
    expect(error).toBeInstanceOf(HostFault);
    const { code, details } = error as HostFault;
    expect(codes).toContain(code);
    const { epoch = -1 } = details as { epoch?: number };
    expect(epoch).toBeGreaterThanOrEqual(0);
    expect(epoch).toBeLessThanOrEqual(devnet.head.epoch);
  }

  describe.each(WRONG)("%s", (_, code, answer) => {
    test.each([0, 0.02, 0.1, 0.4, 0.7, 0.95])(
      "a fault that names the epoch, and the next validation finds all: at %d",
      async (part) => {
        const store = new FaultyStore(devnet.blockstore);
        const validate = await validation(store);
        const place = Math.floor(part * questions);
        let wrongCid: Cid | undefined;
        store.wrong = (number, cid) => {
          if (number === place) wrongCid = cid;
          return cid === wrongCid ? answer : undefined;
        };
        expectFault(await validate().catch((error: unknown) => error), [code]);
        store.wrong = undefined;
        expect(await validate()).toEqual(expected);
      },
    );
  });

  test.each([
    ["without a prefetcher", undefined],
    ["with one", new Prefetcher()],
  ])("what arrived is not lost: validations that fail at random come to the end, %s", async (_, prefetch) => {
    const store = new FaultyStore(devnet.blockstore);
    const draw = new Draw("faulty").of("answers");
    const validate = await validation(store, prefetch);
    store.wrong = () => (draw.below(40) === 0 ? draw.pick(WRONG)[2] : undefined);
    let failures = 0;
    let result: ChainValidation | undefined;
    // Each failure is one question of those that are left.
    while (result === undefined && failures < questions) {
      result = await validate().catch((error: unknown) => {
        expectFault(error, ["BLOCKSTORE_FAILED", "CORRUPT_BLOCK"]);
        failures++;
        return undefined;
      });
    }
    expect(failures).toBeGreaterThan(0);
    expect(result).toEqual(expected);
  });
});
