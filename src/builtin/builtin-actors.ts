import { type Address, addressId } from "../address/address.js";
import type { Cid } from "../encoding/cid.js";
import { CBOR, DAG_CBOR } from "../encoding/codecs.js";
import { ExitCode } from "../message/outcome.js";
import { isFunction, optional } from "../util/check.js";
import { checkOption } from "../util/options.js";
import type { U64 } from "../util/u64.js";
import { networkVersion } from "../vm/network/version.js";
import { type ActorId, SingletonId } from "../vm/state-tree/actor-state.js";
import type { ManifestEntry } from "../vm/state-tree/manifest.js";
import type { ObservedBlock } from "../vm/trace/observation.js";
import type { MessageTrace } from "../vm/trace/trace.js";
import { type ActorType, isActorType, specOf } from "./actors/index.js";
import type { Method } from "./actors/spec.js";
import {
  checkBuiltins,
  checkedBlock,
  checkedData,
  checkedLimits,
  checkedMethod,
  checkType,
} from "./checked.js";
import { EVM_REVERTED } from "./exit-codes.js";
import { methodName, methodOf } from "./methods.js";
import { type Decoded, decodeAs } from "./schema/decode.js";
import type { Callees } from "./schema/decoder.js";
import type { Schema } from "./schema/schema.js";
import type { DecodeLimits } from "./values/limits.js";

/** Types of the actors that have an ID of their own. */
const SINGLETONS: ReadonlyMap<ActorId, ActorType> = new Map<ActorId, ActorType>([
  [SingletonId.System, "system"],
  [SingletonId.Init, "init"],
  [SingletonId.Reward, "reward"],
  [SingletonId.Cron, "cron"],
  [SingletonId.Power, "storagepower"],
  [SingletonId.Market, "storagemarket"],
  [SingletonId.VerifiedRegistry, "verifiedregistry"],
  [SingletonId.DataCap, "datacap"],
  [SingletonId.Eam, "eam"],
]);

/** Codes of the types that are known, both ways. */
interface BuiltinCodes {
  readonly types: ReadonlyMap<Cid, ActorType>;
  readonly codes: ReadonlyMap<ActorType, Cid>;
}

/** Codes of lists that cannot change: states that are read one after the other have the same manifest. */
const knownCodes = new WeakMap<readonly ManifestEntry[], BuiltinCodes>();

/** Throws `FvmError` INVALID_OPTION. */
function builtinCodes(builtins: readonly ManifestEntry[]): BuiltinCodes {
  const known = knownCodes.get(builtins);
  if (known !== undefined) return known;
  checkBuiltins(builtins);
  const types = new Map<Cid, ActorType>();
  const codes = new Map<ActorType, Cid>();
  for (const [name, code] of builtins) {
    if (!isActorType(name)) continue;
    types.set(code, name);
    codes.set(name, code);
  }
  if (Object.isFrozen(builtins) && builtins.every(Object.isFrozen))
    knownCodes.set(builtins, { types, codes });
  return { types, codes };
}

/** More that is known of a state. */
export interface BuiltinActorsOptions {
  /** The code of an address's actor, which tells what a call within a message is (a multisig's proposal, for instance). */
  readonly codeOf?: (address: Address) => Cid | undefined;
  /** Names of exported methods that contracts have, by number. */
  readonly methodNames?: ReadonlyMap<number, string>;
}

/**
 * The builtin actors of a state: names of their methods, and layouts of what these take and return and of what the
 * actors keep. Types are named as manifests name them, and fields as the actors' source does.
 *
 * Codes that are not theirs are actors that somebody deployed.
 */
export class BuiltinActors {
  /** Version of the actors, such as 18. */
  readonly version: number;
  private readonly types: ReadonlyMap<Cid, ActorType>;
  private readonly codes: ReadonlyMap<ActorType, Cid>;
  private readonly callees: Callees;
  private readonly methodNames: ReadonlyMap<number, string> | undefined;

  /**
   * @param builtins names and codes, as a trace has them, or a machine (`machine.context.manifest.entries`)
   * @param network a network version, which says the version of the actors
   * @throws FvmError UNKNOWN_NETWORK_VERSION, INVALID_OPTION; the latter also by its methods
   */
  constructor(
    builtins: readonly ManifestEntry[],
    network: number,
    { codeOf, methodNames }: BuiltinActorsOptions = {},
  ) {
    const { types, codes } = builtinCodes(builtins);
    this.methodNames = methodNames;
    this.types = types;
    this.codes = codes;
    checkOption("codeOf", codeOf, optional(isFunction));
    this.version = networkVersion(network, { experimental: true }).actorsVersion;
    const typeAt = (address: Address): ActorType | undefined => {
      const code = codeOf?.(address);
      if (code !== undefined) return this.typeOf(code);
      const id = addressId(address);
      return id === undefined ? undefined : SINGLETONS.get(id);
    };
    const schemaOf = (type: ActorType | undefined, method: U64) =>
      type && methodOf(type, this.version, method)?.params;
    this.callees = {
      paramsOf: (to, method) => schemaOf(typeAt(to), method),
      constructorParamsOf: (code) => schemaOf(this.typeOf(code), 1),
      methodNameOf: (to, method) => methodName(typeAt(to), this.version, method),
    };
  }

  /** The builtin actors that a trace's message ran with. */
  static of(
    {
      builtins,
      networkVersion,
      methodNames,
    }: Pick<MessageTrace, "builtins" | "networkVersion" | "methodNames">,
    options?: BuiltinActorsOptions,
  ) {
    return new BuiltinActors(builtins, networkVersion, { ...(methodNames && { methodNames }), ...options });
  }

  /** The type of a code; undefined: it is not builtin. */
  typeOf(code: Cid): ActorType | undefined {
    return this.types.get(code);
  }

  /** The code of a type; undefined: there are no such actors. */
  codeOf(type: ActorType): Cid | undefined {
    return this.codes.get(type);
  }

  /**
   * The name of a method, such as `Propose`; undefined: it has none that is known.
   *
   * @param type of the actor that is called; undefined: no builtin one
   */
  methodName(type: ActorType | undefined, method: U64): string | undefined {
    checkType(type);
    const number = checkedMethod(method);
    return methodName(type, this.version, number) ?? this.methodNames?.get(Number(number));
  }

  /** Parameters of a method. Undefined: none. */
  decodeParams(
    type: ActorType | undefined,
    method: U64,
    params: ObservedBlock | undefined,
    limits?: DecodeLimits,
  ): Decoded | undefined {
    return this.decodeBlock(this.methodOf(type, method)?.params, params, limits);
  }

  /**
   * Return value of a method. Undefined: none.
   *
   * @param exitCode of the call: failures return no more than a contract's revert data
   */
  decodeReturn(
    type: ActorType | undefined,
    method: U64,
    value: ObservedBlock | undefined,
    exitCode: ExitCode = ExitCode.Ok,
    limits?: DecodeLimits,
  ): Decoded | undefined {
    const returns = this.methodOf(type, method)?.returns;
    if (exitCode === ExitCode.Ok) return this.decodeBlock(returns, value, limits);
    return this.decodeBlock(exitCode === EVM_REVERTED ? "bytes" : undefined, value, limits);
  }

  /**
   * The block of an actor's state root. What it refers to are CIDs, of which `of` says what they lead to.
   *
   * @param type undefined: no builtin actor
   */
  decodeState(type: ActorType | undefined, state: Uint8Array, limits?: DecodeLimits): Decoded {
    checkType(type);
    return this.decode(type && specOf(type, this.version)?.state, state, limits);
  }

  /** Data of a layout that another decoded value refers to. */
  decode(schema: Schema | undefined, data: Uint8Array, limits?: DecodeLimits): Decoded {
    return decodeAs(schema, checkedData(data), this.callees, checkedLimits(limits));
  }

  private methodOf(type: ActorType | undefined, method: U64): Method | undefined {
    checkType(type);
    return methodOf(type, this.version, checkedMethod(method));
  }

  private decodeBlock(
    schema: Schema | undefined,
    given: ObservedBlock | undefined,
    limits: DecodeLimits | undefined,
  ): Decoded | undefined {
    const block = checkedBlock(given);
    if (block === undefined || block.data.length === 0) return undefined;
    const { codec, data } = block;
    if (codec === DAG_CBOR || codec === CBOR) return this.decode(schema, data, limits);
    return { form: "bytes", value: { kind: "bytes", value: data.slice() } };
  }
}
