import { type Address, idAddress } from "#src/address/address.js";
import { formatAddress } from "#src/address/text.js";
import type { EthAddress } from "#src/builtin/evm/index.js";
import { type Param, params } from "#src/chain/devnet/params.js";
import { type Argument, childOf, evmInput } from "#src/chain/devnet/traffic/evm/call.js";
import { CREATE_EXTERNAL, INVOKE_EVM } from "#src/chain/signatures/eth-transaction.js";
import { encodeMessage, type Message } from "#src/message/message.js";
import { METHOD_SEND } from "#src/message/methods.js";
import { noBytes } from "#src/util/bytes.js";
import { SingletonId } from "#src/vm/state-tree/actor-state.js";
import { BenchError } from "../bench-error.js";
import type { Contract } from "./contracts.js";
import type { FirstState } from "./first-state.js";
import type { Deployed, Miner, Person } from "./population.js";

/** Fields of a message that are otherwise as usual. `from`: the same sender's other address. */
export type Unusual = Partial<
  Pick<Message, "from" | "nonce" | "value" | "gasLimit" | "gasFeeCap" | "gasPremium">
>;

/** A block of a tipset in the form of the vectors' schema. */
export interface BlockJson {
  readonly miner_addr: string;
  readonly win_count: number;
  readonly messages: readonly string[];
}

/** A tipset in the form of the vectors' schema. */
export interface TipsetJson {
  readonly epoch_offset: number;
  readonly basefee: number;
  readonly blocks: readonly BlockJson[];
}

/** Settings of a tipset. */
export interface TipsetSettings {
  /** Epochs after the tipset before. Default 1: no null rounds. */
  readonly after?: number;
  /** attoFIL per gas. */
  readonly baseFee?: number;
}

const GAS = { send: 10_000_000, call: 300_000_000, create: 600_000_000 } as const;
const FEES = { gasFeeCap: 10_000n, gasPremium: 200n } as const;
const BASE_FEE = 1_000;

/** Tipsets in the making. Messages have the next nonce of their sender, in the order in which they are made. */
export class Script {
  readonly tipsets: TipsetJson[] = [];
  readonly #nonces = new Map<Person, number>();
  #offset = 0;

  constructor(
    readonly state: FirstState,
    readonly compiled: ReadonlyMap<string, Contract>,
  ) {}

  person(name: string): Person {
    return this.state.people.get(name) ?? unknown(name);
  }

  contract(name: string): Deployed {
    return this.state.contracts.get(name) ?? unknown(name);
  }

  miner(index: number): Miner {
    return this.state.miners[index] ?? unknown(`miner ${index}`);
  }

  initcode(name: string): Uint8Array {
    return (this.compiled.get(name) ?? unknown(name)).initcode;
  }

  /** The nonce of somebody's next message. */
  nonce(person: Person): number {
    return this.#nonces.get(person) ?? 0;
  }

  send(from: Person, to: Address, value: bigint, unusual: Unusual = {}): Message {
    return this.message(from, to, METHOD_SEND, noBytes(), { gasLimit: GAS.send, value, ...unusual });
  }

  /** A call of a builtin actor's method. */
  ask(from: Person, to: Address, method: number, given: Param, unusual: Unusual = {}): Message {
    const bytes = given instanceof Uint8Array ? given : params(given);
    return this.message(from, to, method, bytes, unusual);
  }

  /** A call of a contract of the first state. */
  call(
    from: Person,
    name: string,
    method: string,
    given: readonly Argument[],
    unusual: Unusual = {},
  ): Message {
    const { address, selectors } = this.contract(name);
    return this.callAt(from, address, selectors, method, given, unusual);
  }

  /** A call of a contract wherever it is. */
  callAt(
    from: Person,
    to: Address,
    selectors: Readonly<Record<string, number>>,
    method: string,
    given: readonly Argument[],
    unusual: Unusual = {},
  ): Message {
    const selector = selectors[method] ?? unknown(method);
    return this.message(from, to, INVOKE_EVM, params(evmInput(selector, ...given)), unusual);
  }

  /** The creation of a contract, and its address if an Ethereum account makes it. */
  create(from: Person, name: string, unusual: Unusual = {}): { message: Message; made: Address } {
    const made = childOf(
      from.address,
      unusual.nonce === undefined ? this.nonce(from) : Number(unusual.nonce),
    );
    const initcode = params(this.initcode(name));
    const eam = idAddress(SingletonId.Eam);
    const message = this.message(from, eam, CREATE_EXTERNAL, initcode, { gasLimit: GAS.create, ...unusual });
    return { message, made };
  }

  message(from: Person, to: Address, method: number, params: Uint8Array, unusual: Unusual): Message {
    const nonce = this.nonce(from);
    if (unusual.nonce === undefined) this.#nonces.set(from, nonce + 1);
    const usual = { version: 0, from: from.address, nonce, value: 0n, gasLimit: GAS.call, ...FEES };
    return { ...usual, ...unusual, to, method, params };
  }

  /** A tipset: in each block BLS and Ethereum accounts come first, and those of secp256k1 last. */
  tipset(
    blocks: readonly (readonly Message[])[],
    { after = 1, baseFee = BASE_FEE }: TipsetSettings = {},
  ): void {
    this.#offset += after;
    this.tipsets.push({
      epoch_offset: this.#offset,
      basefee: baseFee,
      blocks: blocks.map((messages, i) => ({
        miner_addr: formatAddress(this.miner(i).address),
        win_count: 1,
        messages: messages.map((message) => Buffer.from(encodeMessage(message)).toString("base64")),
      })),
    });
  }

  /** Epoch of the next tipset, counted from the first one's parent. */
  get nextOffset(): number {
    return this.#offset + 1;
  }
}

/** Ethereum addresses of people and contracts. */
export function ethOf(...actors: readonly { readonly eth: EthAddress }[]): EthAddress[] {
  return actors.map(({ eth }) => eth);
}

function unknown(name: string): never {
  throw new BenchError(`there is no ${name}`);
}
