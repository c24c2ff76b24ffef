import { amt, embedded, type Fields, hamt, list, option, tuple } from "../schema/schema.js";
import { cronEventPayload, filterEstimate, postProof, sealProof } from "./common.js";
import { type ActorSpec, type ByVersion, exported, exportedToo, method, none, without } from "./spec.js";

/** Bits per level of the cron queue. */
const CRON_QUEUE_BIT_WIDTH = 6;

const claim = tuple({
  window_post_proof_type: postProof,
  raw_byte_power: "integer",
  quality_adj_power: "integer",
});
const cronEvent = tuple({ miner_addr: "address", callback_payload: embedded(cronEventPayload) });
const sealVerifyInfo = tuple({
  registered_proof: sealProof,
  sector_id: tuple({ miner: "actor", number: "u64" }),
  deal_ids: list("u64"),
  randomness: "bytes",
  interactive_randomness: "bytes",
  proof: "bytes",
  sealed_cid: "cid",
  unsealed_cid: "cid",
});

const totals: Fields = {
  total_raw_byte_power: "integer",
  total_bytes_committed: "integer",
  total_quality_adj_power: "integer",
  total_qa_bytes_committed: "integer",
  total_pledge_collateral: "attoFil",
  this_epoch_raw_byte_power: "integer",
  this_epoch_quality_adj_power: "integer",
  this_epoch_pledge_collateral: "attoFil",
  this_epoch_qa_power_smoothed: filterEstimate,
  miner_count: "i64",
  miner_above_min_power_count: "i64",
};
/** FIP-0081 */
const ramp: Fields = { ramp_start_epoch: "epoch", ramp_duration_epochs: "u64" };
const queues: Fields = {
  cron_event_queue: hamt("i64", amt(cronEvent), CRON_QUEUE_BIT_WIDTH),
  first_cron_epoch: "epoch",
  claims: hamt("address", claim),
  proof_validation_batch: option(hamt("address", amt(sealVerifyInfo))),
};
const state8 = tuple({ ...totals, ...queues });
const state15 = tuple({ ...totals, ...ramp, ...queues });

const createParams = tuple({
  owner: "address",
  worker: "address",
  window_post_proof_type: postProof,
  peer: "bytes",
  multiaddrs: list("bytes"),
});
const createReturn = tuple({ id_address: "address", robust_address: "address" });
const total: Fields = {
  raw_byte_power: "integer",
  quality_adj_power: "integer",
  pledge_collateral: "attoFil",
  quality_adj_power_smoothed: filterEstimate,
};
const powers = tuple({ raw_byte_power: "integer", quality_adj_power: "integer" });

const v8 = {
  1: method("Constructor", none),
  2: method("CreateMiner", createParams, createReturn),
  3: method("UpdateClaimedPower", tuple({ raw_byte_delta: "integer", quality_adjusted_delta: "integer" })),
  4: method("EnrollCronEvent", tuple({ event_epoch: "epoch", payload: embedded(cronEventPayload) })),
  5: method("OnEpochTickEnd", none),
  6: method("UpdatePledgeTotal", "attoFil"),
  8: method("SubmitPoRepForBulkVerify", sealVerifyInfo),
  9: method("CurrentTotalPower", none, tuple(total)),
};
const v10 = {
  ...v8,
  ...exportedToo(v8, 2),
  ...exported(
    method("NetworkRawPower", none, "integer"),
    method("MinerRawPower", "actor", tuple({ raw_byte_power: "integer", meets_consensus_minimum: "bool" })),
    method("MinerCount", none, "i64"),
    method("MinerConsensusCount", none, "i64"),
  ),
};
const v14 = without(v10, 8);
const v15 = { ...v14, 9: method("CurrentTotalPower", none, tuple({ ...total, ...ramp })) };
const v16 = { ...v15, ...exported(method("MinerPower", "actor", powers)) };

/** Source: builtin-actors actors/power. */
export const storagePower: ByVersion<ActorSpec> = {
  8: { methods: v8, state: state8 },
  10: { methods: v10, state: state8 },
  14: { methods: v14, state: state8 },
  15: { methods: v15, state: state15 },
  16: { methods: v16, state: state15 },
};
