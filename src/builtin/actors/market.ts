import { amt, type Fields, hamt, type KeyKind, list, option, type Schema, tuple } from "../schema/schema.js";
import { batchReturn, sealProof } from "./common.js";
import { type ActorSpec, type ByVersion, exported, exportedToo, method, none, without } from "./spec.js";

/** Bits per level of the tables of balances. */
const BALANCES_BIT_WIDTH = 6;

const ids = list("u64");
/** Terms that client and provider agree on. */
export const dealProposal: Schema = tuple({
  piece_cid: "cid",
  piece_size: "u64",
  verified_deal: "bool",
  client: "address",
  provider: "address",
  label: "label",
  start_epoch: "epoch",
  end_epoch: "epoch",
  storage_price_per_epoch: "attoFil",
  provider_collateral: "attoFil",
  client_collateral: "attoFil",
});
const lifetime: Fields = { sector_start_epoch: "epoch", last_updated_epoch: "epoch", slash_epoch: "epoch" };
const dealState8 = tuple(lifetime);
const dealState9 = tuple({ ...lifetime, verified_claim: "u64" });
const dealState13 = tuple({ sector_number: "u64", ...lifetime });

/** @param epochKey how the keys of `deal_ops_by_epoch` are written */
function stateFields(dealState: Schema, epochKey: KeyKind): Fields {
  return {
    proposals: amt(dealProposal),
    states: amt(dealState),
    pending_proposals: hamt("cid", none),
    escrow_table: hamt("address", "attoFil", BALANCES_BIT_WIDTH),
    locked_table: hamt("address", "attoFil", BALANCES_BIT_WIDTH),
    next_id: "u64",
    deal_ops_by_epoch: hamt(epochKey, hamt("u64", none)),
    last_cron: "epoch",
    total_client_locked_collateral: "attoFil",
    total_provider_locked_collateral: "attoFil",
    total_client_storage_fee: "attoFil",
  };
}
const allocations: Fields = { pending_deal_allocation_ids: hamt("u64", "u64") };
const sectors: Fields = { provider_sectors: hamt("actor", hamt("u64", ids)) };
const state8 = tuple(stateFields(dealState8, "u64"));
const state9 = tuple({ ...stateFields(dealState9, "u64"), ...allocations });
const state13 = tuple({ ...stateFields(dealState13, "u64"), ...allocations, ...sectors });
const state14 = tuple({ ...stateFields(dealState13, "i64"), ...allocations, ...sectors });

const withdrawParams = tuple({ provider_or_client: "address", amount: "attoFil" });
const publishParams = tuple({
  deals: list(tuple({ proposal: dealProposal, client_signature: "signature" })),
});
const expiringDeals: Fields = { sector_expiry: "epoch", deal_ids: ids };
const sectorDeals9: Fields = { sector_type: sealProof, ...expiringDeals };
const sectorDeals13: Fields = { sector_number: "u64", ...sectorDeals9 };
const sectorsOf = (deals: Fields): Fields => ({ sectors: list(tuple(deals)) });
const claimedPiece = tuple({ client: "actor", allocation_id: "u64", data: "cid", size: "u64" });
const activation9: Fields = { nonverified_deal_space: "integer", verified_infos: list(claimedPiece) };
const batchOf = (activation: Fields): Schema =>
  tuple({
    activation_results: batchReturn,
    activations: list(tuple({ ...activation, unsealed_cid: option("cid") })),
  });
const activateParams = tuple({ deal_ids: ids, sector_expiry: "epoch" });
const commitmentParams = tuple({ inputs: list(tuple({ deal_ids: ids, sector_type: sealProof })) });
const weights = tuple({ deal_space: "u64", deal_weight: "integer", verified_deal_weight: "integer" });
const batchParams = (deals: Fields): Schema => tuple({ ...sectorsOf(deals), compute_cid: "bool" });

/** Parameters and answers of `SectorContentChanged`, with which miners tell of new data. */
const contentParams = list(
  tuple({
    sector: "u64",
    minimum_commitment_epoch: "epoch",
    added: list(tuple({ data: "cid", size: "u64", payload: { kind: "embedded", of: "any" } })),
  }),
);
const contentReturn = list(list("bool"));
const settleReturn = tuple({
  results: batchReturn,
  settlements: list(tuple({ payment: "attoFil", completed: "bool" })),
});

const v8 = {
  1: method("Constructor", none),
  2: method("AddBalance", "address"),
  3: method("WithdrawBalance", withdrawParams, "attoFil"),
  4: method("PublishStorageDeals", publishParams, tuple({ ids, valid_deals: "bitField" })),
  5: method("VerifyDealsForActivation", tuple(sectorsOf(expiringDeals)), tuple({ sectors: list(weights) })),
  6: method("ActivateDeals", activateParams),
  7: method("OnMinerSectorsTerminate", tuple({ epoch: "epoch", deal_ids: ids })),
  8: method("ComputeDataCommitment", commitmentParams, tuple({ commds: list("cid") })),
  9: method("CronTick", none),
};
const v9 = {
  ...v8,
  5: method(
    "VerifyDealsForActivation",
    tuple(sectorsOf(sectorDeals9)),
    tuple({ sectors: list(tuple({ commd: option("cid") })) }),
  ),
  6: method("ActivateDeals", activateParams, tuple(activation9)),
};
const v10 = {
  ...v9,
  ...exportedToo(v9, 2, 3, 4),
  ...exported(
    method("GetBalance", "address", tuple({ balance: "attoFil", locked: "attoFil" })),
    method("GetDealDataCommitment", "u64", tuple({ data: "cid", size: "u64" })),
    method("GetDealClient", "u64", "actor"),
    method("GetDealProvider", "u64", "actor"),
    method("GetDealLabel", "u64", "label"),
    method("GetDealTerm", "u64", tuple({ start: "epoch", duration: "epoch" })),
    method("GetDealTotalPrice", "u64", "attoFil"),
    method("GetDealClientCollateral", "u64", "attoFil"),
    method("GetDealProviderCollateral", "u64", "attoFil"),
    method("GetDealVerified", "u64", "bool"),
    method("GetDealActivation", "u64", tuple({ activated: "epoch", terminated: "epoch" })),
  ),
};
const unsealedCids = tuple({ unsealed_cids: list(option("cid")) });
const v12 = {
  ...without(v10, 8),
  5: method("VerifyDealsForActivation", tuple(sectorsOf(sectorDeals9)), unsealedCids),
  6: method("BatchActivateDeals", batchParams(sectorDeals9), batchOf(activation9)),
};
const v13 = {
  ...v12,
  5: method("VerifyDealsForActivation", tuple(sectorsOf(sectorDeals13)), unsealedCids),
  6: method("BatchActivateDeals", batchParams(sectorDeals13), batchOf({ activated: list(claimedPiece) })),
  7: method("OnMinerSectorsTerminate", tuple({ epoch: "epoch", sectors: "bitField" })),
  ...exported(
    method("GetDealSector", "u64", "u64"),
    method("SettleDealPayments", "bitField", settleReturn),
    method("SectorContentChanged", contentParams, contentReturn),
  ),
};

/** Source: builtin-actors actors/market. */
export const storageMarket: ByVersion<ActorSpec> = {
  8: { methods: v8, state: state8 },
  9: { methods: v9, state: state9 },
  10: { methods: v10, state: state9 },
  12: { methods: v12, state: state9 },
  13: { methods: v13, state: state13 },
  // Epochs as keys are signed from version 14 on.
  14: { methods: v13, state: state14 },
};
