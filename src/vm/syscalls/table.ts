/**
 * The syscalls: what an actor may import, how C++ reads the parameters, who answers.
 * Sources: sdk/src/sys/*.rs for signatures, fvm/src/syscalls/*.rs for checks.
 *
 * A Wasm function has the result's out-pointer first (if the result has a size), then the parameters,
 * and returns an error number. Pointers of host syscalls are checked before anything is charged, and a
 * bad one is error 1; the order among them is therefore free.
 */

import { FvmError } from "../../errors.js";
import type { NativeSyscall, ParamKind, ResultKind } from "../../native/addon.js";
import { ANSWER_BUFFER, CUSTOM_PARAMS, type CustomSyscall } from "./custom.js";

export interface Syscall extends NativeSyscall {
  /** Which handler answers, on the host lane and where what is lent does not suffice. Differs from the name where versions differ. */
  readonly handler?: HandlerName;
  /** Who answers instead, of a network that was derived with syscalls of its own. */
  readonly custom?: CustomSyscall;
}

/** Sizes of packed structures, bytes. */
const TOKEN = 16;
const BLOCK_OPENED = 16;
const BLOCK_STAT = 12;
const SENT = 20;
const FAULT = 20;
const RANDOMNESS = 32;
const SECP_KEY = 65;
const INVOCATION_CONTEXT = 52;
const MESSAGE_CONTEXT = 80;
const NETWORK_CONTEXT = 44;

/** Answered in C++: parameters say no more than their Wasm types. */
function native(name: string, params: readonly ("u32" | "u64" | "ptr")[], result: ResultKind): Syscall {
  return { ...split(name), params, result, lane: "native" };
}

function host<H extends string>(handler: H, params: readonly ParamKind[], result: ResultKind) {
  return { ...split(handler), params, result, lane: "host", handler } as const;
}

/** Answered in C++ from what JavaScript lends, by the handler where that does not suffice: twins. */
function lent<H extends string>(handler: H, params: readonly ParamKind[], result: ResultKind) {
  return { ...host(handler, params, result), lane: "lent" } as const;
}

/** `module.name` or `module.name[variant]`. */
function split(handler: string): { module: string; name: string } {
  const [module = "", name = ""] = handler.replace(/\[.*/, "").split(".");
  return { module, name };
}

const nativeInAll = [
  native("ipld.block_open", ["ptr"], BLOCK_OPENED),
  native("ipld.block_create", ["u64", "ptr", "u32"], "u32"),
  native("ipld.block_read", ["u32", "u32", "ptr", "u32"], "u32"),
  native("ipld.block_stat", ["u32"], BLOCK_STAT),
  native("ipld.block_link", ["u32", "u64", "u32", "ptr", "u32"], "u32"),
  native("crypto.recover_secp_public_key", ["ptr", "ptr"], SECP_KEY),
  native("crypto.hash", ["u64", "ptr", "u32", "ptr", "u32"], "u32"),
  native("gas.charge", ["ptr", "u32", "u64"], "none"),
  native("actor.get_builtin_actor_type", ["ptr"], "u32"),
] as const;

const hostInAll = [
  lent("network.total_fil_circ_supply", [], TOKEN),
  { ...lent("self.root", ["out"], "cid"), marksReachable: true },
  lent("self.set_root", ["cid"], "none"),
  lent("self.current_balance", [], TOKEN),
  host("actor.resolve_address", ["in"], "u64"),
  lent("actor.get_actor_code_cid", ["u64", "out"], "cid"),
  host("actor.get_code_cid_for_type", ["u32", "out"], "cid"),
  host("crypto.compute_unsealed_sector_cid", ["u64", "in", "out"], "cid"),
  host("crypto.verify_post", ["in"], "u32"),
  host("crypto.verify_consensus_fault", ["in", "in", "in"], FAULT),
  host("crypto.verify_aggregate_seals", ["in"], "u32"),
  host("crypto.verify_replica_update", ["in"], "u32"),
  host("crypto.batch_verify_seals", ["in", "tail"], "none"),
] as const;

const debugOff = [
  native("debug.enabled", [], "u32"),
  native("debug.log", ["ptr", "u32"], "none"),
  native("debug.store_artifact", ["ptr", "u32", "ptr", "u32"], "none"),
] as const;

const debugOn = [
  host("debug.enabled", [], "u32"),
  host("debug.log", ["in"], "none"),
  host("debug.store_artifact", ["in", "in"], "none"),
] as const;

/** Network versions 16 and 17. */
const skyr = [
  native("vm.abort", ["u32", "ptr", "u32"], "none"),
  native("vm.context", [], INVOCATION_CONTEXT),
  native("network.base_fee", [], TOKEN),
  host("self.self_destruct[beneficiary]", ["in"], "none"),
  host("actor.new_actor_address", ["out"], "address"),
  host("actor.create_actor[builtin]", ["u64", "cid"], "none"),
  host("crypto.verify_signature", ["u32", "in", "in", "in"], "u32"),
  host("crypto.verify_seal", ["in"], "u32"),
  host("rand.get_chain_randomness[drawn]", ["u64", "u64", "in"], RANDOMNESS),
  host("rand.get_beacon_randomness[drawn]", ["u64", "u64", "in"], RANDOMNESS),
  host("send.send", ["in", "u64", "u32", "u64", "u64"], SENT),
] as const;

/** From network version 18 on: contexts in one call each, exits with data, limited and read-only sends. */
const sinceHygge = [
  native("vm.exit", ["u32", "u32", "ptr", "u32"], "none"),
  native("vm.message_context", [], MESSAGE_CONTEXT),
  native("network.context", [], NETWORK_CONTEXT),
  native("gas.available", [], "u64"),
  native("crypto.verify_signature", ["u32", "ptr", "u32", "ptr", "u32", "ptr", "u32"], "u32"),
  host("network.tipset_cid", ["u64", "out"], "cid"),
  lent("actor.lookup_delegated_address", ["u64", "out"], "address"),
  host("actor.balance_of", ["u64"], TOKEN),
  host("actor.next_actor_address", ["out"], "address"),
  host("actor.create_actor", ["u64", "cid", "inOptional"], "none"),
  host("send.send[limited]", ["in", "u64", "u32", "u64", "u64", "u64", "u64"], SENT),
] as const;

/** Network versions 18 to 20. */
const hygge = [
  host("self.self_destruct[beneficiary]", ["in"], "none"),
  host("event.emit_event[cbor]", ["in"], "none"),
  host("rand.get_chain_randomness[drawn]", ["u64", "u64", "in"], RANDOMNESS),
  host("rand.get_beacon_randomness[drawn]", ["u64", "u64", "in"], RANDOMNESS),
] as const;

/** From network version 21 on: FIP-0072, FIP-0073, FIP-0075, FIP-0079. */
const watermelon = [
  native("crypto.verify_bls_aggregate", ["u32", "ptr", "ptr", "ptr", "ptr"], "u32"),
  host("self.self_destruct", ["u32"], "none"),
  host("event.emit_event", ["in24", "in", "in"], "none"),
  host("rand.get_chain_randomness", ["u64"], RANDOMNESS),
  host("rand.get_beacon_randomness", ["u64"], RANDOMNESS),
] as const;

type HostSyscall = Extract<
  | (typeof hostInAll)[number]
  | (typeof debugOn)[number]
  | (typeof skyr)[number]
  | (typeof sinceHygge)[number]
  | (typeof hygge)[number]
  | (typeof watermelon)[number],
  { lane: "host" | "lent"; handler: string }
>;

/** The keys of the table of handlers. */
export type HandlerName = HostSyscall["handler"];

export interface SyscallTable {
  /** Syscalls that actors may import, in the order of `Word.SYSCALL`. */
  readonly syscalls: readonly Syscall[];
  /** The same on a network that lets actors write debug output. */
  readonly debugging: readonly Syscall[];
}

function table(...parts: readonly (readonly Syscall[])[]): SyscallTable {
  const common = [nativeInAll, hostInAll, ...parts].flat();
  return { syscalls: [...common, ...debugOff], debugging: [...common, ...debugOn] };
}

export const skyrSyscalls = table(skyr);
export const hyggeSyscalls = table(sinceHygge, hygge);
export const watermelonSyscalls = table(sinceHygge, watermelon);

const published: ReadonlySet<string> = new Set(
  [skyrSyscalls, hyggeSyscalls, watermelonSyscalls].flatMap(({ syscalls }) => syscalls.map(fullName)),
);

/**
 * The table with more syscalls. Throws `FvmError` INVALID_OPTION for a name that the table or any published
 * version has.
 */
export function withCustom(
  { syscalls, debugging }: SyscallTable,
  more: readonly CustomSyscall[],
): SyscallTable {
  const taken = new Set(syscalls.map(fullName));
  const added = more.map((custom, index) => {
    const { name } = custom;
    if (published.has(name) || taken.has(name)) {
      throw new FvmError("INVALID_OPTION", { option: `syscalls[${index}].name`, reason: `${name} is taken` });
    }
    taken.add(name);
    return customEntry(custom);
  });
  return { syscalls: [...syscalls, ...added], debugging: [...debugging, ...added] };
}

function customEntry(custom: CustomSyscall): Syscall {
  const params = custom.params.map((kind) => CUSTOM_PARAMS[kind]);
  const shared = { ...split(custom.name), lane: "host", custom } as const;
  return custom.result === "bytes"
    ? { ...shared, params: [...params, ...ANSWER_BUFFER], result: "u32" }
    : { ...shared, params, result: custom.result };
}

function fullName({ module, name }: Syscall): string {
  return `${module}.${name}`;
}
