import { describe, expect, test } from "vitest";
import { readReceipts } from "../../../src/chain/execution/read-receipts.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { ethTransactionHash } from "../../../src/chain/signatures/eth-sender.js";
import { ethTransactionOf } from "../../../src/chain/signatures/eth-transaction.js";
import { tipsetCid } from "../../../src/chain/types/tipset-key.js";
import type { HeadChange } from "../../../src/node/chain/main-index.js";
import { NodeChain } from "../../../src/node/chain/node-chain.js";
import { executableLotusChains, type LotusNode, openLotusNode } from "../../support/lotus-node.js";
import { skipLoudly } from "../../support/skip.js";

const chains = executableLotusChains().filter((name) => name !== "nv28-debug");
if (chains.length === 0)
  skipLoudly("the chains of a Lotus node: they, or their actors, are not on this machine");

/** As it was when this epoch's tipset was the head. */
async function openAt({ network, chain, tipsets }: LotusNode, place: number): Promise<NodeChain> {
  const { blockstore } = chain;
  return NodeChain.open({ network, blockstore, head: (tipsets[place] as ChainTipset).key });
}

/** Place of a tipset in the middle of the chain that has messages. */
async function busyPlace({ chain, tipsets }: LotusNode): Promise<number> {
  for (let place = 30; place < tipsets.length - 10; place++) {
    const blocks = await chain.messages(tipsets[place] as ChainTipset);
    if (blocks.some(({ secp }) => secp.length > 0)) return place;
  }
  throw new Error("no tipset has messages");
}

describe.each(chains)("the chain %s", (name) => {
  const opened = openLotusNode(name);

  test("has a child on each tipset but the head", async () => {
    const node = await opened;
    const last = node.tipsets.length - 1;
    const chain = await openAt(node, last);
    for (const [i, tipset] of node.tipsets.entries()) {
      expect(await chain.childOf(tipset)).toEqual(node.tipsets[i + 1]);
    }
    expect(chain.genesis).toEqual(node.tipsets[0]);
    expect(chain.head).toEqual(node.tipsets[last]);
  });

  test("says the same of a tipset by execution and by what is stored", async () => {
    const node = await opened;
    const place = await busyPlace(node);
    const tipset = node.tipsets[place] as ChainTipset;
    const [stored, executed] = [await openAt(node, place + 1), await openAt(node, place)];
    const [read, made] = [await stored.executed(tipset), await executed.executed(tipset)];
    expect(made.messages.length).toBeGreaterThan(0);
    expect(made).toEqual(read);
    expect(await executed.stateAfter(tipset)).toBe(await stored.stateAfter(tipset));
    const receipts = await readReceipts(node.chain.blockstore, read.receiptsRoot);
    expect(read.messages.map(({ receipt }) => receipt)).toEqual(receipts);
  });

  test("finds each message where it was executed", async () => {
    const node = await opened;
    const chain = await openAt(node, node.tipsets.length - 1);
    let hashes = 0;
    for (const tipset of node.tipsets) {
      for (const { cid, signed } of await chain.messages(tipset)) {
        const place = await chain.find(cid);
        expect(place?.message.cid).toBe(cid);
        expect(place?.tipset.epoch).toBeGreaterThanOrEqual(tipset.epoch);
        if (signed?.signature.type !== "delegated") continue;
        hashes++;
        const { chainId } = node.network;
        expect(await chain.cidOf(ethTransactionHash(ethTransactionOf(signed, chainId), chainId))).toBe(cid);
      }
    }
    expect(hashes).toBeGreaterThan(50);
    expect(await chain.cidOf(`0x${"00".repeat(32)}`)).toBeUndefined();
  });

  test("finds tipsets by the CIDs of their keys", async () => {
    const node = await opened;
    const place = node.tipsets.length - 8;
    const chain = await openAt(node, place);
    const cidAt = (i: number) => tipsetCid((node.tipsets[i] as ChainTipset).key);
    expect(await chain.tipsetOf(cidAt(place + 1))).toBeUndefined();
    for (const [i, tipset] of node.tipsets.slice(0, place).entries()) {
      expect(await chain.tipsetOf(cidAt(i))).toEqual(tipset);
    }
    await chain.setHead(node.tipsets[place + 3] as ChainTipset);
    expect(await chain.tipsetOf(cidAt(place + 1))).toEqual(node.tipsets[place + 1]);
    await chain.setHead(node.tipsets[place - 3] as ChainTipset);
    expect(await chain.tipsetOf(cidAt(place + 2))).toEqual(node.tipsets[place + 2]);
    expect(await chain.tipsetOf(tipsetCid([]))).toBeUndefined();
  });

  test("finds tipsets below a head that went back before anybody asked", async () => {
    const node = await opened;
    const chain = await openAt(node, 50);
    await chain.setHead(node.tipsets[40] as ChainTipset);
    await chain.setHead(node.tipsets[45] as ChainTipset);
    for (const tipset of node.tipsets.slice(0, 46)) {
      expect(await chain.tipsetOf(tipsetCid(tipset.key))).toEqual(tipset);
    }
  });

  test("executes a tipset again for an observer, and stores nothing", async () => {
    const node = await opened;
    const place = await busyPlace(node);
    const tipset = node.tipsets[place] as ChainTipset;
    const { blockstore } = node.chain;
    const stored: unknown[] = [];
    const chain = await NodeChain.open({
      network: node.network,
      blockstore: {
        get: (cid) => blockstore.get(cid),
        putMany: (blocks) => void stored.push(...blocks),
      },
      head: tipset.key,
    });
    let messages = 0;
    const result = await chain.replay(tipset, { onMessage: () => void messages++ });
    const child = node.tipsets[place + 1] as ChainTipset;
    expect(result.stateRoot).toBe(firstHeader(child).parentStateRoot);
    expect(messages).toBeGreaterThan(result.blocks.length);
    expect(stored).toEqual([]);
  });

  test("follows the head to a fork and back", async () => {
    const node = await opened;
    const place = await busyPlace(node);
    const chain = await openAt(node, place);
    const [base, ours] = [node.tipsets[place - 1], node.tipsets[place]] as [ChainTipset, ChainTipset];
    const { cid } = (await chain.messages(ours))[0] ?? {};
    if (cid === undefined) throw new Error("the tipset is to have a message");
    const changes: HeadChange[] = [];
    const end = chain.onChange((change) => changes.push(change));
    expect((await chain.find(cid))?.tipset.epoch).toBe(ours.epoch);
    await chain.setHead(base);
    expect(await chain.find(cid)).toBeUndefined();
    expect(await chain.childOf(base)).toBeUndefined();
    await chain.setHead(node.tipsets[place + 3] as ChainTipset);
    expect((await chain.find(cid))?.tipset.epoch).toBe(ours.epoch);
    expect(await chain.tipsetAt(ours.epoch, "before")).toEqual(ours);
    end();
    await chain.setHead(base);
    expect(changes).toEqual([
      { revert: [ours], apply: [] },
      { revert: [], apply: node.tipsets.slice(place, place + 4) },
    ]);
  });

  test("tells all listeners, and then what one of them throws", async () => {
    const node = await opened;
    const chain = await openAt(node, 20);
    const told: number[] = [];
    chain.onChange(() => {
      throw new Error("this listener fails");
    });
    chain.onChange(({ apply }) => told.push(...apply.map(({ epoch }) => epoch)));
    const next = node.tipsets[21] as ChainTipset;
    await expect(chain.setHead(next)).rejects.toThrow("this listener fails");
    expect(told).toEqual([next.epoch]);
    expect(chain.head).toEqual(next);
  });

  test("names a state that is missing", async () => {
    const node = await opened;
    const tipset = node.tipsets[await busyPlace(node)] as ChainTipset;
    const lost = firstHeader(tipset).parentStateRoot;
    const { blockstore } = node.chain;
    const chain = await NodeChain.open({
      network: node.network,
      blockstore: {
        get: async (cid) => (cid === lost ? undefined : blockstore.get(cid)),
        putMany: (blocks) => blockstore.putMany(blocks),
      },
      head: tipset.key,
    });
    await expect(chain.executed(tipset)).rejects.toMatchObject({
      code: "STATE_MISSING",
      details: { epoch: tipset.epoch },
    });
    expect((await chain.messages(tipset)).length).toBeGreaterThan(0);
  });

  test("does work that several ask for once, and gives up what nobody waits for", async () => {
    const node = await opened;
    const tipset = node.tipsets[30] as ChainTipset;
    const chain = await openAt(node, 30);
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [first, second].map(({ signal }) => chain.executed(tipset, { signal }));
    first.abort(new Error("gone"));
    await expect(answers[0]).rejects.toThrow("gone");
    const result = await answers[1];
    expect(await chain.executed(tipset)).toBe(result);
  });
});
