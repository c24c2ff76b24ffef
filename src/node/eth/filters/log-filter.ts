/** Logs that are asked for: which blocks, which contracts, which topics. Source: Lotus node/impl/eth/events.go. */
import { type Address, addressId } from "../../../address/address.js";
import { type EthAddress, ethToFilecoin } from "../../../builtin/evm/index.js";
import { RAW } from "../../../encoding/codecs.js";
import { hexOf } from "../../../inspect/tracers/hex.js";
import type { EventEntry } from "../../../message/event.js";
import { hexBytes } from "../../../util/bytes.js";
import type { ActorId } from "../../../vm/state-tree/actor-state.js";
import { failed, RpcError, rpcCode } from "../../rpc/errors.js";
import { bitsOf, hasBits } from "../bloom.js";
import type { EthHash } from "../json.js";

/** Logs as a caller asks for them. */
export interface LogQuery {
  readonly fromBlock?: string | undefined;
  readonly toBlock?: string | undefined;
  readonly blockHash?: EthHash | undefined;
  readonly address?: readonly EthAddress[] | undefined;
  /** By place; an empty list is any topic. */
  readonly topics?: readonly (readonly EthHash[])[] | undefined;
}

/** Blocks that are asked for: epochs, both included, or one block. An open end goes on with the chain. */
export type LogRange =
  | { readonly kind: "epochs"; readonly from: number; readonly to: number | undefined }
  | { readonly kind: "block"; readonly hash: EthHash };

/** Epochs that a query may span. Source: Lotus node/config, `MaxFilterHeightRange`. */
const LONGEST_RANGE = 2880;
const MOST_TOPICS = 4;
const I64_MAX = 2n ** 63n - 1n;

/**
 * The blocks of a query. Throws `RpcError`.
 *
 * @param latest epoch of the newest tipset whose results are known
 * @param tagged answers other tags than Lotus's filters know, undefined for what is no tag
 */
export function rangeOf(
  { fromBlock, toBlock, blockHash }: LogQuery,
  latest: number,
  tagged: (text: string) => number | undefined,
): LogRange {
  if (blockHash !== undefined) {
    if (fromBlock !== undefined || toBlock !== undefined) {
      throw failed("must not specify block hash and from/to block");
    }
    return { kind: "block", hash: blockHash };
  }
  const from = epochOf(fromBlock, "FromBlock", tagged) ?? latest;
  const to = epochOf(toBlock, "ToBlock", tagged);
  if (to !== undefined && from > to) {
    throw failed(`invalid epoch range: to block (${to}) must be after from block (${from})`);
  }
  const span = (to ?? latest) - from;
  if (span > LONGEST_RANGE) {
    const text = `block range exceeds maximum of ${LONGEST_RANGE} (got ${span})`;
    throw new RpcError(rpcCode.blockRangeExceeded, text);
  }
  return { kind: "epochs", from, to };
}

/** Undefined: the latest. */
function epochOf(
  text: string | undefined,
  field: string,
  tagged: (text: string) => number | undefined,
): number | undefined {
  if (text === undefined || text === "" || text === "latest") return undefined;
  if (text === "earliest") return 0;
  if (text.startsWith("0x")) {
    const epoch = /^0x[0-9a-fA-F]+$/.test(text) && text.length <= MOST_DIGITS ? BigInt(text) : undefined;
    if (epoch === undefined || epoch > I64_MAX) throw failed("invalid epoch");
    return Number(epoch);
  }
  const other = tagged(text);
  if (other === undefined) throw failed(`${field} is not a hex`);
  return other;
}

/** Addresses and topics of one filter. */
const MOST_OF_ONE = 10_000;

/** Digits of an integer of 64 bits, with zeros before it. */
const MOST_DIGITS = 66;

/** Which logs of a tipset count. */
export class LogMatcher {
  readonly #addresses: ReadonlySet<EthAddress>;
  readonly #ids: ReadonlySet<ActorId>;
  readonly #delegated: ReadonlySet<EthAddress>;
  /** By the names of events' entries. */
  readonly #topics: readonly (readonly [key: string, values: ReadonlySet<string>])[];
  readonly #addressBits: readonly (readonly number[])[];
  readonly #topicBits: readonly (readonly (readonly number[])[])[];

  /** Number of addresses and topics: its memory grows with them. */
  readonly size: number;

  /** Throws `RpcError` if there are too many topics or addresses. */
  constructor({ address = [], topics = [] }: LogQuery) {
    if (topics.length > MOST_TOPICS) {
      throw failed(`too many topics in filter: ${topics.length}, max: ${MOST_TOPICS}`);
    }
    this.size = topics.reduce((sum, { length }) => sum + length, address.length);
    if (this.size > MOST_OF_ONE) {
      throw failed(`${this.size} addresses and topics in a filter, and ${MOST_OF_ONE} are the most`);
    }
    const addresses = address.map((one) => one.toLowerCase() as EthAddress);
    const ids = addresses.map((one): Address => ethToFilecoin(one)).map(addressId);
    this.#addresses = new Set(addresses);
    this.#ids = new Set(ids.filter((id) => id !== undefined));
    this.#delegated = new Set(addresses.filter((_, i) => ids[i] === undefined));
    this.#topics = topics.flatMap((values, place) =>
      values.length === 0 ? [] : [[`t${place + 1}`, new Set<string>(values.map((one) => one.toLowerCase()))]],
    );
    const bits = (value: string) => bitsOf(hexBytes(value.slice(2)));
    this.#addressBits = addresses.map(bits);
    this.#topicBits = this.#topics.map(([, values]) => [...values].map(bits));
  }

  /** Whether a tipset may have logs that count, by the bloom filter over its logs. */
  mayMatch(bloom: Uint8Array): boolean {
    const isSet = (bits: readonly number[]) => hasBits(bloom, bits);
    // The filter knows contracts by one of their addresses only.
    const isAddress = this.#ids.size > 0 || this.#addresses.size === 0 || this.#addressBits.some(isSet);
    return isAddress && this.#topicBits.every((values) => values.some(isSet));
  }

  /**
   * Whether an event counts.
   *
   * @param address by which Ethereum's clients know its emitter
   *
   * @param how how addresses are compared: `index` as Lotus's index does it, where a contract is found by both its
   * addresses, but none if both kinds are asked for; `live` as Lotus's filters do it, by the address that is shown;
   * `any`: by both
   */
  matches(address: EthAddress, { emitter, entries }: MatchedEvent, how: AddressRule): boolean {
    return this.#matchesAddress(address, emitter, how) && this.#matchesTopics(entries);
  }

  #matchesAddress(address: EthAddress, emitter: ActorId, how: AddressRule): boolean {
    if (this.#addresses.size === 0) return true;
    if (how === "live") return this.#addresses.has(address);
    const isId = this.#ids.has(emitter);
    const isDelegated = this.#delegated.has(address);
    if (how === "any") return isId || isDelegated;
    return (isId || this.#ids.size === 0) && (isDelegated || this.#delegated.size === 0);
  }

  #matchesTopics(entries: readonly EventEntry[]): boolean {
    return this.#topics.every(([key, values]) =>
      entries.some(
        (entry) =>
          entry.key === key &&
          entry.codec === RAW &&
          isIndexed(entry.flags) &&
          values.has(hexOf(entry.value)),
      ),
    );
  }
}

/** Addresses and topics of all matchers that a node keeps for filters, and for subscriptions. */
const MOST_CRITERIA = 200_000;

/** Number of addresses and topics that a filter or a subscription is kept with. */
export function criteriaOf({ matcher }: { readonly kind: string; readonly matcher?: LogMatcher }): number {
  return matcher?.size ?? 0;
}

/** Throws `RpcError` if there is no room for another matcher beside those that are kept, which have so many. */
export function checkRoom(matcher: LogMatcher, kept: number): void {
  if (matcher.size + kept > MOST_CRITERIA)
    throw failed(`more than ${MOST_CRITERIA} addresses and topics in all filters`);
}

/** How addresses are compared. */
export type AddressRule = "index" | "live" | "any";

/** The event that a log was made of. */
export interface MatchedEvent {
  readonly emitter: ActorId;
  readonly entries: readonly EventEntry[];
}

const INDEXED_VALUE = 2n;

function isIndexed(flags: EventEntry["flags"]): boolean {
  return (BigInt(flags) & INDEXED_VALUE) !== 0n;
}
