import type { Address } from "../../../address/address.js";
import { type InspectedState, onState } from "../../../inspect/state/inspected-state.js";
import { addSat } from "../../../util/u64.js";
import type { Waits } from "../../../util/waits.js";
import type { TipsetResult } from "../../execution/tipset.js";
import { type ChainTipset, firstHeader } from "../../history/chain-tipset.js";
import { networkVersionAt } from "../../networks/upgrades.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { DevnetChain } from "../devnet-chain.js";
import { Draw } from "../draw.js";
import type { Draft, Drafting, Scene } from "./draft.js";
import { KINDS } from "./kinds.js";
import { drawKind, type TrafficMix } from "./mix.js";
import { type Ground, planMessage, type Sender } from "./plan.js";
import { drawBlock, type Planned } from "./queues.js";
import { senderIn } from "./senders.js";
import { duePosts } from "./storage/posts.js";
import { send } from "./transfers.js";
import { World } from "./world.js";

/** How much goes on. */
export interface TrafficOptions {
  /** Everything follows from it. */
  readonly seed: string;
  /** Messages that are drawn for a tipset, on average, beside the proofs of spacetime that are due. */
  readonly messages: number;
  readonly mix: TrafficMix;
  /** Tipsets of 100 before which there are epochs without blocks. */
  readonly nullRounds: number;
}

const MOST_NULL_ROUNDS = 3;

/**
 * Messages of a devnet's people, drawn from a seed: of all kinds of signatures, to accounts, contracts, multisigs, miners
 * and markets, some of which fail; in blocks that repeat and contradict each other.
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
    this.#world = new World(chain.accounts, chain.providers, chain.verifier);
  }

  /** Makes the next tipset of the chain. Throws as `DevnetChain.mine`. */
  async mine(signal?: AbortSignal): Promise<ChainTipset> {
    const { chain } = this;
    const parent = chain.head;
    const draw = this.#draw.of(`after ${parent.epoch}`);
    const result = await chain.executeHead(signal);
    if (result !== undefined) this.#learn(parent, result);
    const at = {
      root: result?.stateRoot ?? firstHeader(parent).parentStateRoot,
      network: networkVersionAt(chain.network, parent.epoch),
    };
    const options = signal === undefined ? {} : { signal };
    const queues = await onState(
      chain.blockstore,
      at,
      (state) => this.#queues(this.#sceneOf(draw, parent, state), parent),
      options,
    );
    const planned = new Map<Address, readonly Planned[]>();
    const tipset = await chain.mine({
      nullRounds: draw.chance(this.options.nullRounds) ? 1 + draw.below(MOST_NULL_ROUNDS) : 0,
      messages: ({ address }) => {
        const block = drawBlock(draw.of(`block of ${address}`), queues);
        planned.set(address, block);
        return block.map(({ signed }) => signed);
      },
      ...options,
    });
    this.#planned = planned;
    return tipset;
  }

  #learn({ headers, epoch }: ChainTipset, { blocks }: TipsetResult): void {
    for (const [i, { executed, messages }] of blocks.entries()) {
      const planned = this.#planned.get(headers[i]?.miner as Address);
      for (const [j, { receipt }] of messages.entries()) {
        planned?.[executed[j] as number]?.learn?.(receipt, epoch);
      }
    }
  }

  #sceneOf(draw: Draw, parent: ChainTipset, state: InspectedState): Scene {
    const { chain } = this;
    const networkVersion = networkVersionAt(chain.network, parent.epoch + 1);
    return {
      draw,
      networkVersion,
      world: this.#world,
      epoch: parent.epoch,
      ticket: firstHeader(parent).ticket as Uint8Array,
      state,
      codeOf: (name) => chain.codeOf(networkVersion, name),
    };
  }

  /** Messages of each sender, by nonce. */
  *#queues(scene: Scene, parent: ChainTipset): Waits<readonly Planned[][]> {
    const { draw, networkVersion, state } = scene;
    const { messages, mix } = this.options;
    const ground: Ground = {
      draw,
      networkVersion,
      chainId: this.chain.network.chainId,
      baseFee: firstHeader(parent).parentBaseFee,
    };
    const senders = new Map<SigningKey, Sender | undefined>();
    const queues = new Map<SigningKey, Planned[]>();
    for (const draft of yield* this.#drafts(scene, draw.below(2 * messages + 1), mix)) {
      const { from } = draft;
      if (!senders.has(from)) senders.set(from, yield* senderIn(state.view, from));
      const sender = senders.get(from);
      // Nobody has paid the account so far in a chain that was rewound.
      if (sender === undefined) continue;
      const queue = queues.get(from) ?? [];
      queues.set(from, queue);
      queue.push(planMessage(ground, draft, { ...sender, nonce: addSat(sender.nonce, queue.length) }));
    }
    return [...queues.values()];
  }

  *#drafts(scene: Scene, count: number, mix: TrafficMix): Waits<readonly Draft[]> {
    const { draw, networkVersion, world } = scene;
    const drafts = yield* duePosts(scene);
    const possible = { networkVersion, hasProviders: world.providers.length > 0 };
    for (let i = 0; i < count; i++) {
      const { draft }: { draft: Drafting } = KINDS[drawKind(draw, mix, possible)];
      drafts.push((yield* drafted(draft, scene)) ?? send(scene));
    }
    return drafts;
  }
}

function* drafted(draft: Drafting, scene: Scene): Waits<Draft | undefined> {
  const made = draft(scene);
  return made !== undefined && "next" in made ? yield* made : made;
}
