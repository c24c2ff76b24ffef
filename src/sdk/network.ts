/** A network in memory, to test actors on. */
import { type Address, addressId, idAddress, secp256k1Address } from "../address/address.js";
import { formatAddress } from "../address/text.js";
import { MemoryBlockstore } from "../blockstore/memory-blockstore.js";
import { exitCodeText } from "../builtin/exit-codes.js";

import { FvmError } from "../errors.js";
import { CborReader, CborWriter } from "../ipld/cbor.js";
import type { StampedEvent } from "../message/event.js";
import { networkActorWasm, runtimeCode, runtimeWasm } from "../runtimes/runtime-wasm.js";
import { RUNTIMES, type RuntimeName } from "../runtimes/table.js";
import { latin1 } from "../util/bytes.js";
import { backtraceText } from "../vm/call-manager/backtrace.js";
import type { ApplyResult } from "../vm/executor/apply-result.js";
import { Genesis } from "../vm/genesis/genesis.js";
import { noopActor } from "../vm/genesis/noop-actor.js";
import { Machine } from "../vm/machine/machine.js";
import { NEWEST_VERSION } from "../vm/network/version.js";
import { type BuiltActor, buildActor } from "./build.js";
import { type ActorCall, type ActorClient, actorClient } from "./client.js";
import { noteGas } from "./gas-notes.js";
import { readActorManifest } from "./manifest.js";
import { type ActorValue, encodeValue } from "./values.js";

/** Whoever sends messages. */
export interface ActorAccount {
  /** ID of its actor. */
  readonly id: number;
  /** An f1 address. */
  readonly address: string;
}

/** An actor that was created. */
export interface DeployedActor<C> {
  readonly id: number;
  /** An f0 address, and the f2 address that stays. */
  readonly address: string;
  readonly robustAddress: string;
  /** Its methods, called by the account that created it. */
  readonly client: C;
  /** Its methods, called by another account. */
  as(account: ActorAccount): C;
}

/** Options of `ActorNetwork.deploy`. */
export interface DeployOptions {
  /** Default: the first account. */
  readonly from?: ActorAccount;
  /** attoFIL that the actor begins with. Default 0. */
  readonly value?: bigint;
}

const ACCOUNTS = 10;
/** attoFIL of each account: a million FIL. */
const BALANCE = 10n ** 24n;
const GAS_LIMIT = 10_000_000_000;
const INIT = idAddress(1);
const EXEC = 2;
/** Actors that have to be there, but do nothing. */
const QUIET = ["system", "cron", "account", "reward", "placeholder", "eam", "ethaccount"];

/** A network of one's own in memory, with accounts that have funds, on which actors are created and called. */
export class ActorNetwork {
  readonly #machine: Machine;
  readonly #nonces = new Map<number, number>();
  #events: readonly StampedEvent[] = [];

  private constructor(
    machine: Machine,
    /** Ten, with a million FIL each. */
    readonly accounts: readonly ActorAccount[],
  ) {
    this.#machine = machine;
  }

  /** A new network, of the newest version. Throws `FvmError` RUNTIME_UNUSABLE. */
  static async create(): Promise<ActorNetwork> {
    const blockstore = new MemoryBlockstore();
    const quiet = QUIET.map((name) => [name, named(noopActor(), name)] as const);
    // The order gives the types: init is the second.
    const [system, ...others] = quiet;
    const builtins = Object.fromEntries([
      system as (typeof quiet)[number],
      ["init", networkActorWasm("init")],
      ...others,
    ]);
    const genesis = new Genesis(blockstore, { network: NEWEST_VERSION, networkName: "actors", builtins });
    for (const name of Object.keys(RUNTIMES)) genesis.addCode(runtimeWasm(name as RuntimeName));
    const accounts = Array.from({ length: ACCOUNTS }, (_, at) => {
      const address = secp256k1Address(new Uint8Array(65).fill(at + 1));
      return { id: genesis.addAccount(address, BALANCE), address: formatAddress(address) };
    });
    const stateRoot = await genesis.write();
    const machine = await Machine.create({ network: NEWEST_VERSION, stateRoot, blockstore, epoch: 1 });
    return new ActorNetwork(machine, accounts);
  }

  /** Events of the last message. */
  get events(): readonly StampedEvent[] {
    return this.#events;
  }

  /**
   * Creates an actor.
   *
   * Throws `FvmError` ACTOR_FAILED if its constructor does not succeed, and as `buildActor`.
   *
   * @typeParam C the client's type, from the declarations that `fvm actor build` writes
   * @param actor folder of its `actor.json`, or what `buildActor` has made
   * @param params what its constructor takes; undefined: nothing
   */
  async deploy<C = ActorClient>(
    actor: string | BuiltActor,
    params?: ActorValue,
    { from = this.#first(), value = 0n }: DeployOptions = {},
  ): Promise<DeployedActor<C>> {
    const built = typeof actor === "string" ? await buildActor(readActorManifest(actor)) : actor;
    const takes = built.manifest.methods.get("Constructor")?.params;
    const own = takes === undefined ? new Uint8Array() : encodeValue(takes, params, "Constructor");
    const call = { name: "Constructor", method: EXEC, params: execParams(built, own), value };
    const answer = new CborReader(await this.#send(built, from, INIT, call));
    answer.tuple(2);
    const address = latin1(answer.bytes()) as Address;
    const robust = latin1(answer.bytes()) as Address;
    const as = (account: ActorAccount) =>
      actorClient(built.manifest, (called) => this.#send(built, account, address, called)) as C;
    return {
      id: Number(addressId(address)),
      address: formatAddress(address),
      robustAddress: formatAddress(robust),
      client: as(from),
      as,
    };
  }

  /** attoFIL of an actor. */
  async balance(id: number): Promise<bigint> {
    return (await this.#machine.getActor(idAddress(id)))?.balance ?? 0n;
  }

  /** Frees what the network holds. */
  close(): void {
    this.#machine.close();
  }

  #first(): ActorAccount {
    return this.accounts[0] as ActorAccount;
  }

  async #send(built: BuiltActor, from: ActorAccount, to: Address, call: ActorCall): Promise<Uint8Array> {
    const nonce = this.#nonces.get(from.id) ?? 0;
    const result = await this.#machine.execute({
      version: 0,
      from: idAddress(from.id),
      to,
      nonce,
      value: call.value,
      gasLimit: GAS_LIMIT,
      gasFeeCap: 0n,
      gasPremium: 0n,
      method: call.method,
      params: call.params,
    });
    this.#nonces.set(from.id, nonce + 1);
    this.#events = result.events;
    const { exitCode, gasUsed, returnData } = result.receipt;
    if (exitCode !== 0) throw failure(built, call, result);
    noteGas(call.name, Number(gasUsed));
    return returnData;
  }
}

function failure(built: BuiltActor, { name }: ActorCall, { receipt, failure }: ApplyResult): FvmError {
  const text =
    failure === undefined
      ? ""
      : failure.kind === "preflight"
        ? failure.text
        : backtraceText(failure.backtrace);
  return new FvmError("ACTOR_FAILED", {
    method: name,
    exitCode: receipt.exitCode,
    reason: built.explain(text) || exitCodeText(receipt.exitCode),
  });
}

function execParams({ runtime, constructorParams }: BuiltActor, own: Uint8Array): Uint8Array {
  return new CborWriter().array(2).cid(runtimeCode(runtime)).bytes(constructorParams(own)).finish();
}

/** Wasm with a name in it, so that its CID is its own: a custom section. */
function named(wasm: Uint8Array, name: string): Uint8Array {
  const text = Buffer.from(name);
  return Buffer.concat([wasm, Uint8Array.of(0, text.length + 1, text.length), text]);
}
