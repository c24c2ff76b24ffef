/** Messages waited for, and ways between tipsets, while the head of a chain moves. */
import { beforeAll, describe, expect, test } from "vitest";
import type { ChainTipset } from "../../../src/chain/history/chain-tipset.js";
import { type Cid, parseCid } from "../../../src/encoding/cid.js";
import { NodeChain } from "../../../src/node/chain/node-chain.js";
import { pathBetween, tipsetByHeight } from "../../../src/node/filecoin/tipsets.js";
import { waitMessage } from "../../../src/node/filecoin/wait-message.js";
import { executableLotusChains, type LotusNode, openLotusNode } from "../../support/lotus-node.js";
import { answers } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

interface Lookup {
  readonly Message: { readonly "/": string };
  readonly Height: number;
}

const NAME = "nv28";
const isThere = executableLotusChains().includes(NAME);
if (!isThere) skipLoudly("messages waited for: no recorded chain, or no bundles of its actors");

describe.runIf(isThere)("on a recorded chain", () => {
  let lotus: LotusNode;

  beforeAll(async () => {
    lotus = await openLotusNode(NAME);
  });

  /** The tipset of an epoch, or the one before it. */
  const at = (epoch: number) => lotus.tipsets.findLast((tipset) => tipset.epoch <= epoch) as ChainTipset;

  async function chainTo(epoch: number): Promise<NodeChain> {
    const { network, chain } = lotus;
    return NodeChain.open({ network, blockstore: chain.blockstore, head: at(epoch).key });
  }

  /** A message, and the epoch of the tipset that says what became of it. */
  function someMessage(): { readonly cid: Cid; readonly height: number } {
    const found = answers<unknown, Lookup | null>(NAME, "Filecoin.StateSearchMsg").find(
      ({ result }) => result != null && result.Height === 94,
    );
    const { Message, Height } = (found as { readonly result: Lookup }).result;
    return { cid: parseCid(Message["/"]), height: Height };
  }

  test("a wait ends when so many epochs lie on the message, and not before", async () => {
    const { cid, height } = someMessage();
    const chain = await chainTo(height - 2);
    const wait = { cid, confidence: 2, lookback: -1, allowReplaced: true };
    const missing: (number | undefined)[] = [];
    let ended = false;
    const waiting = waitMessage({ chain }, wait, {}, (epochs) => void missing.push(epochs)).finally(() => {
      ended = true;
    });
    const heads = lotus.tipsets.filter(({ epoch }) => epoch > at(height - 2).epoch && epoch < height + 2);
    for (const head of heads) {
      await chain.setHead(head);
      await expect.poll(() => missing.length).toBeGreaterThan(heads.indexOf(head));
      expect(ended).toBe(false);
    }
    await chain.setHead(lotus.tipsets.find(({ epoch }) => epoch >= height + 2) as ChainTipset);
    const found = await waiting;
    expect(found.tipset.epoch).toBe(height);
    expect(missing[0]).toBeUndefined();
    expect(missing.at(-1)).toBeGreaterThan(0);
  });

  test("a message that a change of the head takes back is waited for again", async () => {
    const { cid, height } = someMessage();
    const chain = await chainTo(height);
    const missing: (number | undefined)[] = [];
    const wait = { cid, confidence: 1, lookback: -1, allowReplaced: true };
    const waiting = waitMessage({ chain }, wait, {}, (epochs) => void missing.push(epochs));
    await expect.poll(() => missing).toEqual([1]);
    await chain.setHead(at(height - 1));
    await expect.poll(() => missing).toEqual([1, undefined]);
    await chain.setHead(lotus.tipsets.find(({ epoch }) => epoch > height) as ChainTipset);
    expect((await waiting).tipset.epoch).toBe(height);
  });

  test("a wait ends with its signal", async () => {
    const { cid, height } = someMessage();
    const chain = await chainTo(height - 2);
    const { signal, abort } = abortable();
    const wait = { cid, confidence: 0, lookback: -1, allowReplaced: true };
    const waiting = waitMessage({ chain }, wait, { signal });
    abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });

  test("more epochs than a finality are refused", async () => {
    const chain = await chainTo(10);
    const wait = { cid: someMessage().cid, confidence: 901, lookback: -1, allowReplaced: true };
    await expect(waitMessage({ chain }, wait, {})).rejects.toThrow("message confidence exceeds maximum");
  });

  test("the way between tipsets goes down and up", async () => {
    const chain = await chainTo(30);
    const down = await pathBetween(chain, at(30).key, at(27).key, {});
    expect(down.map(({ type, tipset }) => [type, tipset.epoch])).toEqual([
      ["revert", 30],
      ["revert", 29],
      ["revert", 28],
    ]);
    const up = await pathBetween(chain, at(27).key, at(30).key, {});
    expect(up.map(({ type, tipset }) => [type, tipset.epoch])).toEqual([
      ["apply", 28],
      ["apply", 29],
      ["apply", 30],
    ]);
  });

  test("no tipset lies before genesis or after the head", async () => {
    const chain = await chainTo(30);
    await expect(tipsetByHeight(chain, -1, chain.head, "before", {})).rejects.toThrow(
      "height -1 is negative",
    );
    await expect(tipsetByHeight(chain, 31, chain.head, "before", {})).rejects.toThrow("req: 31, head: 30");
  });
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
}
