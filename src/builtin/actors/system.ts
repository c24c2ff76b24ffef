import { block, list, tuple } from "../schema/schema.js";
import { type ActorSpec, type ByVersion, method, none } from "./spec.js";

/** Source: builtin-actors actors/system. */
export const system: ByVersion<ActorSpec> = {
  8: {
    methods: { 1: method("Constructor", none) },
    state: tuple({ builtin_actors: block(list(tuple({ name: "text", code: "cid" }))) }),
  },
};
