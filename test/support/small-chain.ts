/** Chains of headers with small states behind them, which nothing executes. */
import { idAddress } from "../../src/address/address.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type ChainTipset, chainTipset, firstHeader } from "../../src/chain/history/chain-tipset.js";
import { type BlockHeader, encodeHeader } from "../../src/chain/types/header.js";
import { writeBlockMessages } from "../../src/chain/types/message-meta.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../src/encoding/codecs.js";
import type { BlockAccess } from "../../src/ipld/block-access.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import { native } from "../../src/native/index.js";
import { latin1Bytes } from "../../src/util/bytes.js";
import { memoryBlocks } from "./blocks.js";

const BRANCHES = 8;
const MINER = 1000;

/** Peculiarities of a tipset. */
export interface TipsetFields {
  /** Null rounds before it. */
  readonly nullRounds?: number;
  /** Number of blocks. */
  readonly blocks?: number;
  /** Weight that it adds to the chain's. */
  readonly weight?: bigint;
  /** Makes it another one than its twins. */
  readonly salt?: string;
  readonly header?: Partial<BlockHeader>;
}

/** A chain that grows, all its blocks in memory. */
export class SmallChain {
  readonly store: MemoryBlockstore;
  /** Ascending. */
  readonly tipsets: ChainTipset[] = [];
  readonly #messages: Cid;

  private constructor(store = new MemoryBlockstore(), tipsets: readonly ChainTipset[] = []) {
    this.store = store;
    this.tipsets.push(...tipsets);
    const blocks: BlockAccess = {
      get: (cid) => store.get(cid) as Uint8Array,
      put: (codec, data) => this.put(codec, typeof data === "string" ? latin1Bytes(data) : data),
      decoded: memoryBlocks(store).decoded,
    };
    this.#messages = writeBlockMessages(blocks, { bls: [], secp: [] });
  }

  /** A chain of so many tipsets, genesis included. */
  static of(tipsets: number, salt = ""): SmallChain {
    const chain = new SmallChain();
    chain.#genesis(salt);
    while (chain.tipsets.length < tipsets) chain.grow({ salt });
    return chain;
  }

  get head(): ChainTipset {
    return this.tipsets.at(-1) as ChainTipset;
  }

  /** The JSON of its network's file. */
  get network() {
    const genesis = this.tipsets[0] as ChainTipset;
    return {
      networkName: "small",
      chainId: 31415926,
      blockDelaySecs: 30,
      genesis: { cids: genesis.key.map(cidText), timestamp: 1_000_000 },
      upgrades: [{ height: -1, networkVersion: 28 }],
      premiumBaseFeeFrom: -1,
      bundle: "small",
    };
  }

  /** A chain that has this one's tipsets up to an epoch, and grows on its own from there. */
  forkAt(epoch: number): SmallChain {
    return new SmallChain(
      this.store,
      this.tipsets.filter((tipset) => tipset.epoch <= epoch),
    );
  }

  /** Adds a tipset. */
  grow({
    nullRounds = 0,
    blocks = 1,
    weight = 100n,
    salt = "",
    header = {},
  }: TipsetFields = {}): ChainTipset {
    const parent = this.head;
    const { parentWeight, timestamp } = firstHeader(parent);
    const epoch = parent.epoch + nullRounds + 1;
    return this.#add(
      Array.from({ length: blocks }, (_, i) => ({
        ...emptyHeader,
        miner: idAddress(MINER + i),
        ticket: latin1Bytes(`${epoch} ${i} ${salt}`),
        parents: parent.key,
        parentWeight: parentWeight + weight,
        height: epoch,
        timestamp: Number(timestamp) + 30 * (nullRounds + 1),
        parentStateRoot: this.state(epoch),
        messages: this.#messages,
        ...header,
      })),
    );
  }

  /** A state of one branch for each rest of epochs: each shares all but one with the one before. */
  state(epoch: number): Cid {
    const writer = new CborWriter().array(BRANCHES);
    for (let i = 0; i < BRANCHES; i++) {
      const last = epoch - ((((epoch - i) % BRANCHES) + BRANCHES) % BRANCHES);
      const leaf = this.put(RAW, latin1Bytes(`leaf ${last} ${"x".repeat(200)}`));
      writer.cid(this.put(DAG_CBOR, new CborWriter().array(2).u64(Math.max(last, 0)).cid(leaf).finish()));
    }
    return this.put(DAG_CBOR, writer.finish());
  }

  put(codec: number, data: Uint8Array): Cid {
    const cid = native.cidOf(codec, data);
    this.store.putMany([{ cid, data }]);
    return cid;
  }

  /** Blocks that nothing leads to. */
  litter(count: number): void {
    for (let i = 0; i < count; i++) this.put(RAW, latin1Bytes(`litter ${i} ${"-".repeat(i % 300)}`));
  }

  /** A CAR of all blocks that any fork has, with this chain's head. */
  car(roots: readonly Cid[] = this.head.key): Uint8Array {
    return writeCar({ roots, blocks: [...this.store] });
  }

  #genesis(salt: string): void {
    const parent = this.put(DAG_CBOR, new CborWriter().text("before genesis").finish());
    this.#add([
      {
        ...emptyHeader,
        ticket: latin1Bytes(`genesis ${salt}`),
        parents: [parent],
        parentStateRoot: this.state(0),
        messages: this.#messages,
        timestamp: 1_000_000,
      },
    ]);
  }

  #add(headers: readonly BlockHeader[]): ChainTipset {
    for (const header of headers) this.put(DAG_CBOR, encodeHeader(header));
    const tipset = chainTipset(headers);
    this.tipsets.push(tipset);
    return tipset;
  }
}

const nothing = native.cidOf(DAG_CBOR, new CborWriter().array(0).finish());

const emptyHeader: BlockHeader = {
  miner: idAddress(MINER),
  ticket: undefined,
  electionProof: undefined,
  beaconEntries: [],
  winPoStProof: [],
  parents: [],
  parentWeight: 0n,
  height: 0,
  parentStateRoot: nothing,
  parentMessageReceipts: nothing,
  messages: nothing,
  blsAggregate: undefined,
  timestamp: 0,
  blockSignature: undefined,
  forkSignaling: 0,
  parentBaseFee: 100n,
};
