/** A network with the builtin actors of mainnet, for contracts. */
import { decode, encode } from "@ipld/dag-cbor";
import { concatBytes } from "@noble/hashes/utils.js";
import { type Address, idAddress } from "../../../src/address/address.js";
import type { Blockstore } from "../../../src/blockstore/blocks.js";
import { type Cid, cidFromBytes } from "../../../src/encoding/cid.js";
import type { Message } from "../../../src/message/message.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import type { Externs } from "../../../src/vm/externs/externs.js";
import { type ExecuteOptions, Machine } from "../../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../../src/vm/machine/options.js";
import { ethKey, secpKey } from "../keys.js";
import { realGenesis } from "../real-actors.js";
import { toHex } from "./abi.js";
import { DeployedContract } from "./deployed-contract.js";
import { filecoinAddress, maskedId } from "./eth-address.js";
import { textHash } from "./hash.js";
import { type EvmOutcome, outcomeOf, outcomeText } from "./outcome.js";
import type { Contract } from "./solidity.js";

export interface Account {
  readonly address: Address;
  /** Settings that contracts see. */
  readonly eth: string;
}

/** Fields of the message; it is Eve's unless told otherwise, and pays no fees. */
export interface MessageOptions extends Partial<Omit<Message, "from" | "to">> {
  readonly from?: Account;
  readonly execute?: ExecuteOptions;
}

export const FIL = 10n ** 18n;
export const Method = { CreateExternal: 4, InvokeEvm: 3844450837 } as const;
export const EAM: Address = idAddress(10);
/** First balance of accounts, attoFIL. */
const FUNDS = 1_000_000n * FIL;
const GAS_LIMIT = 10_000_000_000;
export const EPOCH = 1000;

/** A chain that answers with hashes of the questions. */
const externs: Externs = {
  getChainRandomness: (epoch) => textHash(`chain:${epoch}`),
  getBeaconRandomness: (epoch) => textHash(`beacon:${epoch}`),
  getTipsetCid: (epoch) => tipsetCid(Number(epoch)),
  verifyConsensusFault: () => undefined,
};

export function tipsetCid(epoch: number): Cid {
  return cidFromBytes(concatBytes(Uint8Array.of(1, 0x71, 0xa0, 0xe4, 2, 32), textHash(`tipset:${epoch}`)));
}

/** Options that all machines here share. */
export const surroundings = {
  epoch: EPOCH,
  timestamp: 1_700_000_000,
  baseFee: 100n,
  circulatingSupply: 500_000_000n * FIL,
  chainId: 314,
  externs,
} satisfies Partial<MachineOptions>;

export class EvmChain {
  readonly #nonces = new Map<Address, number>();

  constructor(
    readonly machine: Machine,
    readonly store: Blockstore,
    /** f1 */
    readonly alice: Account,
    /** f410; a placeholder until she sends something. */
    readonly eve: Account,
    /** f410 */
    readonly dave: Account,
  ) {}

  static async create(version: number): Promise<EvmChain> {
    const { genesis, store } = realGenesis(version);
    const alice = secpAccount(1, (address) => genesis.addAccount(address, FUNDS));
    const [eve, dave] = [ethAccount(2), ethAccount(3)];
    for (const { address } of [eve, dave]) genesis.addAccount(address, FUNDS);
    const stateRoot = await genesis.write();
    const options = { ...surroundings, network: version, stateRoot, blockstore: store };
    return new EvmChain(await Machine.create(options), store, alice, eve, dave);
  }

  get version(): number {
    return this.machine.network.version;
  }

  /** Has the Ethereum address manager create a contract. */
  async create(initcode: Uint8Array, options: MessageOptions = {}): Promise<EvmOutcome> {
    const fields = { method: Method.CreateExternal, params: encode(initcode) };
    return outcomeOf(await this.send(EAM, { ...fields, ...options }));
  }

  /** @param constructorArgs encoded */
  async deploy(
    { initcode }: Contract,
    constructorArgs: Uint8Array = new Uint8Array(),
    options: MessageOptions = {},
  ): Promise<DeployedContract> {
    const { apply } = await this.create(concatBytes(initcode, constructorArgs), options);
    if (apply.receipt.exitCode !== 0) throw new Error(`creation failed: ${outcomeText(apply)}`);
    const [id, , eth] = decode<[number, Uint8Array, Uint8Array]>(apply.receipt.returnData);
    return new DeployedContract(this, toHex(eth), id);
  }

  /** A contract that is there already. */
  contractAt(eth: string): DeployedContract {
    return new DeployedContract(this, eth);
  }

  /** Sends `input` to a contract, by InvokeEVM. */
  async invoke(eth: string, input: Uint8Array, options: MessageOptions = {}): Promise<EvmOutcome> {
    const fields = { method: Method.InvokeEvm, params: input.length === 0 ? input : encode(input) };
    return outcomeOf(await this.send(filecoinAddress(eth), { ...fields, ...options }));
  }

  async send(to: Address, options: MessageOptions = {}): Promise<ApplyResult> {
    const { from = this.eve, execute = {}, ...fields } = options;
    const nonce = this.nonce(from);
    const plain = { version: 0, value: 0n, gasLimit: GAS_LIMIT, gasFeeCap: 0n, gasPremium: 0n, method: 0 };
    const message = { ...plain, params: new Uint8Array(), nonce, ...fields, from: from.address, to };
    const result = await this.machine.execute(message, execute);
    const counts = execute.kind !== "implicit" && result.failure?.kind !== "preflight";
    if (counts) this.#nonces.set(from.address, nonce + 1);
    return result;
  }

  /** The nonce of the account's next message. */
  nonce({ address }: Account): number {
    return this.#nonces.get(address) ?? 0;
  }

  /** attoFIL. */
  async balance(address: Address | string): Promise<bigint> {
    const actor = await this.machine.getActor(
      address.startsWith("0x") ? filecoinAddress(address) : (address as Address),
    );
    return actor?.balance ?? 0n;
  }

  /** Flushes the state, and goes on with another machine. */
  async continued(): Promise<EvmChain> {
    const stateRoot = await this.machine.flush();
    const options = { ...surroundings, network: this.version, stateRoot, blockstore: this.store };
    const next = new EvmChain(await Machine.create(options), this.store, this.alice, this.eve, this.dave);
    for (const [address, nonce] of this.#nonces) next.#nonces.set(address, nonce);
    return next;
  }

  close(): void {
    this.machine.close();
  }
}

/** An Ethereum key's account. */
export function ethAccount(number: number): Account {
  const eth = toHex(ethKey(number).address.subarray(2));
  return { address: filecoinAddress(eth), eth };
}

function secpAccount(number: number, register: (address: Address) => number): Account {
  const address = Buffer.from(secpKey(number).address).toString("latin1") as Address;
  return { address, eth: maskedId(register(address)) };
}
