import { tuple } from "../schema/schema.js";
import { receiverParams, tokensReceived } from "./common.js";
import { type ActorSpec, type ByVersion, exported, method, none } from "./spec.js";

const state = tuple({ address: "address" });
const authenticateParams = tuple({ signature: "bytes", message: "bytes" });

const v8 = { 1: method("Constructor", "address"), 2: method("PubkeyAddress", none, "address") };
const v9 = {
  ...v8,
  3: method("AuthenticateMessage", authenticateParams),
  ...exported(method("Receive", receiverParams(tokensReceived("integer", "any")))),
};
const v10 = { ...v8, ...exported(method("AuthenticateMessage", authenticateParams, "bool")) };

/** From version 10 on accounts accept all other exported methods, too. Source: builtin-actors actors/account. */
export const account: ByVersion<ActorSpec> = {
  8: { methods: v8, state },
  9: { methods: v9, state },
  10: { methods: v10, state },
};
