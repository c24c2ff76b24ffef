import type { Address } from "../../address/address.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { SigningKey } from "../../chain/signatures/keys.js";
import { signMessage } from "../../chain/signatures/sign.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import type { Overrides } from "../../simulate/overrides.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { MessagePool, PoolSnapshot } from "../pool/message-pool.js";
import type { BlockClock, ClockState } from "./clock.js";
import { editedState } from "./edit-state.js";
import { unsignedMessage } from "./impersonation.js";
import type { ChainPlace, NextTipset, Producer, Production } from "./producer.js";

/** Parts of a development node. */
export interface DevParts {
  readonly chain: NodeChain;
  readonly pool: MessagePool;
  readonly producer: Producer;
  readonly clock: BlockClock;
  /** Keys that it signs with. */
  readonly keys: readonly SigningKey[];
  /** Called with each tipset of messages that it has made, before anybody hears of it. */
  readonly onProduced?: (tipset: ChainTipset) => Promise<void>;
  /** Called if what it does by itself fails. */
  readonly onFailure: (error: unknown) => void;
}

interface Snapshot {
  readonly place: ChainPlace;
  readonly clock: ClockState;
  readonly pool: PoolSnapshot;
}

/** Tipsets that are made one by one when many are asked for; beyond them are null rounds. */
const MOST_TIPSETS = 3000;
/** A header has an entry of the beacon for each epoch since its parent, and 8,192 at most. */
const EPOCHS_AT_ONCE = 8000;

/**
 * The part of a node that makes its chain: tipsets as messages come, at intervals or when they are asked for; and that
 * changes what on a network nobody could. One operation at a time, each as a whole.
 */
export class DevNode {
  #automine = true;
  #interval: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Production of what is ready that has not begun yet: whoever asks for it meanwhile need not ask again. */
  #ready: Promise<void> | undefined;
  readonly #snapshots = new Map<number, Snapshot>();
  #lastSnapshot = 0;
  readonly #keys: Map<Address, SigningKey>;
  readonly #impersonated = new Set<Address>();
  #impersonatesAll = false;
  #unsigned = 0;
  readonly #endings: (() => void)[];

  constructor(private readonly parts: DevParts) {
    const { pool, chain, keys } = parts;
    this.#keys = new Map(keys.map((key) => [key.address, key]));
    this.#endings = [pool.follow(chain), pool.onPushed(() => this.#onPushed())];
  }

  /** The last tipset whose results are known: Ethereum's latest block. */
  get latest(): ChainTipset {
    return this.parts.producer.latest;
  }

  get clock(): BlockClock {
    return this.parts.clock;
  }

  /** Keys of its own accounts. */
  get keys(): readonly SigningKey[] {
    return [...this.#keys.values()];
  }

  get automine(): boolean {
    return this.#automine;
  }

  /** Whether a tipset is made for each message that comes. */
  set automine(isOn: boolean) {
    this.#automine = isOn;
  }

  /** Makes a tipset of what waits every so many milliseconds; 0: no more. */
  setInterval(milliseconds: number): void {
    clearInterval(this.#interval);
    this.#interval = undefined;
    if (milliseconds === 0) return;
    this.#interval = setInterval(() => this.mine().catch(this.parts.onFailure), milliseconds);
    this.#interval.unref();
  }

  /** Makes a tipset of the messages that are ready, or of none. Throws as `Producer.produce`. */
  mine(production: Omit<Production, "messages"> = {}): Promise<ChainTipset> {
    return this.#inTurn(async () => this.#produce([{ ...production, messages: await this.#select() }]));
  }

  /**
   * Goes on by so many epochs: a tipset of the messages that are ready, then empty ones. Of many, all but the last are
   * null rounds. Throws as `Producer.produce`.
   */
  mineMany(epochs: number): Promise<void> {
    return this.#inTurn(async () => {
      if (epochs < 1) return;
      const empty = Math.min(epochs - 1, MOST_TIPSETS);
      const productions: Production[] = [{ messages: await this.#select() }];
      for (let rest = epochs - 1 - empty; rest > 0; rest -= EPOCHS_AT_ONCE) {
        productions.push({ nullRounds: Math.min(rest, EPOCHS_AT_ONCE) - 1 });
      }
      await this.#produce([...productions, ...Array(empty).fill({})]);
    });
  }

  /** Says what is to be special about the next tipset. */
  prepare(next: NextTipset): void {
    this.parts.producer.prepare(next);
  }

  /** attoFIL per gas, of the next tipset. Throws as `Producer.nextBaseFee`. */
  nextBaseFee(): Promise<bigint> {
    return this.parts.producer.nextBaseFee();
  }

  /** Remembers all there is. @returns its number, which is above all before it */
  snapshot(): Promise<number> {
    return this.#inTurn(async () => {
      const { producer, clock, pool } = this.parts;
      const id = ++this.#lastSnapshot;
      this.#snapshots.set(id, { place: producer.place, clock: clock.state, pool: await pool.snapshot() });
      return id;
    });
  }

  /** Returns to a snapshot, and forgets it and the later ones. @returns false if there is no such snapshot */
  revert(id: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const snapshot = this.#snapshots.get(id);
      if (snapshot === undefined) return false;
      const { producer, clock, pool } = this.parts;
      await producer.returnTo(snapshot.place);
      await pool.restore(snapshot.pool);
      clock.restore(snapshot.clock);
      for (const other of [...this.#snapshots.keys()]) if (other >= id) this.#snapshots.delete(other);
      return true;
    });
  }

  /** Makes actors other ones from the latest block on. Throws `FvmError` INVALID_OPTION if they cannot be so. */
  edit(overrides: Overrides): Promise<void> {
    return this.#inTurn(async () => {
      const { chain, producer } = this.parts;
      const { epoch } = chain.head;
      const { chainId, blockstore, networkVersion } = chain.node;
      const options = { network: networkVersion(epoch), chainId, blockstore, epoch };
      await producer.edit((stateRoot: Cid) => editedState({ ...options, stateRoot }, overrides));
    });
  }

  /** Lets anybody send messages on an actor's behalf. @returns whether that is new */
  impersonate(address: Address): boolean {
    const isNew = !this.#impersonated.has(address);
    this.#impersonated.add(address);
    return isNew;
  }

  /** @returns whether it was impersonated */
  stopImpersonating(address: Address): boolean {
    return this.#impersonated.delete(address);
  }

  /** Whether anybody may send messages on all actors' behalf. */
  set impersonatesAll(isOn: boolean) {
    this.#impersonatesAll = isOn;
  }

  /** Whether it sends messages of this sender. */
  sendsFor(address: Address): boolean {
    return this.#keys.has(address) || this.#impersonatesAll || this.#impersonated.has(address);
  }

  /** The key of an account of its own. */
  keyOf(address: Address): SigningKey | undefined {
    return this.#keys.get(address);
  }

  /** A message signed by its sender's key, or on the sender's behalf. */
  signed(message: Message): SignedMessage {
    const key = this.#keys.get(message.from);
    if (key === undefined) return unsignedMessage(message, ++this.#unsigned);
    return signMessage(message, key, { chainId: this.parts.chain.network.chainId });
  }

  /** Ends what it does by itself. What it is doing is done first. */
  async close(): Promise<void> {
    this.setInterval(0);
    for (const end of this.#endings) end();
    await this.#turn;
  }

  /** Makes tipsets until nothing is ready: senders hear of their messages once they are in a block. */
  async #onPushed(): Promise<void> {
    if (!this.#automine) return;
    this.#ready ??= this.#inTurn(async () => {
      this.#ready = undefined;
      for (let messages = await this.#select(); messages.length > 0; messages = await this.#select()) {
        await this.#produce([{ messages }]);
      }
    });
    await this.#ready;
  }

  async #select(): Promise<SignedMessage[]> {
    return this.parts.pool.select({ baseFee: await this.nextBaseFee() });
  }

  async #produce(productions: readonly Production[]): Promise<ChainTipset> {
    const { producer, onProduced } = this.parts;
    const tipset = await producer.produce(productions);
    if (productions.some(({ messages = [] }) => messages.length > 0)) await onProduced?.(tipset);
    return tipset;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const acting = this.#turn.then(act);
    this.#turn = acting.catch(() => undefined);
    return acting;
  }
}
