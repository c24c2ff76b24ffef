import { describe, expect, test } from "vitest";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { readEvents, readReceipts } from "../../../src/chain/execution/read-receipts.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { executeChainTipset, stateAfter } from "../../../src/chain/node/execute-chain-tipset.js";
import { type Cid, cidText, parseCid } from "../../../src/encoding/cid.js";
import type { StampedEvent } from "../../../src/message/event.js";
import type { Receipt } from "../../../src/message/receipt.js";
import { executableLotusChains, openLotusNode } from "../../support/lotus-node.js";
import { answers } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";
import { SlowStore } from "../../support/stores.js";

interface LotusEvent {
  readonly Emitter: number;
  readonly Entries: readonly { Flags: number; Key: string; Codec: number; Value: string | null }[] | null;
}

interface LotusReceipt {
  readonly ExitCode: number;
  readonly Return: string | null;
  readonly GasUsed: number;
  readonly EventsRoot: { readonly "/": string } | null;
}

const names = executableLotusChains();
if (names.length === 0) skipLoudly("executing the chains of a Lotus node: they are not on this machine");

/** A store over another one that keeps what is put into it to itself. */
function recording(below: Blockstore): { readonly store: Blockstore; readonly added: MemoryBlockstore } {
  const added = new MemoryBlockstore();
  return {
    added,
    store: { get: (cid) => added.get(cid) ?? below.get(cid), putMany: (blocks) => added.putMany(blocks) },
  };
}

describe.each(names)("the chain %s", { timeout: 120_000 }, (name) => {
  test("leads to the states, receipts and events that it says", async () => {
    const { network, chain, tipsets } = await openLotusNode(name);
    const { store, added } = recording(chain.blockstore);
    const ours = new Chain(store);
    const node = chainNode({ network, chain: ours });
    const events = new Map<string, readonly StampedEvent[]>();
    const receipts = new Map<Cid, readonly Receipt[]>();
    for (const [tipset, next] of pairs(tipsets)) {
      const { stateRoot, receiptsRoot } = await stateAfter(node, ours, tipset, {
        onResult({ receipt, events: emitted }) {
          if (receipt.eventsRoot !== undefined) events.set(cidText(receipt.eventsRoot), emitted);
        },
      });
      const { parentStateRoot, parentMessageReceipts } = firstHeader(next);
      expect([tipset.epoch, cidText(stateRoot), cidText(receiptsRoot)]).toEqual([
        ...[tipset.epoch, cidText(parentStateRoot), cidText(parentMessageReceipts)],
      ]);
      if (tipset.epoch === 0) continue;
      const stored = await readReceipts(added, receiptsRoot);
      for (const cid of next.key) receipts.set(cid, stored);
      for (const { eventsRoot } of stored) {
        if (eventsRoot === undefined) continue;
        expect(await readEvents(added, eventsRoot)).toEqual(events.get(cidText(eventsRoot)));
      }
    }
    expect(events.size).toBeGreaterThan(50);
    if (name !== "nv28-debug") compareEvents(name, events);
    compareReceipts(name, receipts);
  });

  test("leads to the same from a slow store", async () => {
    const { network, chain, tipsets } = await openLotusNode(name);
    const slow = new Chain(new SlowStore(recording(chain.blockstore).store, () => Promise.resolve()));
    const node = chainNode({ network, chain: slow, blockCache: BlockCache.create(1 << 20) });
    for (const [tipset, next] of pairs(tipsets).slice(50, 70)) {
      const { stateRoot, receiptsRoot } = await stateAfter(node, slow, tipset);
      const { parentStateRoot, parentMessageReceipts } = firstHeader(next);
      expect([stateRoot, receiptsRoot]).toEqual([parentStateRoot, parentMessageReceipts]);
    }
  });

  test("cannot have its genesis executed", async () => {
    const { network, chain, tipsets } = await openLotusNode(name);
    const genesis = tipsets[0] as ChainTipset;
    await expect(executeChainTipset(chainNode({ network, chain }), chain, genesis)).rejects.toThrow(
      /INVALID_TIPSET.*nothing is before genesis/,
    );
  });

  test("stores no events if it is told so", async () => {
    const { network, chain, tipsets } = await openLotusNode(name);
    const { store, added } = recording(chain.blockstore);
    const ours = new Chain(store);
    const roots: Cid[] = [];
    for (const tipset of tipsets.slice(1, 60)) {
      await executeChainTipset(chainNode({ network, chain: ours }), ours, tipset, {
        storeEvents: false,
        onResult: ({ receipt }) => void (receipt.eventsRoot && roots.push(receipt.eventsRoot)),
      });
    }
    expect(roots.length).toBeGreaterThan(5);
    expect(roots.filter((root) => added.get(root) !== undefined)).toEqual([]);
  });
});

function compareEvents(name: string, found: ReadonlyMap<string, readonly StampedEvent[]>): void {
  let count = 0;
  for (const { params, result } of answers<[{ "/": string }], LotusEvent[]>(
    name,
    "Filecoin.ChainGetEvents",
  )) {
    const events = found.get(params[0]["/"]);
    if (events === undefined || result === undefined) continue;
    count++;
    expect(
      events.map(({ emitter, entries }) => ({
        Emitter: emitter,
        Entries: entries.map(({ flags, key, codec, value }) => ({
          Flags: flags,
          Key: key,
          Codec: codec,
          Value: base64(value),
        })),
      })),
    ).toEqual(result.map((event) => ({ ...event, Entries: event.Entries ?? [] })));
  }
  expect(count).toBeGreaterThan(50);
}

function compareReceipts(name: string, found: ReadonlyMap<Cid, readonly Receipt[]>): void {
  let count = 0;
  const asked = answers<[{ "/": string }], LotusReceipt[]>(name, "Filecoin.ChainGetParentReceipts");
  for (const { params, result } of asked) {
    const receipts = found.get(parseCid(params[0]["/"]));
    if (receipts === undefined || result === undefined) continue;
    count++;
    expect(
      receipts.map(({ exitCode, returnData, gasUsed, eventsRoot }) => ({
        ...{ ExitCode: exitCode, Return: base64(returnData), GasUsed: gasUsed },
        EventsRoot: eventsRoot === undefined ? null : { "/": cidText(eventsRoot) },
      })),
    ).toEqual(result);
  }
  expect(count).toBeGreaterThan(100);
}

function base64(data: Uint8Array): string | null {
  return data.length === 0 ? null : Buffer.from(data).toString("base64");
}

function pairs(tipsets: readonly ChainTipset[]): [ChainTipset, ChainTipset][] {
  return tipsets.slice(1).map((next, i) => [tipsets[i] as ChainTipset, next]);
}
