import { describe, expect, test } from "vitest";
import { readBlocks, writeBlocks } from "../../../src/blockstore/access.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { encodeHeader, headerCid } from "../../../src/chain/types/header.js";
import { readBlockMessages, writeBlockMessages } from "../../../src/chain/types/message-meta.js";
import { messageCid, signedMessageCid } from "../../../src/chain/types/signed-message.js";
import { tipsetCid, tipsetOrder } from "../../../src/chain/types/tipset-key.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { answers, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

interface LotusTipset {
  readonly Cids: readonly { readonly "/": string }[];
}
interface LotusMessages {
  readonly Cids: readonly { readonly "/": string }[];
}

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

describe.each(chains)("the chain %s", (name) => {
  const { headers, store } = openLotusChain(name);

  test("has headers that are written as they were read", () => {
    expect(headers.size).toBeGreaterThan(100);
    for (const [cid, { header, data }] of headers) {
      expect(Buffer.compare(encodeHeader(header), data)).toBe(0);
      expect(headerCid(header)).toBe(cid);
    }
  });

  test("has messages that are written as they were read", async () => {
    for (const { header } of headers.values()) {
      const messages = await readBlocks(store, (blocks) => readBlockMessages(blocks, header.messages));
      const copy = new MemoryBlockstore();
      expect(await writeBlocks(copy, (blocks) => writeBlockMessages(blocks, messages))).toBe(header.messages);
    }
  });

  test("has tipsets in the order in which their children name them", () => {
    const children = [...headers.values()].filter(({ header }) => header.height > 0);
    for (const { header } of children) {
      const parents = header.parents.map((cid) => headers.get(cid)?.header);
      const order = tipsetOrder(parents.map((parent) => parent as NonNullable<typeof parent>).reverse());
      expect(order.map(({ cid }) => cid)).toEqual(header.parents);
    }
  });
});

describe.each(recordings(["nv28", "nv27-28"]))("the node's answers on %s", (name) => {
  const { headers, store } = openLotusChain(name);
  const byText = new Map([...headers].map(([cid, { header }]) => [cidText(cid), header]));

  test("name a block's messages", async () => {
    const asked = answers<[{ "/": string }], LotusMessages>(name, "Filecoin.ChainGetBlockMessages");
    let count = 0;
    for (const { params, result } of asked) {
      const header = byText.get(params[0]["/"]);
      if (header === undefined || result === undefined) continue;
      const { bls, secp } = await readBlocks(store, (blocks) => readBlockMessages(blocks, header.messages));
      const cids = [...bls.map(messageCid), ...secp.map(signedMessageCid)];
      expect(cids.map(cidText)).toEqual(result.Cids.map((cid) => cid["/"]));
      count += cids.length;
    }
    expect(count).toBeGreaterThan(400);
  });

  test("name a tipset by its hash", () => {
    const hashes = new Map<string, string>();
    for (const { result } of answers<unknown, { hash: string; number: string } | null>(
      name,
      "eth_getBlockByNumber",
    )) {
      if (result) hashes.set(result.number, result.hash);
    }
    let count = 0;
    for (const { result } of answers<unknown, LotusTipset>(name, "Filecoin.ChainGetTipSetByHeight")) {
      const tipset = result?.Cids.map((cid) => byText.get(cid["/"]));
      const [first] = tipset ?? [];
      if (tipset === undefined || first === undefined) continue;
      const order = tipsetOrder(tipset.map((header) => header as NonNullable<typeof header>));
      const hash = hashes.get(`0x${first.height.toString(16)}`);
      if (hash === undefined) continue;
      expect(`0x${digestOf(tipsetCid(order.map(({ cid }) => cid)))}`).toBe(hash);
      count++;
    }
    expect(count).toBeGreaterThan(50);
  });
});

function digestOf(cid: Cid): string {
  return Buffer.from(cid, "latin1").subarray(-32).toString("hex");
}
