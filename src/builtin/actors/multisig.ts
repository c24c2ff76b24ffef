import { embedded, type Fields, hamt, list, type Schema, tuple } from "../schema/schema.js";
import { receiverParams, tokensReceived } from "./common.js";
import { type ActorSpec, type ByVersion, exported, method } from "./spec.js";

const callParams: Schema = { kind: "callParams", to: "to", method: "method" };
const call: Fields = {
  to: "address",
  value: "attoFil",
  method: { kind: "method", to: "to" },
  params: callParams,
};
const state = tuple({
  signers: list("address"),
  num_approvals_threshold: "u64",
  next_tx_id: "i64",
  initial_balance: "attoFil",
  start_epoch: "epoch",
  unlock_duration: "epoch",
  pending_txs: hamt("i64", tuple({ ...call, approved: list("address") })),
});

const constructorParams = tuple({
  signers: list("address"),
  num_approvals_threshold: "u64",
  unlock_duration: "epoch",
  start_epoch: "epoch",
});
const proposal = tuple({ id: "i64", proposal_hash: "bytes" });
const outcome: Fields = { applied: "bool", code: "exitCode", ret: embedded("any") };
const lockParams = tuple({ start_epoch: "epoch", unlock_duration: "epoch", amount: "attoFil" });

const v8 = {
  1: method("Constructor", constructorParams),
  2: method("Propose", tuple(call), tuple({ txn_id: "i64", ...outcome })),
  3: method("Approve", proposal, tuple(outcome)),
  4: method("Cancel", proposal),
  5: method("AddSigner", tuple({ signer: "address", increase: "bool" })),
  6: method("RemoveSigner", tuple({ signer: "address", decrease: "bool" })),
  7: method("SwapSigner", tuple({ from: "address", to: "address" })),
  8: method("ChangeNumApprovalsThreshold", tuple({ new_threshold: "u64" })),
  9: method("LockBalance", lockParams),
};
const v9 = { ...v8, ...exported(method("Receive", receiverParams(tokensReceived("integer", "any")))) };

/** Source: builtin-actors actors/multisig. */
export const multisig: ByVersion<ActorSpec> = {
  8: { methods: v8, state },
  9: { methods: v9, state },
};
