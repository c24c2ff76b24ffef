import { embedded, type Fields, list, names, option, type Schema, tuple } from "../schema/schema.js";
import {
  aggregateProof,
  batchReturn,
  cronEventPayload,
  filterEstimate,
  postProof,
  sealProof,
  updateProof,
} from "./common.js";
import {
  beneficiaryTerm,
  minerState8,
  minerState9,
  minerState12,
  minerState13,
  minerState16,
  pendingBeneficiary,
  postProofs,
  preCommitInfo,
  preCommitParams,
} from "./miner-state.js";
import { type ActorSpec, type ByVersion, exported, exportedToo, method, none, without } from "./spec.js";

const ids = list("u64");
const controls: Fields = { owner: "address", worker: "address", control_addresses: list("address") };
const constructorParams = tuple({
  ...controls,
  window_post_proof_type: postProof,
  peer_id: "bytes",
  multi_addresses: list("bytes"),
});
const workerParams = tuple({ new_worker: "address", new_control_addresses: list("address") });
const postParams = tuple({
  deadline: "u64",
  partitions: list(tuple({ index: "u64", skipped: "bitField" })),
  proofs: postProofs,
  chain_commit_epoch: "epoch",
  chain_commit_rand: "bytes",
});
const smoothed: Fields = { reward_smoothed: filterEstimate };
const deferredParams = tuple({
  event_payload: embedded(cronEventPayload),
  ...smoothed,
  quality_adj_power_smoothed: filterEstimate,
});
/** Sectors whose proofs were found valid. */
const provenParams = tuple({
  sectors: ids,
  ...smoothed,
  reward_baseline_power: "integer",
  quality_adj_power_smoothed: filterEstimate,
});
const oneSector = tuple({ sector_number: "u64" });
/** Sectors in a partition of a deadline. */
const location: Fields = { deadline: "u64", partition: "u64" };
const declared: Fields = { ...location, sectors: "bitField" };
const extensions = list(tuple({ ...declared, new_expiration: "epoch" }));
const extensions2 = list(
  tuple({
    ...declared,
    sectors_with_claims: list(tuple({ sector_number: "u64", maintain_claims: ids, drop_claims: ids })),
    new_expiration: "epoch",
  }),
);
const faultParams = tuple({ header1: "bytes", header2: "bytes", header_extra: "bytes" });
const update: Fields = { sector_number: "u64", ...location, new_sealed_cid: "cid" };
const updateProofs: Fields = { deals: ids, update_proof_type: updateProof, replica_proof: "bytes" };
const preCommits = (sector: Fields): Schema => tuple({ sectors: list(tuple(sector)) });

const v8 = {
  1: method("Constructor", constructorParams),
  2: method("ControlAddresses", none, tuple(controls)),
  3: method("ChangeWorkerAddress", workerParams),
  4: method("ChangePeerID", tuple({ new_id: "bytes" })),
  5: method("SubmitWindowedPoSt", postParams),
  6: method("PreCommitSector", tuple(preCommitParams)),
  7: method("ProveCommitSector", tuple({ sector_number: "u64", proof: "bytes" })),
  8: method("ExtendSectorExpiration", tuple({ extensions })),
  9: method("TerminateSectors", tuple({ terminations: list(tuple(declared)) }), tuple({ done: "bool" })),
  10: method("DeclareFaults", tuple({ faults: list(tuple(declared)) })),
  11: method("DeclareFaultsRecovered", tuple({ recoveries: list(tuple(declared)) })),
  12: method("OnDeferredCronEvent", deferredParams),
  13: method("CheckSectorProven", oneSector),
  14: method("ApplyRewards", tuple({ reward: "attoFil", penalty: "attoFil" })),
  15: method("ReportConsensusFault", faultParams),
  16: method("WithdrawBalance", tuple({ amount_requested: "attoFil" }), "attoFil"),
  17: method("ConfirmSectorProofsValid", provenParams),
  18: method("ChangeMultiaddrs", tuple({ new_multi_addrs: list("bytes") })),
  19: method("CompactPartitions", tuple({ deadline: "u64", partitions: "bitField" })),
  20: method("CompactSectorNumbers", tuple({ mask_sector_numbers: "bitField" })),
  21: method("ConfirmUpdateWorkerKey", none),
  22: method("RepayDebt", none),
  23: method("ChangeOwnerAddress", "address"),
  24: method("DisputeWindowedPoSt", tuple({ deadline: "u64", post_index: "u64" })),
  25: method("PreCommitSectorBatch", preCommits(preCommitParams)),
  26: method("ProveCommitAggregate", tuple({ sector_numbers: "bitField", aggregate_proof: "bytes" })),
  27: method(
    "ProveReplicaUpdates",
    tuple({ updates: list(tuple({ ...update, ...updateProofs })) }),
    "bitField",
  ),
};

const beneficiary = tuple({ new_beneficiary: "address", new_quota: "attoFil", new_expiration: "epoch" });
const active = tuple({ beneficiary: "address", term: beneficiaryTerm });
const v9 = {
  ...v8,
  28: method("PreCommitSectorBatch2", preCommits(preCommitInfo)),
  29: method(
    "ProveReplicaUpdates2",
    tuple({ updates: list(tuple({ ...update, new_unsealed_cid: "cid", ...updateProofs })) }),
    "bitField",
  ),
  30: method("ChangeBeneficiary", beneficiary),
  31: method("GetBeneficiary", none, tuple({ active, proposed: option(pendingBeneficiary) })),
  32: method("ExtendSectorExpiration2", tuple({ extensions: extensions2 })),
};

const renamed10 = { ...v9, 21: method("ConfirmChangeWorkerAddress", none) };
const funds = list(tuple({ epoch: "epoch", amount: "attoFil" }));
const v10 = {
  ...renamed10,
  ...exportedToo(renamed10, 3, 4, 16, 18, 21, 22, 23, 30, 31),
  ...exported(
    method("GetOwner", none, tuple({ owner: "address", proposed: option("address") })),
    method("IsControllingAddress", "address", "bool"),
    method("GetSectorSize", none, "u64"),
    method("GetAvailableBalance", none, "attoFil"),
    method("GetVestingFunds", none, tuple({ vesting_funds: funds })),
    method("GetPeerID", none, tuple({ peer_id: "bytes" })),
    method("GetMultiaddrs", none, tuple({ multi_addrs: list("bytes") })),
  ),
};

/** FIP-0076: pieces that claim allocations and are made known to other actors. */
const pieces = list(
  tuple({
    cid: "cid",
    size: "u64",
    verified_allocation_key: option(tuple({ client: "actor", id: "u64" })),
    notify: list(tuple({ address: "address", payload: embedded("any") })),
  }),
);
const proofs: Fields = { sector_proofs: list("bytes"), aggregate_proof: "bytes" };
const required: Fields = { require_activation_success: "bool", require_notification_success: "bool" };
const v13 = {
  ...without(v10, 6, 25, 29),
  34: method(
    "ProveCommitSectors3",
    tuple({
      sector_activations: list(tuple({ sector_number: "u64", pieces })),
      ...proofs,
      aggregate_proof_type: option(aggregateProof),
      ...required,
    }),
    batchReturn,
  ),
  35: method(
    "ProveReplicaUpdates3",
    tuple({
      sector_updates: list(tuple({ sector: "u64", ...location, new_sealed_cid: "cid", pieces })),
      ...proofs,
      update_proofs_type: updateProof,
      aggregate_proof_type: option(aggregateProof),
      ...required,
    }),
    batchReturn,
  ),
};

const nonInteractive = list(
  tuple({
    sealing_number: "u64",
    sealer_id: "actor",
    sealed_cid: "cid",
    sector_number: "u64",
    seal_rand_epoch: "epoch",
    expiration: "epoch",
  }),
);
const v14 = {
  ...without(v13, 7),
  17: method("InternalSectorSetupForPreseal", provenParams),
  36: method(
    "ProveCommitSectorsNI",
    tuple({
      sectors: nonInteractive,
      aggregate_proof: "bytes",
      seal_proof_type: sealProof,
      aggregate_proof_type: aggregateProof,
      proving_deadline: "u64",
      require_activation_success: "bool",
    }),
    batchReturn,
  ),
};
const v16 = {
  ...v14,
  ...exported(
    method("MaxTerminationFee", tuple({ power: "integer", initial_pledge: "attoFil" }), "attoFil"),
    method("InitialPledge", none, "attoFil"),
  ),
};
const v17 = without(v16, 8, 26, 27);

const sectorStatus = names("Dead", "Active", "Faulty");
/** Where a sector is; -1: nowhere. */
const auxData = embedded(tuple({ deadline: "i64", partition: "i64" }));
const v18 = {
  ...v17,
  ...exported(
    method("GenerateSectorLocation", oneSector, tuple({ status: sectorStatus, aux_data: auxData })),
    method(
      "ValidateSectorStatus",
      tuple({ sector_number: "u64", status: sectorStatus, aux_data: auxData }),
      "bool",
    ),
    method("GetNominalSectorExpiration", "u64", "epoch"),
  ),
};

/** Source: builtin-actors actors/miner. */
export const storageMiner: ByVersion<ActorSpec> = {
  8: { methods: v8, state: minerState8 },
  9: { methods: v9, state: minerState9 },
  10: { methods: v10, state: minerState9 },
  12: { methods: v10, state: minerState12 },
  13: { methods: v13, state: minerState13 },
  14: { methods: v14, state: minerState13 },
  16: { methods: v16, state: minerState16 },
  17: { methods: v17, state: minerState16 },
  18: { methods: v18, state: minerState16 },
};
