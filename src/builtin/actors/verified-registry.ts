import { type Fields, hamt, list, type Schema, tuple } from "../schema/schema.js";
import { batchReturn, receiverParams, tokensReceived } from "./common.js";
import { type ActorSpec, type ByVersion, exported, exportedToo, method, without } from "./spec.js";

const ids = list("u64");
const verifier = tuple({ address: "address", allowance: "integer" });
const deal = tuple({ address: "address", deal_size: "integer" });
const removalRequest = tuple({ verifier: "address", signature: "signature" });
const removeParams = tuple({
  verified_client_to_remove: "address",
  data_cap_amount_to_remove: "integer",
  verifier_request_1: removalRequest,
  verifier_request_2: removalRequest,
});
const removeReturn = tuple({ verified_client: "address", data_cap_removed: "integer" });

const term: Fields = { term_min: "epoch", term_max: "epoch" };
const piece: Fields = { data: "cid", size: "u64" };
const allocation = tuple({ client: "actor", provider: "actor", ...piece, ...term, expiration: "epoch" });
const claim = tuple({
  provider: "actor",
  client: "actor",
  ...piece,
  ...term,
  term_start: "epoch",
  sector: "u64",
});

/** Allocations and extensions that tokens are sent here for. @param provider layout of a provider's ID */
function allocationRequests(provider: Schema): Schema {
  return tuple({
    allocations: list(tuple({ provider, ...piece, ...term, expiration: "epoch" })),
    extensions: list(tuple({ provider, claim: "u64", term_max: "epoch" })),
  });
}
/** Parameters of a `Receive` of data cap. */
const received = (provider: Schema): Schema =>
  receiverParams(tokensReceived("dataCap", allocationRequests(provider)));
/** Answer of `Receive`. */
export const allocationsResponse = tuple({
  allocation_results: batchReturn,
  extension_results: batchReturn,
  new_allocations: ids,
});
/** Requests that a client sends the registry with a transfer of data cap. */
export const allocationsRequested = { 9: allocationRequests("address"), 10: allocationRequests("actor") };

const state8 = tuple({
  root_key: "address",
  verifiers: hamt("address", "integer"),
  verified_clients: hamt("address", "integer"),
  remove_data_cap_proposal_ids: hamt("addressPair", "u64"),
});
const state9 = tuple({
  root_key: "address",
  verifiers: hamt("address", "integer"),
  remove_data_cap_proposal_ids: hamt("addressPair", tuple({ id: "u64" })),
  allocations: hamt("actor", hamt("u64", allocation)),
  next_allocation_id: "u64",
  claims: hamt("actor", hamt("u64", claim)),
});

const expiredAllocations: readonly [Schema, Schema] = [
  tuple({ client: "actor", allocation_ids: ids }),
  tuple({ considered: ids, results: batchReturn, datacap_recovered: "integer" }),
];
const claimsOf = tuple({ provider: "actor", claim_ids: ids });
const extendParams = tuple({
  terms: list(tuple({ provider: "actor", claim_id: "u64", term_max: "epoch" })),
});
/** An allocation that is claimed. */
const claimed: Fields = { client: "actor", allocation_id: "u64", ...piece };

const v8 = {
  1: method("Constructor", "address"),
  2: method("AddVerifier", verifier),
  3: method("RemoveVerifier", "address"),
  4: method("AddVerifiedClient", verifier),
  5: method("UseBytes", deal),
  6: method("RestoreBytes", deal),
  7: method("RemoveVerifiedClientDataCap", removeParams, removeReturn),
};
const v9 = {
  ...without(v8, 5, 6),
  8: method("RemoveExpiredAllocations", ...expiredAllocations),
  9: method(
    "ClaimAllocations",
    tuple({
      sectors: list(tuple({ ...claimed, sector: "u64", sector_expiry: "epoch" })),
      all_or_nothing: "bool",
    }),
    tuple({ batch_info: batchReturn, claimed_space: "integer" }),
  ),
  10: method("GetClaims", claimsOf, tuple({ batch_info: batchReturn, claims: list(claim) })),
  11: method("ExtendClaimTerms", extendParams, batchReturn),
  12: method("RemoveExpiredClaims", claimsOf, tuple({ considered: ids, results: batchReturn })),
  ...exported(method("Receive", received("address"), allocationsResponse)),
};
const v10 = {
  ...v9,
  ...exported(method("Receive", received("actor"), allocationsResponse)),
  ...exportedToo(v9, 4, 8, 10, 11, 12),
};
const v12 = {
  ...v10,
  9: method(
    "ClaimAllocations",
    tuple({
      sectors: list(tuple({ sector: "u64", expiry: "epoch", claims: list(tuple(claimed)) })),
      all_or_nothing: "bool",
    }),
    tuple({ sector_results: batchReturn, sector_claims: list("integer") }),
  ),
};

/** Source: builtin-actors actors/verifreg. */
export const verifiedRegistry: ByVersion<ActorSpec> = {
  8: { methods: v8, state: state8 },
  9: { methods: v9, state: state9 },
  10: { methods: v10, state: state9 },
  12: { methods: v12, state: state9 },
};
