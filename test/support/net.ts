/** A small network for tests: a genesis state with our own actors. */
import { encode } from "@ipld/dag-cbor";
import { blake2b } from "@noble/hashes/blake2.js";
import { CID } from "multiformats/cid";
import { buildActors, type Generation } from "../../actors/build.mjs";
import { type Address, idAddress, parseAddressBytes } from "../../src/address/address.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type Cid, cidBytes, cidFromBytes } from "../../src/encoding/cid.js";
import { latin1Bytes } from "../../src/util/bytes.js";
import type { Externs, GuestEpoch } from "../../src/vm/externs/externs.js";
import { Genesis } from "../../src/vm/genesis/genesis.js";
import { blsKey, ethKey, secpKey } from "./keys.js";

export interface TestNetOptions {
  /** Default 28. */
  readonly version?: number;
  /** Code of further contracts by name. */
  readonly contracts?: Readonly<Record<string, Uint8Array>>;
}

export interface Person {
  readonly name: string;
  /** Byte form. */
  readonly address: Uint8Array;
}

export const FIL = 10n ** 18n;
/** attoFIL that each contract has. */
const CONTRACT_BALANCE = 1000n;
const BUILTINS = ["system", "init", "cron", "account", "reward", "placeholder", "eam", "ethaccount"];
const CONTRACTS = ["token", "caller", "mortal", "emitter", "script"];

/** State and code of a network with our own actors, one instance of each contract. */
export class TestNet {
  readonly alice: Person = { name: "alice", address: secpKey(1).address };
  readonly bob: Person = { name: "bob", address: secpKey(2).address };
  /** BLS. */
  readonly carol: Person = { name: "carol", address: blsKey(3).address };
  /** Ethereum; a placeholder as long as she has not sent anything. */
  readonly eve: Person = { name: "eve", address: ethKey(4).address };
  readonly store = new MemoryBlockstore();
  stateRoot!: Cid;
  /** The ID that the next new actor gets. */
  nextId = 0;
  private readonly ids = new Map<string, number>();
  private readonly codes = new Map<string, Cid>();

  private constructor(readonly version: number) {}

  static async create({ version = 28, contracts = {} }: TestNetOptions = {}): Promise<TestNet> {
    const net = new TestNet(version);
    const actors = await buildActors(generationOf(version));
    const all = { ...pick(actors, CONTRACTS), ...contracts };
    // Before version 18 only the code of builtin actors runs.
    const builtins = { ...pick(actors, BUILTINS), ...(version < 18 ? all : {}) };
    const genesis = new Genesis(net.store, { network: version, networkName: "test", builtins });
    for (const name of Object.keys(builtins)) net.codes.set(name, genesis.codeOf(name));
    for (const { name, address } of net.people)
      net.ids.set(name, genesis.addAccount(addressOf(address), 1000n * FIL));
    for (const [name, wasm] of Object.entries(all)) {
      const code = genesis.addCode(wasm);
      net.codes.set(name, code);
      net.ids.set(name, genesis.addActor({ code, balance: CONTRACT_BALANCE }));
    }
    net.nextId = genesis.nextId;
    net.stateRoot = await genesis.write();
    return net;
  }

  /** People whose addresses the version has: f4 addresses are newer than the oldest ones. */
  get people(): readonly Person[] {
    const people = [this.alice, this.bob, this.carol];
    return this.version < 18 ? people : [...people, this.eve];
  }

  id(name: string): number {
    return known(this.ids.get(name), name);
  }

  /** Byte form of an f0 address. */
  address(actor: string | number): Uint8Array {
    return latin1Bytes(idAddress(typeof actor === "number" ? actor : this.id(actor)));
  }

  /** Binary CID of an actor's code. */
  code(name: string): Uint8Array {
    return cidBytes(known(this.codes.get(name), name));
  }

  /** Number of a builtin actor's type. */
  typeOf(name: string): number {
    return BUILTINS.indexOf(name) + 1;
  }

  /** Parameters of the init actor's Exec. */
  execParams(name: string, constructorParams: Uint8Array): Uint8Array {
    return encode([CID.decode(this.code(name)), constructorParams]);
  }

  /** Parameters of `caller`'s Forward. */
  forwardParams(send: Forwarded): Uint8Array {
    const {
      to,
      method = 0,
      value = 0,
      gasLimit = 2n ** 64n - 1n,
      flags = 0,
      params = new Uint8Array(),
    } = send;
    return encode([to, method, value, gasLimit, flags, params]);
  }

  /** Functions of their arguments alone. */
  readonly externs: Externs = {
    getChainRandomness: (epoch) => this.randomness("chain", epoch),
    getBeaconRandomness: (epoch) => this.randomness("beacon", epoch),
    getTipsetCid: (epoch) => this.tipsetCid(epoch),
    verifyConsensusFault: () => undefined,
  };

  randomness(kind: "chain" | "beacon", epoch: GuestEpoch): Uint8Array {
    return blake2b(Buffer.from(`${kind}:${epoch}`), { dkLen: 32 });
  }

  tipsetCid(epoch: GuestEpoch): Cid {
    const digest = blake2b(Buffer.from(`tipset:${epoch}`), { dkLen: 32 });
    return cidFromBytes(Uint8Array.of(1, 0x71, 0xa0, 0xe4, 2, 32, ...digest));
  }
}

export interface Forwarded {
  readonly to: Uint8Array;
  readonly method?: number;
  readonly value?: number;
  readonly gasLimit?: number | bigint;
  readonly flags?: number;
  readonly params?: Uint8Array;
}

/** The first network version whose actors import the same system calls. */
function generationOf(version: number): Generation {
  return version < 18 ? 16 : version < 21 ? 18 : 21;
}

/** From the byte form. */
export function addressOf(bytes: Uint8Array): Address {
  return parseAddressBytes(bytes, { delegated: true });
}

function pick(
  actors: Readonly<Record<string, Uint8Array>>,
  names: readonly string[],
): Record<string, Uint8Array> {
  return Object.fromEntries(names.flatMap((name) => (actors[name] ? [[name, actors[name]]] : [])));
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the test network has no ${name}`);
  return value;
}
