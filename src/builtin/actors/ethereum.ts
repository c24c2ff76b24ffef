/** Actors of the Ethereum side: contracts, their manager, Ethereum accounts, placeholders. */
import { type Fields, kamt, option, rawBlock, type Schema, tuple } from "../schema/schema.js";
import { type ActorSpec, type ByVersion, exported, method, none } from "./spec.js";

/** Actors that keep nothing. */
const empty = tuple({});

const created = tuple({ actor_id: "actor", robust_address: option("address"), eth_address: "bytes" });

/** The Ethereum address manager. Source: builtin-actors actors/eam. */
export const eam: ByVersion<ActorSpec> = {
  10: {
    methods: {
      1: method("Constructor", none),
      2: method("Create", tuple({ initcode: "bytes", nonce: "u64" }), created),
      3: method("Create2", tuple({ initcode: "bytes", salt: "bytes" }), created),
      4: method("CreateExternal", "bytes", created),
    },
    state: empty,
  },
};

/** Accepts all exported methods. Source: builtin-actors actors/ethaccount. */
export const ethAccount: ByVersion<ActorSpec> = {
  10: { methods: { 1: method("Constructor", none) }, state: empty },
};

/** Runs no code: accepts value only. Source: builtin-actors actors/placeholder. */
export const placeholder: ByVersion<ActorSpec> = { 10: { methods: {}, state: empty } };

/** Message in which something happens: its sender and nonce. */
const lifespan: Fields = { origin: "actor", nonce: "u64" };
const contract: Fields = { bytecode: rawBlock, bytecode_hash: "bytes", contract_state: kamt };
const counters: Fields = { nonce: "u64", tombstone: option(tuple(lifespan)) };
const transient: Schema = tuple({ transient_data_state: kamt, transient_data_lifespan: tuple(lifespan) });
const deployment = tuple({ creator: "bytes", initcode: "bytes" });
const delegateParams = tuple({ code: "cid", input: "bytes", caller: "bytes", value: "attoFil" });

const methods = {
  1: method("Constructor", deployment),
  2: method("Resurrect", deployment),
  3: method("GetBytecode", none, option(rawBlock)),
  4: method("GetBytecodeHash", none, "bytes"),
  5: method("GetStorageAt", tuple({ storage_key: "word" }), "word"),
  6: method("InvokeContractDelegate", delegateParams, "bytes"),
  ...exported(method("InvokeEVM", "bytes", "bytes")),
};

/** A contract, which may have methods of its own from number 1,024 on. Source: builtin-actors actors/evm. */
export const evm: ByVersion<ActorSpec> = {
  10: { methods, state: tuple({ ...contract, ...counters }) },
  16: { methods, state: tuple({ ...contract, transient_data: option(transient), ...counters }) },
};
