/** Uses of gas: the charges by name, and the groups that people ask for. */

/** Groups of charges, in the order in which people see them. Titles by name. */
export const CATEGORY_TITLES = {
  instructions: "Wasm instructions",
  memory: "Wasm memory",
  calls: "calls and transfers",
  syscalls: "entering syscalls",
  blocks: "blocks (IPLD)",
  actors: "actors' state",
  crypto: "hashes and signatures",
  proofs: "proofs",
  context: "context",
  node: "randomness and tipsets",
  events: "events",
  message: "message and receipt",
  named: "charges that actors name",
} as const;
/** A group of charges. */
export type Category = keyof typeof CATEGORY_TITLES;

/** A charge that the VM makes. */
interface KnownCharge {
  readonly category: Category;
  /** The syscalls that make it; undefined: something else does. */
  readonly syscall?: string;
}

/** Differences between the charges of a message and the gas of its receipt. */
export const Adjustment = {
  /** A receipt has whole gas. */
  Rounding: "(rounding up)",
  /** An end that is fatal by the protocol costs the whole gas limit. */
  Fatal: "(rest of the limit: fatal)",
  /** In network versions 18 to 20, if a call with a gas limit was refused for its depth. Negative. */
  Forgotten: "(not in the receipt)",
  /** Refunds beyond all charges, up to network version 17. */
  Floor: "(refund not paid)",
} as const;
/** A name of what is left. */
export type Adjustment = (typeof Adjustment)[keyof typeof Adjustment];

const message = { category: "message" } as const;
const call = { category: "calls" } as const;
const memory = { category: "memory" } as const;

/** By name. Source: ref-fvm fvm/src/gas/price_list.rs. */
const CHARGES: Readonly<Record<string, KnownCharge>> = {
  wasm_exec: { category: "instructions" },
  wasm_memory_init: memory,
  wasm_memory_grow: memory,
  wasm_table_init: memory,
  OnMethodInvocation: call,
  OnValueTransfer: call,
  OnReturnValue: call,
  OnSyscall: { category: "syscalls" },
  OnBlockOpenBase: { category: "blocks", syscall: "ipld.block_open" },
  OnBlockOpenPerByte: { category: "blocks", syscall: "ipld.block_open" },
  OnBlockOpen: { category: "blocks", syscall: "ipld.block_open" },
  OnScanIpldLinks: { category: "blocks" },
  OnBlockRead: { category: "blocks", syscall: "ipld.block_read" },
  OnBlockStat: { category: "blocks", syscall: "ipld.block_stat" },
  OnBlockCreate: { category: "blocks", syscall: "ipld.block_create" },
  OnBlockLink: { category: "blocks", syscall: "ipld.block_link" },
  OnActorLookup: { category: "actors" },
  OnActorUpdate: { category: "actors" },
  OnCreateActor: { category: "actors" },
  OnDeleteActor: { category: "actors", syscall: "self.self_destruct" },
  OnResolveAddress: { category: "actors", syscall: "actor.resolve_address" },
  OnActorGetRoot: { category: "actors", syscall: "self.root" },
  OnActorSetRoot: { category: "actors", syscall: "self.set_root" },
  OnLookupAddress: { category: "actors", syscall: "actor.lookup_delegated_address" },
  OnGetActorCodeCid: { category: "actors", syscall: "actor.get_actor_code_cid" },
  OnSelfBalance: { category: "actors", syscall: "self.current_balance" },
  OnBalanceOf: { category: "actors", syscall: "actor.balance_of" },
  OnHashing: { category: "crypto", syscall: "crypto.hash" },
  OnVerifySignature: { category: "crypto", syscall: "crypto.verify_signature" },
  OnVerifyBlsAggregateSignature: { category: "crypto", syscall: "crypto.verify_bls_aggregate" },
  OnRecoverSecpPublicKey: { category: "crypto", syscall: "crypto.recover_secp_public_key" },
  OnComputeUnsealedSectorCid: { category: "proofs", syscall: "crypto.compute_unsealed_sector_cid" },
  OnVerifySeal: { category: "proofs", syscall: "crypto.batch_verify_seals" },
  OnVerifyAggregateSeals: { category: "proofs", syscall: "crypto.verify_aggregate_seals" },
  OnVerifyReplicaUpdate: { category: "proofs", syscall: "crypto.verify_replica_update" },
  OnVerifyPost: { category: "proofs", syscall: "crypto.verify_post" },
  OnVerifyConsensusFault: { category: "proofs", syscall: "crypto.verify_consensus_fault" },
  OnGetBuiltinActorType: { category: "context", syscall: "actor.get_builtin_actor_type" },
  OnGetCodeCidForType: { category: "context", syscall: "actor.get_code_cid_for_type" },
  OnNetworkContext: { category: "context", syscall: "network.context" },
  OnMessageContext: { category: "context", syscall: "vm.message_context" },
  OnGetRandomness: { category: "node", syscall: "rand.get_*_randomness" },
  OnTipsetCid: { category: "node", syscall: "network.tipset_cid" },
  OnActorEvent: { category: "events", syscall: "event.emit_event" },
  OnActorEventValidate: { category: "events", syscall: "event.emit_event" },
  OnActorEventAccept: { category: "events", syscall: "event.emit_event" },
  OnChainMessage: message,
  none: message,
  OnChainReturnValue: message,
};

/** Charges of a message that come before its first call. */
export const INCLUSION_CHARGES: ReadonlySet<string> = new Set(["OnChainMessage", "none"]);

const ADJUSTMENTS: ReadonlySet<string> = new Set(Object.values(Adjustment));

/** Whether the VM makes charges of this name. */
export function isKnownCharge(name: string): boolean {
  return Object.hasOwn(CHARGES, name);
}

/** The group of a charge of a profile; those that the VM does not make are an actor's own (`gas.charge`). */
export function categoryOf(charge: string): Category {
  if (ADJUSTMENTS.has(charge)) return "message";
  return isKnownCharge(charge) ? (CHARGES[charge] as KnownCharge).category : "named";
}

/** The syscall that makes a charge; undefined: something else does. */
export function syscallOf(charge: string): string | undefined {
  if (isKnownCharge(charge)) return CHARGES[charge]?.syscall;
  return ADJUSTMENTS.has(charge) ? undefined : "gas.charge";
}
