/**
 * Every header, message list, message, receipt and event of genesis files, of chains that a Lotus node has made, and of
 * vectors is written again, byte for byte.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import type { EthAddress } from "../../src/builtin/evm/index.js";
import { readEvents } from "../../src/chain/execution/read-receipts.js";
import { ethSenderOf } from "../../src/chain/signatures/eth-sender.js";
import { ethMessageOf, ethTransactionOf } from "../../src/chain/signatures/eth-transaction.js";
import { decodeHeader, encodeHeader, headerCid } from "../../src/chain/types/header.js";
import { messageMetaCodec, readMessageCids } from "../../src/chain/types/message-meta.js";
import {
  decodeSignedMessage,
  encodeSignedMessage,
  messageCid,
  signedMessageCid,
} from "../../src/chain/types/signed-message.js";
import { type Cid, parseCid } from "../../src/encoding/cid.js";
import { isFvmError } from "../../src/errors.js";
import { Amt, type AmtLayout, buildAmt, CHAIN_AMT, EVENTS_AMT } from "../../src/ipld/amt.js";
import { readCar } from "../../src/ipld/car/car.js";
import { type Codec, decodeCbor, encodeCbor } from "../../src/ipld/cbor.js";
import { eventCodec } from "../../src/message/event.js";
import { decodeMessage, encodeMessage } from "../../src/message/message.js";
import { type Receipt, receiptCodec, receiptV0Codec } from "../../src/message/receipt.js";
import { native } from "../../src/native/index.js";
import { bundleFolders } from "../../src/tools/bundles/folders.js";
import { defaultVectorFolder, vectorFiles } from "../../src/tools/vectors/files.js";
import { latin1Bytes } from "../../src/util/bytes.js";
import { networkVersion } from "../../src/vm/network/version.js";
import { memoryBlocks } from "../support/blocks.js";
import { lotusChains, openLotusChain } from "../support/lotus-chain.js";
import { skipLoudly } from "../support/skip.js";

/** Of the Lotus node's networks. */
const CHAIN_ID = 31415926;

/** Numbers of what was written again. */
const counts = new Map<string, number>();
const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
afterAll(() => console.log([...counts].map(([name, number]) => `${number} ${name}`).join(", ")));

function expectSame(name: string, written: Uint8Array, data: Uint8Array): void {
  if (Buffer.compare(written, data) !== 0) {
    expect(Buffer.from(written).toString("hex"), name).toBe(Buffer.from(data).toString("hex"));
  }
  count(name);
}

/** A header with all that the store has behind it. */
class RoundTrip {
  readonly #seen = new Set<Cid>();

  constructor(private readonly store: MemoryBlockstore) {}

  async header(cid: Cid): Promise<void> {
    const data = this.#new(cid);
    if (data === undefined) return;
    const header = decodeHeader(data);
    expectSame("headers", encodeHeader(header), data);
    expect(headerCid(header)).toBe(cid);
    this.messages(header.messages);
    await this.receipts(header.parentMessageReceipts);
  }

  messages(meta: Cid): void {
    const data = this.#new(meta);
    if (data === undefined) return;
    expectSame("message lists", encodeCbor(messageMetaCodec, decodeCbor(messageMetaCodec, data)), data);
    const { bls, secp } = readMessageCids(memoryBlocks(this.store), meta);
    for (const cid of bls) {
      const bare = this.#new(cid);
      if (bare === undefined) continue;
      const message = decodeMessage(bare);
      expectSame("messages", encodeMessage(message), bare);
      expect(messageCid(message)).toBe(cid);
    }
    for (const cid of secp) {
      const bytes = this.#new(cid);
      if (bytes === undefined) continue;
      const signed = decodeSignedMessage(bytes);
      expectSame(`messages with signature ${signed.signature.type}`, encodeSignedMessage(signed), bytes);
      expect(signedMessageCid(signed)).toBe(cid);
    }
  }

  async receipts(root: Cid): Promise<void> {
    if (this.#new(root) === undefined) return;
    const receipts = readList(this.store, root, receiptCodec, CHAIN_AMT);
    expect(rootOf(receipts, receiptCodec, CHAIN_AMT)).toBe(root);
    for (const receipt of receipts) {
      count("receipts");
      const { eventsRoot } = receipt;
      if (eventsRoot === undefined || this.#new(eventsRoot) === undefined) continue;
      const events = await readEvents(this.store, eventsRoot);
      expect(rootOf(events, eventCodec, EVENTS_AMT)).toBe(eventsRoot);
      for (const _ of events) count("events");
    }
  }

  /** Undefined: it is not there, or was written already. */
  #new(cid: Cid): Uint8Array | undefined {
    if (this.#seen.has(cid)) return undefined;
    this.#seen.add(cid);
    return this.store.get(cid);
  }
}

function readList<V>(store: MemoryBlockstore, root: Cid, codec: Codec<V>, layout: AmtLayout): V[] {
  return [...Amt.load(memoryBlocks(store), root, codec, layout).entries()].map(([, value]) => value);
}

function rootOf<V>(values: readonly V[], codec: Codec<V>, layout: AmtLayout): Cid {
  return buildAmt(values, codec, layout, (ipldCodec, data) => native.cidOf(ipldCodec, latin1Bytes(data)));
}

const genesisFiles = bundleFolders()
  .map((folder) => join(folder, "genesis"))
  .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []));
if (genesisFiles.length === 0) skipLoudly("round trips of genesis: there are no genesis files");
describe.skipIf(genesisFiles.length === 0)("genesis", () => {
  test.each(genesisFiles)("%s", async (file) => {
    const { roots, blocks } = readCar(readFileSync(file));
    const trip = new RoundTrip(new MemoryBlockstore(blocks));
    for (const root of roots) await trip.header(root);
  });
});

const chains = lotusChains();
if (chains.length === 0) skipLoudly("round trips of a Lotus node's chains: they are not on this machine");
describe.skipIf(chains.length === 0)("chains of a Lotus node", () => {
  test.each(chains)("%s", async (name) => {
    const { headers, store } = openLotusChain(name);
    const trip = new RoundTrip(store);
    for (const cid of headers.keys()) await trip.header(cid);
  });

  test("have messages that stand for Ethereum's transactions", () => {
    for (const name of chains) {
      const { headers, store } = openLotusChain(name);
      for (const { header } of headers.values()) {
        for (const cid of readMessageCids(memoryBlocks(store), header.messages).secp) {
          const signed = decodeSignedMessage(store.get(cid) as Uint8Array);
          if (signed.signature.type !== "delegated") continue;
          const transaction = ethTransactionOf(signed, CHAIN_ID);
          const sender = ethSenderOf(transaction, CHAIN_ID) as EthAddress;
          const again = ethMessageOf(transaction, sender);
          expectSame("transactions", encodeSignedMessage(again), encodeSignedMessage(signed));
        }
      }
    }
  });

  test("are all of this", () => {
    for (const name of ["headers", "message lists", "messages", "receipts", "events", "transactions"]) {
      expect(counts.get(name), name).toBeGreaterThan(100);
    }
  });
});

interface RawVector {
  readonly class: string;
  readonly preconditions: { readonly variants: readonly { readonly nv: number }[] };
  readonly apply_messages?: readonly { readonly bytes: string }[];
  readonly apply_tipsets?: readonly {
    readonly blocks: readonly { readonly messages: readonly string[] }[];
  }[];
  readonly postconditions: {
    readonly receipts?: readonly RawReceipt[];
  };
}

interface RawReceipt {
  readonly exit_code: number;
  readonly return: string;
  readonly gas_used: number;
  readonly events_root?: { readonly "/": string } | null;
}

const folder = defaultVectorFolder();
if (folder === undefined)
  skipLoudly("round trips of vectors: there is no folder vectors, and FVM_VECTORS is not set");
describe.skipIf(folder === undefined)("vectors", () => {
  const files = folder === undefined ? [] : vectorFiles([folder]);
  let malformed = 0;

  test("have messages and receipts that are written as they were read", { timeout: 300_000 }, () => {
    for (const file of files) {
      const bytes = readFileSync(file);
      const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
      let vector: RawVector;
      try {
        vector = JSON.parse(text);
      } catch {
        continue;
      }
      const tipsets = vector.apply_tipsets ?? [];
      const messages = [
        ...(vector.apply_messages ?? []).map(({ bytes }) => bytes),
        ...tipsets.flatMap(({ blocks }) => blocks.flatMap((block) => block.messages)),
      ];
      for (const message of messages) checkMessage(base64Bytes(message));
      checkReceipts(vector);
    }
    expect(counts.get("messages of vectors")).toBeGreaterThan(1000);
    expect(counts.get("receipts of vectors")).toBeGreaterThan(1000);
    expect(malformed).toBeLessThan(100);
  });

  function checkMessage(data: Uint8Array): void {
    try {
      expectSame("messages of vectors", encodeMessage(decodeMessage(data)), data);
    } catch (error) {
      // Some vectors have messages that are none.
      if (!isFvmError(error, "INVALID_MESSAGE")) throw error;
      malformed++;
    }
  }

  function checkReceipts({ preconditions, postconditions: { receipts = [] } }: RawVector): void {
    const [{ nv } = { nv: 0 }] = preconditions.variants;
    const codec = hasEventsRoot(nv) ? receiptCodec : receiptV0Codec;
    for (const receipt of receipts) {
      const encoded = encodeCbor(codec, receiptOf(receipt));
      expectSame("receipts of vectors", encodeCbor(codec, decodeCbor(codec, encoded)), encoded);
    }
  }
});

function hasEventsRoot(version: number): boolean {
  return networkVersion(version, { experimental: true }).rules.executor.receiptHasEventsRoot;
}

function base64Bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

function receiptOf({ exit_code, gas_used, events_root, ...rest }: RawReceipt): Receipt {
  return {
    exitCode: exit_code,
    returnData: base64Bytes(rest.return),
    gasUsed: gas_used,
    eventsRoot: events_root ? parseCid(events_root["/"]) : undefined,
  };
}
