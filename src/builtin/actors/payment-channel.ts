import { amt, list, option, tuple } from "../schema/schema.js";
import { type ActorSpec, type ByVersion, method, none } from "./spec.js";

const state = tuple({
  from: "address",
  to: "address",
  to_send: "attoFil",
  settling_at: "epoch",
  min_settle_height: "epoch",
  lane_states: amt(tuple({ redeemed: "attoFil", nonce: "u64" })),
});

/** Voucher that the payer signs. */
const voucher = tuple({
  channel_addr: "address",
  time_lock_min: "epoch",
  time_lock_max: "epoch",
  secret_pre_image: "bytes",
  extra: option(
    tuple({
      actor: "address",
      method: { kind: "method", to: "actor" },
      data: { kind: "callParams", to: "actor", method: "method" },
    }),
  ),
  lane: "u64",
  nonce: "u64",
  amount: "attoFil",
  min_settle_height: "epoch",
  merges: list(tuple({ lane: "u64", nonce: "u64" })),
  signature: option("signature"),
});

/** Source: builtin-actors actors/paych. */
export const paymentChannel: ByVersion<ActorSpec> = {
  8: {
    methods: {
      1: method("Constructor", tuple({ from: "address", to: "address" })),
      2: method("UpdateChannelState", tuple({ sv: voucher, secret: "bytes" })),
      3: method("Settle", none),
      4: method("Collect", none),
    },
    state,
  },
};
