import { option, tuple } from "../schema/schema.js";
import { filterEstimate } from "./common.js";
import { type ActorSpec, type ByVersion, method, none } from "./spec.js";

const state = tuple({
  cumsum_baseline: "integer",
  cumsum_realized: "integer",
  effective_network_time: "epoch",
  effective_baseline_power: "integer",
  this_epoch_reward: "attoFil",
  this_epoch_reward_smoothed: filterEstimate,
  this_epoch_baseline_power: "integer",
  epoch: "epoch",
  total_storage_power_reward: "attoFil",
  simple_total: "attoFil",
  baseline_total: "attoFil",
});
const awardParams = tuple({ miner: "address", penalty: "attoFil", gas_reward: "attoFil", win_count: "i64" });
const thisEpochReturn = tuple({
  this_epoch_reward_smoothed: filterEstimate,
  this_epoch_baseline_power: "integer",
});

/** Source: builtin-actors actors/reward. */
export const reward: ByVersion<ActorSpec> = {
  8: {
    methods: {
      1: method("Constructor", option("integer")),
      2: method("AwardBlockReward", awardParams),
      3: method("ThisEpochReward", none, thisEpochReturn),
      4: method("UpdateNetworkKPI", option("integer")),
    },
    state,
  },
};
