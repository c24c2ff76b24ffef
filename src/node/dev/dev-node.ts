import { randomBytes } from "node:crypto";
import type { Address } from "../../address/address.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { type EthAddress, filecoinToEth } from "../../builtin/evm/index.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { LEAST_BASE_FEE } from "../../chain/rules/base-fee.js";
import type { SigningKey } from "../../chain/signatures/keys.js";
import type { OwnBeacon } from "../../chain/signatures/own-beacon.js";
import { signMessage } from "../../chain/signatures/sign.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import { ALL_FIL } from "../../chain/validation/message-rules.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { editedState } from "../../simulate/edited-state.js";
import type { Overrides } from "../../simulate/overrides.js";
import { EMPTY_ARRAY_BLOCK } from "../../vm/state-tree/actor-state.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { MessagePool } from "../pool/message-pool.js";
import { type BlockClock, NO_CHANGES } from "./clock.js";
import { DevState } from "./dev-state.js";
import type { Fork } from "./fork/fork-store.js";
import { unsignedMessage } from "./impersonation.js";
import { type ChainPlace, type NextTipset, type Producer, type Production, timestampOf } from "./producer.js";
import type { Snapshots } from "./snapshots.js";

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
  readonly snapshots: Snapshots;
  /** Keeps all that there is. Called when it has changed, before anybody is answered. */
  readonly keep: () => Promise<void>;
  /** The chain elsewhere that it goes on from. */
  readonly fork?: Fork | undefined;
  /** The beacon that signs the chain's entries. Undefined: nobody does. */
  readonly beacon?: OwnBeacon | undefined;
  /** Unsigned messages that there have been. */
  readonly unsigned?: number;
  /** Called if what it does by itself fails. */
  readonly onFailure: (error: unknown) => void;
}

/** Kinds of actors that send messages. */
const SENDERS = new Set<ActorType>(["account", "ethaccount", "placeholder"]);
/** Tipsets that are made one by one when many are asked for; beyond them are null rounds. */
const MOST_TIPSETS = 3000;
const MOST_EPOCHS = 100_000;
/** Milliseconds of a day. */
const MOST_INTERVAL = 86_400_000;
/** A header has an entry of the beacon for each epoch since its parent, and 8,192 at most. */
export const EPOCHS_AT_ONCE = 8000;

/**
 * The part of a node that makes its chain: tipsets as messages come, at intervals or when they are asked for; and that
 * changes what on a network nobody could. One operation at a time, each as a whole.
 */
export class DevNode {
  #automine = true;
  #timer: NodeJS.Timeout | undefined;
  #interval = 0;
  #blockGasLimit = BLOCK_GAS_LIMIT;
  #turn: Promise<unknown> = Promise.resolve();
  /** Production of what is ready that has not begun yet: whoever asks for it meanwhile need not ask again. */
  #ready: Promise<void> | undefined;
  /** The same, of keeping what waits. */
  #keeping: Promise<void> | undefined;
  readonly #keys: Map<Address, SigningKey>;
  readonly #impersonated = new Set<Address>();
  #impersonatesAll = false;
  /** Whether people are told what messages have said. */
  isLogging = true;
  #unsigned: number;
  #isOver = false;
  readonly #endings: (() => void)[];
  readonly #beginning: ChainPlace;
  /** Tells this node from others: 32 bytes. */
  readonly instance: Uint8Array = randomBytes(32);

  constructor(private readonly parts: DevParts) {
    const { pool, chain, keys } = parts;
    this.#keys = new Map(keys.map((key) => [key.address, key]));
    this.#beginning = parts.producer.place;
    this.#unsigned = parts.unsigned ?? 0;
    this.#endings = [pool.follow(chain), pool.onPushed(() => this.#onPushed())];
  }

  /** The last tipset whose results are known: Ethereum's latest block. */
  get latest(): ChainTipset {
    return this.parts.producer.latest;
  }

  /** Gas limits that messages of a tipset have together, at most. */
  get blockGasLimit(): number {
    return this.#blockGasLimit;
  }

  /** Throws `FvmError` INVALID_OPTION beyond what the protocol allows. */
  set blockGasLimit(gas: number) {
    if (gas < 1 || gas > BLOCK_GAS_LIMIT) {
      const reason = `${gas}, not from 1 to the ${BLOCK_GAS_LIMIT} of a block`;
      throw new FvmError("INVALID_OPTION", { option: "gasLimit", reason });
    }
    this.#blockGasLimit = gas;
  }

  /** The chain elsewhere that it goes on from, and the last epoch that they have in common. */
  get fork(): Fork | undefined {
    return this.parts.fork;
  }

  /** The beacon that signs the chain's entries. Undefined: nobody does. */
  get beacon(): OwnBeacon | undefined {
    return this.parts.beacon;
  }

  get clock(): BlockClock {
    return this.parts.clock;
  }

  /** Addresses of its own accounts of Ethereum. */
  get accounts(): readonly EthAddress[] {
    const eth = this.parts.keys.filter(({ type }) => type === "delegated");
    return eth.map(({ address }) => filecoinToEth(address) as EthAddress);
  }

  get automine(): boolean {
    return this.#automine;
  }

  /** Whether a tipset is made for each message that comes. */
  set automine(isOn: boolean) {
    this.#automine = isOn;
  }

  /** Milliseconds after which it makes tipsets of what waits, a day at most; 0: it does not. */
  get interval(): number {
    return this.#interval;
  }

  set interval(milliseconds: number) {
    if (milliseconds > MOST_INTERVAL) {
      throw new FvmError("INVALID_OPTION", { option: "interval", reason: "it is longer than a day" });
    }
    clearInterval(this.#timer);
    this.#interval = milliseconds;
    if (milliseconds === 0) return;
    this.#timer = setInterval(() => this.mine().catch(this.parts.onFailure), milliseconds);
    this.#timer.unref();
  }

  /** Makes a tipset of the messages that are ready, or of none. Throws as `Producer.produce`. */
  mine(production: Omit<Production, "messages"> = {}): Promise<ChainTipset> {
    return this.#inTurn(async () => this.#produce([{ ...production, messages: await this.#select() }]));
  }

  /**
   * Goes on by so many epochs: a tipset of the messages that are ready, then empty ones. Of many, all but the last are
   * null rounds.
   *
   * @param seconds from each tipset to the next. Default: as time goes on
   * @throws FvmError INVALID_OPTION if they are more than 100,000; as `Producer.produce`
   */
  mineMany(epochs: number, seconds?: number): Promise<void> {
    return this.#inTurn(async () => {
      if (epochs < 1) return;
      if (epochs > MOST_EPOCHS) {
        const reason = `${epochs} epochs at once, and ${MOST_EPOCHS} are the most: cron runs in each`;
        throw new FvmError("INVALID_OPTION", { option: "count", reason });
      }
      const empty = Math.min(epochs - 1, MOST_TIPSETS);
      const productions: Production[] = [{ messages: await this.#select() }];
      for (let rest = epochs - 1 - empty; rest > 0; rest -= EPOCHS_AT_ONCE) {
        productions.push({ nullRounds: Math.min(rest, EPOCHS_AT_ONCE) - 1, seconds });
      }
      await this.#produce([...productions, ...Array<Production>(empty).fill({ seconds })]);
    });
  }

  /**
   * Makes the next tipset special. Throws `FvmError` INVALID_OPTION if no base fee is so low, or so high, and for
   * randomness that the beacon has not signed.
   */
  prepare(next: NextTipset): void {
    const { baseFee = LEAST_BASE_FEE, randomness } = next;
    if (randomness !== undefined && this.beacon !== undefined) {
      const reason = "the chain's beacon signs its entries, and they cannot be chosen";
      throw new FvmError("INVALID_OPTION", { option: "randomness", reason });
    }
    if (baseFee < LEAST_BASE_FEE) {
      const reason = `${baseFee} attoFIL per gas, and the protocol's least is ${LEAST_BASE_FEE}`;
      throw new FvmError("INVALID_OPTION", { option: "baseFee", reason });
    }
    // With one that no block can have no tipset could be made any more.
    if (baseFee > ALL_FIL) {
      const reason = `${baseFee} attoFIL per gas, more than all FIL that there can be`;
      throw new FvmError("INVALID_OPTION", { option: "baseFee", reason });
    }
    this.parts.producer.prepare(next);
  }

  /** Sets the time of the next tipset. Throws `FvmError` INVALID_OPTION unless it is after the latest block's. */
  setNextTimestamp(timestamp: number): void {
    this.parts.clock.setNext(timestamp, timestampOf(this.latest));
  }

  /** Puts the time of tipsets forward, or back. Throws as `BlockClock.increase`. */
  increaseTime(seconds: number): void {
    this.parts.clock.increase(seconds, timestampOf(this.latest));
  }

  /** attoFIL per gas, of the next tipset. Throws as `Producer.nextBaseFee`. */
  nextBaseFee(): Promise<bigint> {
    return this.parts.producer.nextBaseFee();
  }

  /** Remembers all there is. @returns its number, which is above all before it */
  snapshot(): Promise<number> {
    return this.#inTurn(async () => {
      const { producer, clock, pool } = this.parts;
      const all = { place: producer.place, clock: clock.state, pool: await pool.snapshot() };
      const id = this.parts.snapshots.add(all);
      await this.parts.keep();
      return id;
    });
  }

  /** Returns to a snapshot, and forgets it and the later ones. @returns false if there is no such snapshot */
  revert(id: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const { producer, clock, pool, snapshots } = this.parts;
      const snapshot = snapshots.get(id);
      if (snapshot === undefined) return false;
      await producer.returnTo(snapshot.place);
      await pool.restore(snapshot.pool);
      clock.restore(snapshot.clock);
      snapshots.forgetFrom(id);
      await this.parts.keep();
      return true;
    });
  }

  /** As the node began: all that was made since, what waits, snapshots and impersonations are gone. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      const { producer, clock, pool, snapshots } = this.parts;
      await producer.returnTo(this.#beginning);
      await pool.restore({ queues: new Map() });
      clock.restore(NO_CHANGES);
      snapshots.forgetFrom(0);
      this.#impersonated.clear();
      this.#impersonatesAll = false;
      this.#automine = true;
      this.#blockGasLimit = BLOCK_GAS_LIMIT;
      await this.parts.keep();
    });
  }

  /**
   * Takes so many tipsets off the chain, with their messages. Edits of the state below them stay. Throws `FvmError`
   * INVALID_OPTION if there are not so many.
   */
  rollBack(depth: number): Promise<void> {
    return this.#inTurn(async () => {
      const { producer, pool } = this.parts;
      const waiting = await pool.snapshot();
      await producer.rollBack(depth);
      await pool.restore(waiting);
    });
  }

  /**
   * Makes as many other tipsets in the place of the last ones: another branch wins. Messages of those that go are gone,
   * unless the branch has them, too.
   *
   * @param branch messages of each new tipset; given the state below them
   * @throws as `rollBack`, `branch` and `Producer.produce`
   */
  reorganise(depth: number, branch: (state: DevState) => Promise<SignedMessage[][]>): Promise<void> {
    return this.#inTurn(async () => {
      const { producer, pool } = this.parts;
      const { outcome } = await producer.below(depth);
      const productions = (await branch(this.#stateAt(outcome.stateRoot))).map((messages) => ({ messages }));
      const waiting = await pool.snapshot();
      await producer.reorganise(depth, productions);
      await pool.restore(waiting);
    });
  }

  /** Makes actors other ones from the latest block on. Throws `FvmError` INVALID_OPTION if they cannot be so. */
  edit(overrides: Overrides): Promise<void> {
    return this.#editWith(async () => overrides);
  }

  /** Adds to the balance of an actor, which is made if there is none. Throws as `edit`. @param more attoFIL */
  addBalance(address: Address, more: bigint): Promise<void> {
    return this.#editWith(async (state) => {
      const { actor } = await state.find(address);
      return [[address, { balance: (actor?.balance ?? 0n) + more }]];
    });
  }

  /** Makes an account of a contract. Accounts stay what they are. Throws as `edit`. */
  makeAccount(address: Address): Promise<void> {
    return this.#editWith(async (state) => {
      const { actor, type } = await state.find(address);
      if (actor === undefined || type !== "evm") return [];
      return [[address, { code: await state.codeOf("ethaccount"), state: EMPTY_ARRAY_BLOCK }]];
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

  /** Unsigned messages that there have been: each has another number. */
  get unsigned(): number {
    return this.#unsigned;
  }

  /** A message signed by its sender's key, or on the sender's behalf. */
  signed(message: Message): SignedMessage {
    const key = this.#keys.get(message.from);
    if (key === undefined) return unsignedMessage(message, ++this.#unsigned);
    return signMessage(message, key, { chainId: this.parts.chain.network.chainId });
  }

  /** Whether an actor may have messages sent by anybody: it is one that sends none of its own. Throws as `onState`. */
  async isMute(address: Address): Promise<boolean> {
    const { type } = await this.#stateAt().find(address);
    return type !== undefined && !SENDERS.has(type);
  }

  /** Makes room for another node's chain: once that has begun, this one goes on no more. Throws what `begin` throws. */
  giveWay(begin: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await begin();
      this.#isOver = true;
    });
  }

  /** Ends what it does by itself. What it is doing is done first. */
  async close(): Promise<void> {
    this.interval = 0;
    for (const end of this.#endings) end();
    await this.#turn;
  }

  /** Has what has changed in the pool kept. */
  keepPool(): Promise<void> {
    return this.#inTurn(async () => undefined, "kept");
  }

  /**
   * Makes tipsets until nothing is ready: senders hear of their messages once they are in a block. What has to wait is
   * kept.
   */
  async #onPushed(): Promise<void> {
    if (!this.#automine) return this.#keepPushed();
    this.#ready ??= this.#inTurn(async () => {
      this.#ready = undefined;
      for (let messages = await this.#select(); messages.length > 0; messages = await this.#select()) {
        await this.#produce([{ messages }]);
      }
    }, "kept");
    await this.#ready;
  }

  /** Once for all that come until it begins. */
  async #keepPushed(): Promise<void> {
    this.#keeping ??= this.#inTurn(async () => {
      this.#keeping = undefined;
    }, "kept");
    await this.#keeping;
  }

  #stateAt(stateRoot: Cid = firstHeader(this.parts.chain.head).parentStateRoot): DevState {
    const { chain } = this.parts;
    return new DevState(chain, stateRoot);
  }

  #editWith(overridesOn: (state: DevState) => Promise<Overrides>): Promise<void> {
    return this.#inTurn(async () => {
      const { chain, producer } = this.parts;
      const { epoch } = chain.head;
      const { chainId, blockstore } = chain.node;
      const options = { network: chain.node.networkVersion(epoch), chainId, blockstore, epoch };
      await producer.edit(async (stateRoot) =>
        editedState({ ...options, stateRoot }, await overridesOn(this.#stateAt(stateRoot))),
      );
    });
  }

  async #select(): Promise<SignedMessage[]> {
    return this.parts.pool.select({ baseFee: await this.nextBaseFee(), gasLimit: this.#blockGasLimit });
  }

  async #produce(productions: readonly Production[]): Promise<ChainTipset> {
    const { producer, onProduced } = this.parts;
    const tipset = await producer.produce(productions);
    const hasMessages = productions.some(({ messages = [] }) => messages.length > 0);
    if (this.isLogging && hasMessages) await onProduced?.(tipset);
    return tipset;
  }

  /**
   * One at a time, each with all that it changes kept.
   *
   * @param pool whether what waits is kept also if the chain has not gone on
   */
  #inTurn<T>(act: () => Promise<T>, pool: "kept" | "as it is" = "as it is"): Promise<T> {
    const { chain, keep } = this.parts;
    const acting = this.#turn.then(async () => {
      if (this.#isOver) {
        throw new FvmError("INVALID_OPTION", { option: "chain", reason: "the node has another one now" });
      }
      const { head } = chain;
      const result = await act();
      if (pool === "kept" || chain.head !== head) await keep();
      return result;
    });
    this.#turn = acting.catch(() => undefined);
    return acting;
  }
}
