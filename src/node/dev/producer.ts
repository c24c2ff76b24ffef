import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { BlockMaker, Outcome } from "./block-maker.js";
import type { BlockClock } from "./clock.js";

/** Peculiarities of the next tipset. */
export interface NextTipset {
  /** attoFIL per gas. */
  readonly baseFee?: bigint;
  /** Data of the beacon's entry. */
  readonly randomness?: Uint8Array;
}

/** A tipset to produce. */
export interface Production {
  readonly messages?: readonly SignedMessage[];
  /** Epochs without blocks before it. */
  readonly nullRounds?: number;
  /** Blocks that share the messages. */
  readonly blocks?: number;
  /** Seconds since the tipset before, for each epoch. Default: as time goes on. */
  readonly seconds?: number | undefined;
}

/** A place in a chain to return to. */
export interface ChainPlace {
  readonly head: ChainTipset;
  readonly latest: ChainTipset;
  readonly next: NextTipset;
}

/**
 * Makes a chain go on. Its head is always an empty, provisional tipset, whose headers say what the tipset before it has
 * led to. That one is what Ethereum's clients call the latest block. A tipset with messages takes the place of the
 * provisional one and gets a new one on top of it: so its messages have receipts at once, and still all is in its place.
 */
export class Producer {
  #latest: ChainTipset;
  #next: NextTipset = {};
  /** Branches that have taken others' places: blocks of each differ from the others', whatever they hold. */
  #branches = 0;

  private constructor(
    private readonly chain: NodeChain,
    private readonly maker: BlockMaker,
    private readonly clock: BlockClock,
    /** Whether provisional tipsets stay, so that the chain is never reorganised. */
    private readonly appends: boolean,
    latest: ChainTipset,
  ) {
    this.#latest = latest;
  }

  /** Throws as `produce`. @param outcome of a head that another chain has gone on from */
  static async begin(
    chain: NodeChain,
    maker: BlockMaker,
    clock: BlockClock,
    appends: boolean,
    outcome?: Outcome,
  ): Promise<Producer> {
    if (outcome !== undefined) {
      const forked = new Producer(chain, maker, clock, appends, chain.head);
      await chain.setHead(await forked.#provisional(chain.head, outcome));
      return forked;
    }
    const parent = await chain.chain.parent(chain.head);
    const producer = new Producer(chain, maker, clock, appends, parent ?? chain.head);
    // Clients ask for the tipset before the head, whose results are known, and it must not be genesis.
    if (chain.head.epoch < LEAST_HEAD)
      await producer.#on(chain.head, await producer.#executed(chain.head), [{}]);
    return producer;
  }

  /** The last tipset whose results a child says. */
  get latest(): ChainTipset {
    return this.#latest;
  }

  /** The next tipset's base fee, attoFIL per gas. Throws as `BlockMaker.baseFeeAfter`. */
  async nextBaseFee(): Promise<bigint> {
    return this.#next.baseFee ?? this.maker.baseFeeAfter(this.appends ? this.chain.head : this.#latest);
  }

  /** Says what is to be special about the next tipset, beside what was said before. */
  prepare(next: NextTipset): void {
    this.#next = { ...this.#next, ...next };
  }

  /**
   * Makes tipsets, one on the other, executes them, and makes them the chain. If that fails, nothing has changed.
   *
   * Throws as `BlockMaker.make` and `NodeChain.executed`.
   */
  async produce(productions: readonly Production[]): Promise<ChainTipset> {
    if (this.appends) return this.#on(this.chain.head, await this.#executed(this.chain.head), productions);
    return this.#on(this.#latest, outcomeOf(this.chain.head), productions);
  }

  /** Puts another state behind the latest tipset: the edit's root, which the blockstore has. Throws as `BlockMaker.make`. */
  async edit(edit: (stateRoot: Cid) => Promise<Cid>): Promise<void> {
    const { stateRoot, receiptsRoot } = outcomeOf(this.chain.head);
    const edited = await edit(stateRoot);
    if (edited === stateRoot) return;
    await this.chain.setHead(await this.#provisional(this.#latest, { stateRoot: edited, receiptsRoot }));
  }

  /** Takes so many tipsets off. Throws `FvmError` INVALID_OPTION if there are not so many. */
  async rollBack(depth: number): Promise<void> {
    const { tipset, outcome } = await this.below(depth);
    await this.chain.setHead(await this.#provisional(tipset, outcome));
    this.#latest = tipset;
  }

  /**
   * Makes other tipsets in the place of so many: to those who watch, another branch has won. Throws as `rollBack` and
   * `produce`; nothing has changed then.
   */
  async reorganise(depth: number, productions: readonly Production[]): Promise<void> {
    const { tipset, outcome } = await this.below(depth);
    this.#branches++;
    await this.#on(tipset, outcome, productions);
  }

  /** The tipset under the last so many, and what it has led to. Throws as `rollBack`. */
  async below(depth: number): Promise<{ readonly tipset: ChainTipset; readonly outcome: Outcome }> {
    let [tipset, child] = [this.#latest, this.chain.head];
    for (let i = 0; i < depth; i++) {
      const parent = await this.chain.chain.parent(tipset);
      if (parent === undefined || parent.epoch === 0) {
        const reason = `only ${i} tipsets can be taken off`;
        throw new FvmError("INVALID_OPTION", { option: "depth", reason });
      }
      [tipset, child] = [parent, tipset];
    }
    return { tipset, outcome: outcomeOf(child) };
  }

  get place(): ChainPlace {
    return { head: this.chain.head, latest: this.#latest, next: this.#next };
  }

  async returnTo({ head, latest, next }: ChainPlace): Promise<void> {
    await this.chain.setHead(head);
    this.#latest = latest;
    this.#next = next;
  }

  async #on(base: ChainTipset, left: Outcome, productions: readonly Production[]): Promise<ChainTipset> {
    let [parent, outcome, next] = [base, left, this.#next];
    const clock = this.clock.state;
    try {
      for (const production of productions) {
        parent = await this.#make(parent, outcome, production, next);
        outcome = await this.#executed(parent);
        next = {};
      }
      await this.chain.setHead(await this.#provisional(parent, outcome));
    } catch (error) {
      this.clock.restore(clock);
      throw error;
    }
    this.#latest = parent;
    this.#next = next;
    return parent;
  }

  async #make(
    parent: ChainTipset,
    outcome: Outcome,
    { messages = [], nullRounds = 0, blocks = 1, seconds }: Production,
    { baseFee, randomness }: NextTipset,
  ): Promise<ChainTipset> {
    const epochs = 1 + nullRounds;
    this.maker.checkBlocks(blocks);
    return this.maker.make({
      parent,
      outcome,
      epoch: parent.epoch + epochs,
      timestamp: this.clock.take(timestampOf(parent), epochs, seconds),
      baseFee,
      randomness,
      blocks: shared(messages, blocks),
      branch: this.#branches,
    });
  }

  #provisional(parent: ChainTipset, outcome: Outcome): Promise<ChainTipset> {
    const timestamp = this.clock.peek(timestampOf(parent), 1);
    return this.maker.make({ parent, outcome, epoch: parent.epoch + 1, timestamp, blocks: [[]] });
  }

  async #executed(tipset: ChainTipset): Promise<Outcome> {
    const { stateRoot, receiptsRoot } = await this.chain.executed(tipset);
    return { stateRoot, receiptsRoot };
  }
}

const LEAST_HEAD = 2;

export function timestampOf({ headers }: ChainTipset): number {
  return Math.min(...headers.map(({ timestamp }) => Number(timestamp)));
}

function outcomeOf(child: ChainTipset): Outcome {
  const { parentStateRoot, parentMessageReceipts } = firstHeader(child);
  return { stateRoot: parentStateRoot, receiptsRoot: parentMessageReceipts };
}

/** Messages shared among blocks: each sender's are in one, as miners have them who do not see each other's. */
function shared(messages: readonly SignedMessage[], count: number): SignedMessage[][] {
  const blocks: SignedMessage[][] = Array.from({ length: count }, () => []);
  const places = new Map<string, number>();
  for (const signed of messages) {
    const { from } = signed.message;
    if (!places.has(from)) places.set(from, places.size % count);
    blocks[places.get(from) as number]?.push(signed);
  }
  return blocks;
}
