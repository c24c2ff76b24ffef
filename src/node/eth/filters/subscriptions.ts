import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { firstHeader } from "../../../chain/history/chain-tipset.js";
import type { HeadChange } from "../../chain/main-index.js";
import { failed } from "../../rpc/errors.js";
import type { Connection } from "../../rpc/method.js";
import type { BlockJson } from "../block.js";
import type { EthTipset } from "../eth-tipset.js";
import type { EthView } from "../eth-view.js";
import type { EthHash } from "../json.js";
import { transactionHash } from "../transaction.js";
import { newId } from "./filters.js";
import { type HeadStep, headSteps, lastingSteps } from "./head-steps.js";
import { liveLogs } from "./live-logs.js";
import { checkRoom, criteriaOf, LogMatcher, type LogQuery } from "./log-filter.js";

/** Options of `Subscriptions`. */
export interface SubscriptionOptions {
  /** Whether subscriptions are Lotus's to the letter. */
  readonly lotus: boolean;
  /** Told of what could not be told to subscribers. */
  readonly onFault?: (error: unknown) => void;
}

interface Subscriber {
  readonly connection: Connection;
  readonly forget: () => void;
}

interface HeadSubscriber extends Subscriber {
  readonly kind: "newHeads";
  /** Key of the block that was told last. */
  told: string | undefined;
}

interface LogSubscriber extends Subscriber {
  readonly kind: "logs";
  readonly matcher: LogMatcher;
}

interface PendingSubscriber extends Subscriber {
  readonly kind: "newPendingTransactions";
}

type AnySubscriber = HeadSubscriber | LogSubscriber | PendingSubscriber;

/** Subscriptions that a node has at the same time. */
const MOST_SUBSCRIPTIONS = 10_000;
const MOST_OF_CONNECTION = 1_000;

/**
 * Who is told of new blocks, logs and pending transactions as they come. Changes of the head are told one after the other.
 * Source: Lotus node/impl/eth/subscriptions.go.
 */
export class Subscriptions {
  readonly #subscribers = new Map<EthHash, AnySubscriber>();
  /** Subscriptions of each connection. */
  readonly #counts = new Map<Connection, number>();
  /** Addresses and topics of all of them. */
  #criteria = 0;
  readonly #forget: readonly (() => void)[];
  /** The last change that is being told. */
  #telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly view: EthView,
    private readonly options: SubscriptionOptions,
  ) {
    this.#forget = [
      view.chain.onChange((change) => this.#follow(change)),
      view.pool.onAdd(({ cid, signed }) => {
        const added = { cid, message: signed.message, signed };
        const hash = transactionHash(added, view.chain.network.chainId);
        for (const [id, { kind, connection }] of this.#subscribers) {
          if (kind === "newPendingTransactions") notify(connection, id, hash);
        }
      }),
    ];
  }

  /** Number of subscriptions. */
  get size(): number {
    return this.#subscribers.size;
  }

  /** Waits until what has happened was told. */
  async settled(): Promise<void> {
    return this.#telling;
  }

  /** Ends all subscriptions, and stops following the chain. */
  close(): void {
    for (const forget of this.#forget) forget();
    for (const id of [...this.#subscribers.keys()]) this.unsubscribe(id);
  }

  /** Subscribes a connection, until it ends. Throws `RpcError`. @param query of logs: addresses and topics */
  subscribe(connection: Connection, kind: string, query: LogQuery = {}): EthHash {
    if (this.#subscribers.size >= MOST_SUBSCRIPTIONS) throw failed("too many subscriptions");
    if ((this.#counts.get(connection) ?? 0) >= MOST_OF_CONNECTION)
      throw failed("too many subscriptions of this connection");
    const id = newId();
    // A connection that has ended already calls back at once, before there is anything to forget.
    this.#add(
      id,
      this.#subscriber(connection, kind, query, () => undefined),
    );
    const forget = connection.onClose(() => void this.#remove(id));
    const subscriber = this.#subscribers.get(id);
    if (subscriber !== undefined) this.#subscribers.set(id, { ...subscriber, forget });
    return id;
  }

  /** Tells other subscribers of this chain from now on, who heard of another one. */
  takeOver(other: Subscriptions): void {
    const subscribers = [...other.#subscribers];
    other.close();
    for (const [id, subscriber] of subscribers) {
      const forget = subscriber.connection.onClose(() => void this.#remove(id));
      const told = subscriber.kind === "newHeads" ? { told: undefined } : {};
      this.#add(id, { ...subscriber, ...told, forget } as typeof subscriber);
    }
  }

  /** Whether there was such a subscription. */
  unsubscribe(id: EthHash): boolean {
    this.#subscribers.get(id)?.forget();
    return this.#remove(id);
  }

  #add(id: EthHash, subscriber: AnySubscriber): void {
    this.#subscribers.set(id, subscriber);
    const { connection } = subscriber;
    this.#counts.set(connection, (this.#counts.get(connection) ?? 0) + 1);
    this.#criteria += criteriaOf(subscriber);
  }

  #remove(id: EthHash): boolean {
    const subscriber = this.#subscribers.get(id);
    if (subscriber === undefined) return false;
    const { connection } = subscriber;
    const others = (this.#counts.get(connection) ?? 1) - 1;
    if (others === 0) this.#counts.delete(connection);
    else this.#counts.set(connection, others);
    this.#criteria -= criteriaOf(subscriber);
    return this.#subscribers.delete(id);
  }

  #subscriber(connection: Connection, kind: string, query: LogQuery, forget: () => void) {
    switch (kind) {
      case "newHeads": {
        const { head } = this.view.chain;
        const told = this.options.lotus ? undefined : firstHeader(head).parents.join("");
        return { kind, connection, forget, told };
      }
      case "logs":
        return { kind, connection, forget, matcher: this.#matcher(query) };
      case "newPendingTransactions":
        return { kind, connection, forget };
      default:
        throw failed(`unsupported event type: ${kind}`);
    }
  }

  #matcher(query: LogQuery): LogMatcher {
    const matcher = new LogMatcher(query);
    checkRoom(matcher, this.#criteria);
    return matcher;
  }

  #follow(change: HeadChange): void {
    const subscribers = [...this.#subscribers];
    if (!subscribers.some(([, { kind }]) => kind !== "newPendingTransactions")) return;
    const steps = (this.options.lotus ? headSteps : lastingSteps)(change);
    const ids = subscribers.map(([id]) => id);
    this.#telling = this.#telling
      .then(() => this.#tell(steps, ids))
      .catch((error: unknown) => this.options.onFault?.(error));
  }

  async #tell(steps: readonly HeadStep[], ids: readonly EthHash[]): Promise<void> {
    for (const step of steps) {
      const tipset = await this.view.chain.chain.tipset(step.base);
      const made = await this.view.tipset(tipset, {});
      const block = step.isRevert ? undefined : await this.#block(tipset);
      for (const id of ids) this.#tellOne(id, step, made, block);
    }
  }

  /** Lotus tells of whole blocks; clients expect their headers. */
  async #block(tipset: ChainTipset): Promise<object> {
    const block = await this.view.block(tipset, this.options.lotus, {});
    return this.options.lotus ? block : headerOf(block);
  }

  #tellOne(id: EthHash, step: HeadStep, made: EthTipset, block: object | undefined): void {
    const subscriber = this.#subscribers.get(id);
    if (subscriber === undefined) return;
    const { kind, connection } = subscriber;
    if (kind === "logs") {
      const rule = { removed: step.isRevert, places: this.options.lotus ? "none" : "tipset" } as const;
      for (const log of liveLogs(made, subscriber.matcher, rule)) notify(connection, id, log);
      return;
    }
    const name = step.base.join("");
    if (kind !== "newHeads" || block === undefined || subscriber.told === name) return;
    subscriber.told = name;
    notify(connection, id, block);
  }
}

function notify(connection: Connection, subscription: EthHash, result: unknown): void {
  connection.notify("eth_subscription", { subscription, result });
}

function headerOf({ transactions: _transactions, uncles: _uncles, ...header }: BlockJson): object {
  return header;
}
