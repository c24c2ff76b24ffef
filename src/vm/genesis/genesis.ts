import {
  ADDRESS_PROTOCOL,
  type Address,
  addressBytes,
  addressProtocol,
  checkAddress,
  idAddress,
} from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { Blocks, type Blockstore } from "../../blockstore/blocks.js";
import { type Cid, checkCid } from "../../encoding/cid.js";
import { DAG_CBOR, RAW } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { CborWriter } from "../../ipld/cbor.js";
import { Hamt } from "../../ipld/hamt.js";
import { fitsToken } from "../../message/token.js";
import { native } from "../../native/index.js";
import { asBytes } from "../../util/bytes.js";
import {
  anything,
  isBytes,
  isObject,
  isText,
  optional,
  shown,
  within,
  withMethods,
} from "../../util/check.js";
import { kindOf } from "../../util/kind-of.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import { isNetwork, type NetworkVersion, networkVersion } from "../network/version.js";
import { actorCodec } from "../state-tree/actor-codec.js";
import {
  type ActorId,
  type ActorState,
  EMPTY_ARRAY_BLOCK,
  emptyActor,
  SingletonId,
} from "../state-tree/actor-state.js";
import { idCodec } from "../state-tree/init-actor.js";

/** Options of `Genesis`. */
export interface GenesisOptions {
  /** The network version, or its number. */
  readonly network: NetworkVersion | number;
  /** Name in the state of the init actor. */
  readonly networkName: string;
  /**
   * Wasm of the builtin actors by name. The order gives the actor types. `system`, `init` and `account` must be
   * there. Code that never runs may be an empty module: plain transfers run none, tipsets that of `reward` and `cron`.
   */
  readonly builtins: Readonly<Record<string, Uint8Array>>;
}

/** An actor of the first state. */
export interface GenesisActor {
  /** CID of its Wasm, from `codeOf` or `addCode`. */
  readonly code: Cid;
  /** A DAG-CBOR block. Default: the empty array. */
  readonly state?: Uint8Array;
  /** attoFIL. Default 0. */
  readonly balance?: bigint;
  /** Besides the ID address. An f4 address is also the actor's own. */
  readonly address?: Address;
  /** Below 100, which it takes instead of the next one: of an actor of which there is one, such as the reserve. */
  readonly id?: number;
}

/** First ID that is not reserved for singletons. */
const FIRST_ID = 100;

const isStore = withMethods("get", "putMany");

const CHECKS: Checks<GenesisOptions> = {
  network: isNetwork,
  networkName: isText,
  builtins: isObject,
};

const ACTOR_CHECKS: Checks<GenesisActor> = {
  code: anything,
  state: optional(isBytes),
  balance: anything,
  address: anything,
  id: optional(within(0, FIRST_ID - 1)),
};

/** Builtin actors with an ID of their own and no state worth mentioning. */
const plainSingletons: readonly [name: string, id: ActorId][] = [
  ["reward", SingletonId.Reward],
  ["cron", SingletonId.Cron],
  ["eam", SingletonId.Eam],
];

/** Makes the first state of a network of one's own: system and init actor, accounts, contracts. */
export class Genesis {
  private readonly options: GenesisOptions;
  private readonly network: NetworkVersion;
  private readonly blocks: Blocks;
  private readonly actors: Hamt<ActorState>;
  private readonly addresses: Hamt<ActorId>;
  private readonly codes: ReadonlyMap<string, Cid>;
  private readonly treeVersion: number;
  private id = FIRST_ID;

  /**
   * @param blockstore takes the state and the code
   * @throws FvmError INVALID_OPTION, UNKNOWN_NETWORK_VERSION
   */
  constructor(blockstore: Blockstore, options: GenesisOptions) {
    checkOption("blockstore", blockstore, isStore);
    this.options = checkedOptions(options, CHECKS);
    const { network, builtins } = this.options;
    this.network = typeof network === "number" ? networkVersion(network) : network;
    this.treeVersion = Math.max(...this.network.rules.state.treeVersions);
    this.blocks = new Blocks(native.blocks(), blockstore);
    this.actors = Hamt.empty(this.blocks, actorCodec(this.treeVersion));
    this.addresses = Hamt.empty(this.blocks, idCodec);
    this.codes = new Map(Object.entries(builtins).map(([name, wasm]) => [name, this.addCode(wasm)]));
    for (const [name, id] of plainSingletons)
      if (this.codes.has(name)) this.put(id, { code: this.codeOf(name) });
    this.putAccount(SingletonId.BurntFunds, idAddress(SingletonId.BurntFunds), 0n);
  }

  /** The ID that the next actor gets. */
  get nextId(): number {
    return this.id;
  }

  /** Code of a builtin actor. Throws `FvmError` INVALID_MANIFEST if there is none of this name. */
  codeOf(name: string): Cid {
    const code = this.codes.get(name);
    if (code === undefined) throw new FvmError("INVALID_MANIFEST", { reason: `no actor ${name}` });
    return code;
  }

  /** Stores Wasm that is not builtin, and returns its CID. Throws `FvmError` INVALID_OPTION. */
  addCode(wasm: Uint8Array): Cid {
    return this.blocks.put(RAW, bytesOf("wasm", wasm));
  }

  /**
   * Adds the account of a key address, and returns its ID. An f4 address, which has no account yet, gets a
   * placeholder. Throws `FvmError` INVALID_ADDRESS or INVALID_OPTION.
   */
  addAccount(address: Address, attoFil: bigint): number {
    checkAddress(address);
    checkAmount("attoFil", attoFil);
    const protocol = addressProtocol(address);
    if (protocol === ADDRESS_PROTOCOL.DELEGATED) {
      return this.addActor({ code: this.codeOf("placeholder"), balance: attoFil, address });
    }
    if (protocol !== ADDRESS_PROTOCOL.SECP256K1 && protocol !== ADDRESS_PROTOCOL.BLS) {
      throw new FvmError("INVALID_ADDRESS", {
        address: formatAddress(address),
        reason: "not the address of a key",
      });
    }
    this.checkFree(address);
    this.putAccount(this.id, address, attoFil);
    this.addresses.set(address, this.id);
    return this.id++;
  }

  /** Adds an actor, and returns its ID. Throws `FvmError` INVALID_CID, INVALID_ADDRESS or INVALID_OPTION. */
  addActor(actor: GenesisActor): number {
    const { code, state, balance = 0n, address, id } = checkedOptions(actor, ACTOR_CHECKS);
    checkCid(code);
    checkAmount("balance", balance);
    if (address !== undefined) {
      checkAddress(address);
      this.checkFree(address);
    }
    const place = id ?? this.id++;
    this.put(place, { code, balance, ...(state && { state }), ...(address && { address }) });
    if (address !== undefined) this.addresses.set(address, place);
    return place;
  }

  private checkFree(address: Address): void {
    if (addressProtocol(address) !== ADDRESS_PROTOCOL.ID && this.addresses.get(address) === undefined) return;
    throw new FvmError("INVALID_ADDRESS", {
      address: formatAddress(address),
      reason: "it has an actor already",
    });
  }

  /** Writes everything to the blockstore. Returns the state root. Throws `HostFault` BLOCKSTORE_FAILED. */
  async write(): Promise<Cid> {
    this.put(SingletonId.System, { code: this.codeOf("system"), state: this.systemState() });
    this.put(SingletonId.Init, { code: this.codeOf("init"), state: this.initState() });
    const info = this.putCbor((writer) => writer.array(0));
    const root = this.putCbor((writer) =>
      writer.array(3).u64(this.treeVersion).cid(this.actors.flush()).cid(info),
    );
    await this.blocks.flushAll();
    return root;
  }

  /** The list of builtin actors. */
  private manifestData(): Cid {
    return this.putCbor((writer) => {
      writer.array(this.codes.size);
      for (const [name, code] of this.codes) writer.array(2).text(name).cid(code);
    });
  }

  private systemState(): Uint8Array {
    return new CborWriter().array(1).cid(this.manifestData()).finish();
  }

  private initState(): Uint8Array {
    const { networkName } = this.options;
    return new CborWriter().array(3).cid(this.addresses.flush()).u64(this.id).text(networkName).finish();
  }

  private putAccount(id: ActorId, address: Address, balance: bigint): void {
    const state = new CborWriter().array(1).bytes(addressBytes(address)).finish();
    this.put(id, { code: this.codeOf("account"), state, balance });
  }

  private put(id: ActorId, { code, state, balance = 0n, address }: GenesisActor): void {
    const isDelegated = address !== undefined && addressProtocol(address) === ADDRESS_PROTOCOL.DELEGATED;
    const actor = emptyActor(code, isDelegated ? address : undefined);
    const root = this.blocks.put(DAG_CBOR, state === undefined ? EMPTY_ARRAY_BLOCK : bytesOf("state", state));
    this.actors.set(idAddress(id), { ...actor, balance, state: root });
  }

  private putCbor(write: (writer: CborWriter) => void): Cid {
    const writer = new CborWriter();
    write(writer);
    return this.blocks.put(DAG_CBOR, writer.finish());
  }
}

function bytesOf(option: string, value: unknown): Uint8Array {
  const bytes = asBytes(value);
  if (bytes !== undefined) return bytes;
  throw new FvmError("INVALID_OPTION", { option, reason: `${kindOf(value)} instead of bytes` });
}

function checkAmount(option: string, value: bigint): void {
  if (typeof value === "bigint" && value >= 0n && fitsToken(value)) return;
  throw new FvmError("INVALID_OPTION", { option, reason: `${shown(value)} is no amount of attoFIL` });
}
