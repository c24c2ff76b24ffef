import { type Address, idAddress, parseAddressBytes } from "#src/address/address.js";
import { type EthAddress, ethToFilecoin, filecoinToEth, maskedId } from "#src/builtin/evm/index.js";
import type { Draw } from "#src/chain/devnet/draw.js";
import { addFirstPeople, drawFirstPeople } from "#src/chain/devnet/first-people.js";
import { ROOT_KEY } from "#src/chain/devnet/genesis-state.js";
import { params } from "#src/chain/devnet/params.js";
import type { StateMaker } from "#src/chain/devnet/state-maker.js";
import { Exchange, Token } from "#src/chain/devnet/traffic/evm/bytecode.js";
import { childOf, evmInput } from "#src/chain/devnet/traffic/evm/call.js";
import { CREATE_EXTERNAL, INVOKE_EVM } from "#src/chain/signatures/eth-transaction.js";
import type { SigningKey } from "#src/chain/signatures/keys.js";
import type { SignatureType } from "#src/chain/types/signature.js";
import type { Cid } from "#src/encoding/cid.js";
import { CborReader } from "#src/ipld/cbor.js";
import { METHOD_SEND } from "#src/message/methods.js";
import { hex, noBytes } from "#src/util/bytes.js";
import { type ActorId, SingletonId } from "#src/vm/state-tree/actor-state.js";
import { BenchError } from "../bench-error.js";
import type { Contract } from "./contracts.js";

/** An account that sends messages. */
export interface Person {
  readonly address: Address;
  readonly id: ActorId;
  /** By which contracts know it. */
  readonly eth: EthAddress;
}

/** A contract of the first state. */
export interface Deployed extends Person {
  readonly selectors: Readonly<Record<string, number>>;
}

/** A miner of the first state. */
export interface Miner {
  readonly address: Address;
  readonly owner: Person;
  readonly worker: Person;
}

/** A built-in actor that somebody has made. */
export interface Made {
  /** f0 */
  readonly id: Address;
  /** f2 */
  readonly robust: Address;
}

const FIL = 10n ** 18n;
const EXEC = 2;
const SETTLE = 3;
/** attoFIL: contracts that give away what they have. */
const CONTRACT_BALANCES: Readonly<Record<string, bigint>> = { Purse: 10n * FIL, Mortal: 2n * FIL };
const UNLIMITED = 2n ** 256n - 1n;

/** People, miners and contracts of a state in the making. Throws as `StateMaker.call`, and `BenchError`. */
export class Population {
  readonly people = new Map<string, Person>();
  readonly contracts = new Map<string, Deployed>();

  constructor(
    private readonly maker: StateMaker,
    private readonly key: (type: SignatureType, name: string) => SigningKey,
  ) {}

  /** Miners whose owners and workers have so much, attoFIL. */
  async miners(
    draw: Draw,
    { count, balance, windowPoSt }: { count: number; balance: bigint; windowPoSt: number },
  ): Promise<Miner[]> {
    const first = drawFirstPeople(draw, { miners: count, accountsOfEach: 0, kinds: [] });
    const added = await addFirstPeople(this.maker, first, ROOT_KEY, windowPoSt);
    const miners: Miner[] = [];
    for (const [i, { address }] of added.entries()) {
      const keys = first.miners[i] as (typeof first.miners)[number];
      const owner = await this.pay(keys.owner.address, balance);
      miners.push({ address, owner, worker: await this.pay(keys.worker.address, balance) });
    }
    return miners;
  }

  async person(name: string, type: SignatureType, balance: bigint): Promise<Person> {
    const person = await this.pay(this.key(type, name).address, balance);
    this.people.set(name, person);
    return person;
  }

  /** Each contract has a creator of its own, and therefore always the same address. */
  async deploy(name: string, { initcode, selectors }: Contract): Promise<void> {
    const creator = await this.pay(this.key("secp256k1", `creator of ${name}`).address, FIL);
    const answer = new CborReader(
      await this.maker.call(creator.address, SingletonId.Eam, CREATE_EXTERNAL, params(initcode)),
    );
    answer.tuple(3);
    const id = answer.u64();
    if (!answer.null()) answer.bytes();
    const eth: EthAddress = `0x${hex(answer.bytes())}`;
    this.contracts.set(name, { id, eth, address: ethToFilecoin(eth), selectors });
    const balance = CONTRACT_BALANCES[name] ?? 0n;
    if (balance > 0n) await this.maker.call(ROOT_KEY, ethToFilecoin(eth), METHOD_SEND, noBytes(), balance);
  }

  /** The exchange's two tokens, of which everybody has some, and lets the exchange take them. */
  async market(): Promise<void> {
    const exchange = this.contracts.get("Exchange") ?? unknown("Exchange");
    for (const side of [0, 1]) {
      const address = childOf(exchange.address, side + 1);
      const id = await this.idOf(address);
      const eth = filecoinToEth(address) as EthAddress;
      this.contracts.set(`token ${side}`, { address, id, eth, selectors: Token.selectors });
    }
    const [first] = this.people.values();
    // Otherwise the tokens would have the same storage.
    if (first === undefined) unknown("person");
    const mint = evmInput(Token.selectors["mint(address,uint256)"], first.eth, 1);
    await this.invoke(first.address, childOf(exchange.address, 2), mint);
    const approval = evmInput(Token.selectors["approve(address,uint256)"], exchange.eth, UNLIMITED);
    for (const { address } of this.people.values()) {
      await this.invoke(address, exchange.address, evmInput(Exchange.selectors["enter()"]));
      for (const side of [0, 1]) await this.invoke(address, childOf(exchange.address, side + 1), approval);
    }
  }

  multisig(codeOf: (name: string) => Cid): Promise<Made> {
    const signers = ["secp 1", "bls 1", "bls 2"].map((name) => ({ address: this.named(name) }));
    return this.exec(codeOf("multisig"), params([signers, 2, 0, 0]), this.named("secp 1"));
  }

  async channel(codeOf: (name: string) => Cid): Promise<Made> {
    const [from, to] = [this.named("secp 0"), this.named("bls 0")];
    const made = await this.exec(
      codeOf("paymentchannel"),
      params([{ address: from }, { address: to }]),
      from,
    );
    await this.maker.call(from, made.id, SETTLE, noBytes());
    return made;
  }

  private async exec(code: Cid, terms: Uint8Array, from: Address): Promise<Made> {
    const call = params([{ cid: code }, terms]);
    const answer = new CborReader(await this.maker.call(from, SingletonId.Init, EXEC, call, 5n * FIL));
    answer.tuple(2);
    return { id: parseAddressBytes(answer.bytes()), robust: parseAddressBytes(answer.bytes()) };
  }

  private async pay(address: Address, balance: bigint): Promise<Person> {
    await this.maker.call(ROOT_KEY, address, METHOD_SEND, noBytes(), balance);
    const id = await this.idOf(address);
    return { address, id, eth: filecoinToEth(address) ?? maskedId(id) };
  }

  private async idOf(address: Address): Promise<ActorId> {
    return (await this.maker.idOf(address)) ?? unknown("address");
  }

  private invoke(from: Address, to: Address, input: Uint8Array): Promise<Uint8Array> {
    return this.maker.call(from, to, INVOKE_EVM, params(input));
  }

  private named(name: string): Address {
    return (this.people.get(name) ?? unknown(name)).address;
  }
}

function unknown(name: string): never {
  throw new BenchError(`the first state has no ${name}`);
}

/** The f0 address of an account. */
export function idOf({ id }: Person): Address {
  return idAddress(id);
}
