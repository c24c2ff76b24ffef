import { list, tuple } from "../schema/schema.js";
import { type ActorSpec, type ByVersion, method, none } from "./spec.js";

const state = tuple({
  entries: list(tuple({ receiver: "address", method_num: { kind: "method", to: "receiver" } })),
});

/** Source: builtin-actors actors/cron. */
export const cron: ByVersion<ActorSpec> = {
  8: { methods: { 1: method("Constructor", state), 2: method("EpochTick", none) }, state },
};
