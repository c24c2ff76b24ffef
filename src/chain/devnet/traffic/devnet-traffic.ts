import type { Address } from "../../../address/address.js";
import type { Cid } from "../../../encoding/cid.js";
import { addSat } from "../../../util/u64.js";
import type { TipsetResult } from "../../execution/tipset.js";
import { type ChainTipset, firstHeader } from "../../history/chain-tipset.js";
import { networkVersionAt } from "../../networks/upgrades.js";
import type { DevnetChain } from "../devnet-chain.js";
import { Draw } from "../draw.js";
import type { TrafficMix } from "./mix.js";
import { type Ground, planMessage, type Sender } from "./plan.js";
import { drawBlock, type Planned } from "./queues.js";
import { readSenders } from "./senders.js";
import { World } from "./world.js";

/** How much goes on. */
export interface TrafficOptions {
  /** Everything follows from it. */
  readonly seed: string;
  /** Messages that are drawn for a tipset, on average. */
  readonly messages: number;
  readonly mix: TrafficMix;
  /** Tipsets of 100 before which there are epochs without blocks. */
  readonly nullRounds: number;
}

const MOST_NULL_ROUNDS = 3;

/**
 * Messages of a devnet's accounts, drawn from a seed: of all kinds of signatures, to accounts, contracts and multisigs,
 * some of which fail; in blocks that repeat and contradict each other.
 */
export class DevnetTraffic {
  readonly #draw: Draw;
  readonly #world: World;
  /** Messages of the last tipset, by the miner of the block. */
  #planned: ReadonlyMap<Address, readonly Planned[]> = new Map();

  constructor(
    private readonly chain: DevnetChain,
    private readonly options: TrafficOptions,
  ) {
    this.#draw = new Draw(options.seed).of("traffic");
    this.#world = new World(chain.accounts);
  }

  /** Makes the next tipset of the chain. Throws as `DevnetChain.mine`. */
  async mine(signal?: AbortSignal): Promise<ChainTipset> {
    const { chain } = this;
    const parent = chain.head;
    const draw = this.#draw.of(`after ${parent.epoch}`);
    const result = await chain.executeHead(signal);
    if (result !== undefined) this.#learn(parent, result);
    const stateRoot = result?.stateRoot ?? firstHeader(parent).parentStateRoot;
    const queues = await this.#queues(draw, parent, stateRoot, signal);
    const planned = new Map<Address, readonly Planned[]>();
    const tipset = await chain.mine({
      nullRounds: draw.chance(this.options.nullRounds) ? 1 + draw.below(MOST_NULL_ROUNDS) : 0,
      messages: ({ address }) => {
        const block = drawBlock(draw.of(`block of ${address}`), queues);
        planned.set(address, block);
        return block.map(({ signed }) => signed);
      },
      ...(signal !== undefined && { signal }),
    });
    this.#planned = planned;
    return tipset;
  }

  #learn({ headers }: ChainTipset, { blocks }: TipsetResult): void {
    for (const [i, { executed, messages }] of blocks.entries()) {
      const planned = this.#planned.get(headers[i]?.miner as Address);
      for (const [j, { receipt }] of messages.entries()) {
        planned?.[executed[j] as number]?.learn?.(receipt);
      }
    }
  }

  /** Messages of each sender, by nonce. */
  async #queues(
    draw: Draw,
    parent: ChainTipset,
    stateRoot: Cid,
    signal: AbortSignal | undefined,
  ): Promise<Planned[][]> {
    const { chain, options } = this;
    const { network } = chain;
    const networkVersion = networkVersionAt(network, parent.epoch + 1);
    const ground: Ground = {
      draw,
      networkVersion,
      world: this.#world,
      mix: options.mix,
      chainId: network.chainId,
      baseFee: firstHeader(parent).parentBaseFee,
      codeOf: (name) => chain.codeOf(networkVersion, name),
    };
    const senders = await readSenders(
      chain.blockstore,
      stateRoot,
      networkVersionAt(network, parent.epoch),
      this.#world.senders,
      signal,
    );
    const queues = new Map<Sender, Planned[]>();
    for (let count = draw.below(2 * options.messages + 1); count > 0; count--) {
      const sender = draw.pick(senders);
      const queue = queues.get(sender) ?? [];
      queues.set(sender, queue);
      queue.push(planMessage(ground, { ...sender, nonce: addSat(sender.nonce, queue.length) }));
    }
    return [...queues.values()];
  }
}
