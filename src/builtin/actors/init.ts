import { hamt, type Schema, tuple } from "../schema/schema.js";
import { type ActorSpec, type ByVersion, method } from "./spec.js";

const state = tuple({ address_map: hamt("address", "actor"), next_id: "u64", network_name: "text" });
const constructorParams: Schema = { kind: "constructorParams", code: "code_cid" };
const execReturn = tuple({ id_address: "address", robust_address: "address" });
const exec = { code_cid: "cid", constructor_params: constructorParams } as const;

const v8 = {
  1: method("Constructor", tuple({ network_name: "text" })),
  2: method("Exec", tuple(exec), execReturn),
};
const v10 = { ...v8, 3: method("Exec4", tuple({ ...exec, subaddress: "bytes" }), execReturn) };

/** Source: builtin-actors actors/init. */
export const init: ByVersion<ActorSpec> = {
  8: { methods: v8, state },
  10: { methods: v10, state },
};
