import { describe, expect, test } from "vitest";
import { readBlocks } from "../../../src/blockstore/access.js";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import type { ChainNetwork } from "../../../src/chain/networks/networks.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { differenceJson, differenceText } from "../../../src/chain/sync/difference-text.js";
import {
  type ChainToValidate,
  type ValidationProgress,
  validateChain,
} from "../../../src/chain/sync/validate-chain.js";
import { cidText } from "../../../src/encoding/cid.js";
import { Amt, CHAIN_AMT } from "../../../src/ipld/amt.js";
import { receiptCodec } from "../../../src/message/receipt.js";
import { executableLotusChains, type LotusNode, openLotusNode } from "../../support/lotus-node.js";
import { skipLoudly } from "../../support/skip.js";

const chains = executableLotusChains();
if (chains.length === 0) skipLoudly("validating the chains of a Lotus node: they are not on this machine");

const SLOW = { timeout: 120_000 };

/** @param changed of the network that tipsets are executed on, not of the one that blocks are checked by */
function partsOf(
  { network, chain, tipsets }: LotusNode,
  changed: Partial<ChainNetwork> = {},
): ChainToValidate {
  const head = tipsets.at(-1) as LotusNode["tipsets"][number];
  return { network, chain, head, node: chainNode({ network: { ...network, ...changed }, chain }) };
}

/** Number of receipts of all tipsets but the head, as headers name them. */
async function countReceipts({ chain, tipsets }: LotusNode): Promise<number> {
  let count = 0;
  for (const tipset of tipsets.slice(2)) {
    const root = firstHeader(tipset).parentMessageReceipts;
    count += await readBlocks(
      chain.blockstore,
      (blocks) => Amt.load(blocks, root, receiptCodec, CHAIN_AMT).count,
    );
  }
  return count;
}

describe.each(chains)("the chain %s", (name) => {
  test("is valid from genesis, block by block", SLOW, async () => {
    const recorded = await openLotusNode(name);
    const steps: ValidationProgress[] = [];
    const result = await validateChain(partsOf(recorded), { onProgress: (step) => void steps.push(step) });
    expect(result.difference?.refusal.text).toBeUndefined();
    const { length: tipsets } = recorded.tipsets;
    expect(result).toMatchObject({ ok: true, from: 0, to: recorded.tipsets.at(-1)?.epoch, tipsets });
    expect(steps.map(({ epoch }) => epoch)).toEqual(recorded.tipsets.map(({ epoch }) => epoch));
    expect(steps.at(-2)?.messages).toBe(await countReceipts(recorded));
    expect(steps.at(-1)?.messages).toBe(result.messages);
  });
});

describe.skipIf(chains.length === 0)("a difference of what tipsets lead to", () => {
  test("is explained: receipts, actors, messages, and what may be the cause", SLOW, async () => {
    const recorded = await openLotusNode("nv28");
    // Actors that may write debug output use more gas.
    const parts = partsOf(recorded, { actorDebugging: true });
    const { ok, tipsets, difference } = await validateChain(parts);
    expect(ok).toBe(false);
    const found = difference as NonNullable<typeof difference>;
    const executed = recorded.tipsets[tipsets];
    const next = recorded.tipsets[tipsets + 1];
    expect(found).toMatchObject({
      epoch: next?.epoch,
      tipset: next?.key,
      executed: { epoch: executed?.epoch, tipset: executed?.key },
      refusal: { code: "RECEIPTS_ROOT" },
    });
    expect(next?.key).toContain(found.block);
    const [receipt] = found.receipts ?? [];
    expect(receipt?.expected?.gasUsed).toBeGreaterThan(receipt?.found?.gasUsed as number);
    const message = cidText(receipt?.message as NonNullable<typeof receipt>["message"] & string);
    expect(found.hints).toEqual([expect.stringContaining("gas alone")]);
    const text = differenceText(found, { letter: "t" });
    expect(text).toContain(message);
    expect(text).toMatch(/t099 .*: changed/);
    expect(text).toContain(`t099 was changed by ${message}`);
    const json = JSON.parse(JSON.stringify(differenceJson(found, { letter: "t" })));
    expect(json).toMatchObject({ epoch: next?.epoch, code: "RECEIPTS_ROOT" });
    expect(json.receipts[0]).toMatchObject({ index: 0, message });
  });

  test("names other code of actors", SLOW, async () => {
    const recorded = await openLotusNode("nv27-28");
    const { node, ...parts } = partsOf(recorded);
    const { migrate: _, ...stays } = node;
    const { difference } = await validateChain({ ...parts, node: stays });
    expect(difference?.executed?.epoch).toBe(61);
    expect(difference?.hints).toContainEqual(expect.stringContaining("other code"));
  });
});

describe.skipIf(chains.length === 0)("a range", () => {
  test("begins and ends where it is told, on the states that are there", SLOW, async () => {
    const recorded = await openLotusNode("nv28");
    const parts = partsOf(recorded);
    const result = await validateChain(parts, { from: 100, to: 110 });
    const inside = recorded.tipsets.filter(({ epoch }) => epoch >= 100 && epoch <= 110);
    expect(result).toMatchObject({ ok: true, from: 100, to: 110, tipsets: inside.length });
    await expect(validateChain(parts, { from: 20, to: 10 })).rejects.toThrow("INVALID_OPTION");
    await expect(validateChain(parts, { to: 5000 })).rejects.toThrow("after the head");
  });

  test("needs the state that it begins on", SLOW, async () => {
    const recorded = await openLotusNode("nv28");
    const { chain } = recorded;
    const lacking = firstHeader(recorded.tipsets.find(({ epoch }) => epoch >= 100) as never).parentStateRoot;
    const { blockstore } = chain;
    const get = blockstore.get.bind(blockstore);
    blockstore.get = (cid) => (cid === lacking ? undefined : get(cid));
    await expect(validateChain(partsOf(recorded), { from: 100 })).rejects.toThrow("CHAIN_INCOMPLETE");
  });

  test("ends with the signal's reason", SLOW, async () => {
    const recorded = await openLotusNode("nv28");
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = ({ tipsets }: ValidationProgress) => tipsets === 10 && controller.abort(reason);
    const running = validateChain(partsOf(recorded), {
      signal: controller.signal,
      onProgress: async (p) => void onProgress(p),
    });
    await expect(running).rejects.toBe(reason);
  });
});
