import { describe, expect, test } from "vitest";
import { addressId, idAddress } from "../../../src/address/address.js";
import { parseAddress } from "../../../src/address/text.js";
import { readBlocks } from "../../../src/blockstore/access.js";
import { SignatureBatch } from "../../../src/chain/signatures/batch.js";
import { verifyAggregate, verifyBlock, verifyMessage } from "../../../src/chain/signatures/verify.js";
import { readBlockMessages } from "../../../src/chain/types/message-meta.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const CHAIN_ID = 31415926;

interface Network {
  readonly miners: readonly { readonly actor: string; readonly owner: string }[];
}

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

describe.each(chains)("signatures of the chain %s", (name) => {
  const { headers, store } = openLotusChain(name);
  const { miners } = read(name, "network.json") as Network;
  // Each owner is its own worker.
  const workers = new Map(miners.map(({ actor, owner }) => [parseAddress(actor), parseAddress(owner)]));
  const blocks = [...headers.values()].map(({ header }) => header).filter(({ height }) => height > 0);

  test("of blocks are their workers'", () => {
    for (const header of blocks) {
      const worker = workers.get(header.miner) ?? idAddress(0);
      expect(verifyBlock(header, worker)).toBe(true);
      expect(verifyBlock({ ...header, forkSignaling: 1 }, worker)).toBe(false);
      expect(verifyBlock({ ...header, blockSignature: undefined }, worker)).toBe(false);
    }
  });

  test("of messages are their senders'", async () => {
    let count = 0;
    for (const header of blocks) {
      const { bls, secp } = await readBlocks(store, (access) => readBlockMessages(access, header.messages));
      const keys = bls.map(({ from }) => from);
      expect(verifyAggregate(header.blsAggregate, bls, keys)).toBe(true);
      if (bls.length > 0)
        expect(verifyAggregate(header.blsAggregate, bls.slice(1), keys.slice(1))).toBe(bls.length === 1);
      for (const signed of secp) expect(verifyMessage(signed, signed.message.from, CHAIN_ID)).toBe(true);
      expect(
        [...keys, ...secp.map(({ message }) => message.from)].every((from) => addressId(from) === undefined),
      ).toBe(true);
      count += bls.length + secp.length;
    }
    expect(count).toBeGreaterThan(400);
  });

  test("are valid all at once, but for those that are not", async () => {
    const batch = new SignatureBatch();
    const wrong: number[] = [];
    for (const header of blocks) {
      const worker = workers.get(header.miner) ?? idAddress(0);
      batch.addBlock(header, worker);
      if (Number(header.height) % 50 === 7)
        wrong.push(batch.addBlock({ ...header, forkSignaling: 1 }, worker));
      const { bls, secp } = await readBlocks(store, (access) => readBlockMessages(access, header.messages));
      batch.addAggregate(
        header.blsAggregate,
        bls,
        bls.map(({ from }) => from),
      );
      for (const signed of secp) batch.addMessage(signed, signed.message.from, CHAIN_ID);
    }
    expect(wrong.length).toBeGreaterThan(2);
    expect(await batch.verify()).toEqual(wrong);
  });
});
