/** Layouts of what miners keep. Source: builtin-actors actors/miner. */
import { amt, block, type Fields, hamt, list, option, type Schema, tuple } from "../schema/schema.js";
import { postProof, sealProof } from "./common.js";

const ids = list("u64");
const power = tuple({ raw: "integer", qa: "integer" });

/** Change of beneficiary that is still pending. */
export const pendingBeneficiary: Schema = tuple({
  new_beneficiary: "address",
  new_quota: "attoFil",
  new_expiration: "epoch",
  approved_by_beneficiary: "bool",
  approved_by_nominee: "bool",
});
/** How much a beneficiary may take, and for how long. */
export const beneficiaryTerm: Schema = tuple({
  quota: "attoFil",
  used_quota: "attoFil",
  expiration: "epoch",
});

const info8: Fields = {
  owner: "address",
  worker: "address",
  control_addresses: list("address"),
  pending_worker_key: option(tuple({ new_worker: "address", effective_at: "epoch" })),
  peer_id: "bytes",
  multi_address: list("bytes"),
  window_post_proof_type: postProof,
  sector_size: "u64",
  window_post_partition_sectors: "u64",
  consensus_fault_elapsed: "epoch",
  pending_owner_address: option("address"),
};
/** FIP-0029 */
const info9: Fields = {
  ...info8,
  beneficiary: "address",
  beneficiary_term: beneficiaryTerm,
  pending_beneficiary_term: option(pendingBeneficiary),
};

/** A sector that is announced. */
export const preCommitParams: Fields = {
  seal_proof: sealProof,
  sector_number: "u64",
  sealed_cid: "cid",
  seal_rand_epoch: "epoch",
  deal_ids: ids,
  expiration: "epoch",
  replace_capacity: "bool",
  replace_sector_deadline: "u64",
  replace_sector_partition: "u64",
  replace_sector_number: "u64",
};
/** As `preCommitParams`, from version 9 on with the CID of the data. */
export const preCommitInfo: Fields = {
  seal_proof: sealProof,
  sector_number: "u64",
  sealed_cid: "cid",
  seal_rand_epoch: "epoch",
  deal_ids: ids,
  expiration: "epoch",
  unsealed_cid: option("cid"),
};
const preCommit8 = tuple({
  info: tuple(preCommitParams),
  pre_commit_deposit: "attoFil",
  pre_commit_epoch: "epoch",
  deal_weight: "integer",
  verified_deal_weight: "integer",
});
const preCommit9 = tuple({
  info: tuple(preCommitInfo),
  pre_commit_deposit: "attoFil",
  pre_commit_epoch: "epoch",
});

/** Parts of a sector that differ between versions. */
interface SectorLayout {
  readonly deals: "deal_ids" | "deprecated_deal_ids";
  /** Layout of amounts that are no longer used. */
  readonly legacyAmount: Schema;
  readonly powerSince: "replaced_sector_age" | "power_base_epoch";
  readonly flags: Fields;
  /** Fields at the end that older sectors lack. */
  readonly optional?: number;
}

function sector({ deals, legacyAmount, powerSince, flags, optional }: SectorLayout): Schema {
  const fields: Fields = {
    sector_number: "u64",
    seal_proof: sealProof,
    sealed_cid: "cid",
    [deals]: ids,
    activation: "epoch",
    expiration: "epoch",
    deal_weight: "integer",
    verified_deal_weight: "integer",
    initial_pledge: "attoFil",
    expected_day_reward: legacyAmount,
    expected_storage_pledge: legacyAmount,
    [powerSince]: "epoch",
    replaced_day_reward: legacyAmount,
    sector_key_cid: option("cid"),
    ...flags,
  };
  return tuple(fields, optional);
}

const sector8: SectorLayout = {
  deals: "deal_ids",
  legacyAmount: "attoFil",
  powerSince: "replaced_sector_age",
  flags: {},
};
const sector9: SectorLayout = { ...sector8, flags: { simple_qa_power: "bool" } };
const sector12: SectorLayout = { ...sector9, powerSince: "power_base_epoch", flags: { flags: "u64" } };
const sector13: SectorLayout = { ...sector12, deals: "deprecated_deal_ids" };
/** FIP-0100: daily fees. */
const sector16: SectorLayout = {
  ...sector13,
  legacyAmount: option("attoFil"),
  flags: { flags: "u64", daily_fee: "attoFil" },
  optional: 1,
};

/** Sectors, pledge and power that expire at an epoch. */
const expirationFields: Fields = {
  on_time_sectors: "bitField",
  early_sectors: "bitField",
  on_time_pledge: "attoFil",
  active_power: power,
  faulty_power: power,
};
const expirations8 = tuple(expirationFields);
const expirations16 = tuple({ ...expirationFields, fee_deduction: "attoFil" }, 1);

function partition(expirationSet: Schema): Schema {
  return tuple({
    sectors: "bitField",
    unproven: "bitField",
    faults: "bitField",
    recoveries: "bitField",
    terminated: "bitField",
    expirations_epochs: amt(expirationSet),
    early_terminated: amt("bitField"),
    live_power: power,
    unproven_power: power,
    faulty_power: power,
    recovering_power: power,
  });
}

/** A proof of spacetime. */
export const postProofs: Schema = list(tuple({ post_proof: postProof, proof_bytes: "bytes" }));
const windowedPost = tuple({ partitions: "bitField", proofs: postProofs });

function deadlineFields(sectorInfo: Schema, expirationSet: Schema): Fields {
  const partitions = amt(partition(expirationSet));
  return {
    partitions,
    expirations_epochs: amt("bitField"),
    partitions_posted: "bitField",
    early_terminations: "bitField",
    live_sectors: "u64",
    total_sectors: "u64",
    faulty_power: power,
    optimistic_post_submissions: amt(windowedPost),
    sectors_snapshot: amt(sectorInfo),
    partitions_snapshot: partitions,
    optimistic_post_submissions_snapshot: amt(windowedPost),
  };
}

const vestingFund = tuple({ epoch: "epoch", amount: "attoFil" });
const vesting8 = block(tuple({ funds: list(vestingFund) }));
const vesting16 = option(tuple({ head: vestingFund, tail: block(list(vestingFund)) }));

interface MinerLayout {
  readonly info: Fields;
  readonly preCommit: Schema;
  readonly sector: SectorLayout;
  readonly vesting: Schema;
  readonly expirationSet: Schema;
  readonly deadlineFees: Fields;
}

function miner(layout: MinerLayout): Schema {
  const sectorInfo = sector(layout.sector);
  const deadline = tuple({
    ...deadlineFields(sectorInfo, layout.expirationSet),
    ...layout.deadlineFees,
  });
  return tuple({
    info: block(tuple(layout.info)),
    pre_commit_deposits: "attoFil",
    locked_funds: "attoFil",
    vesting_funds: layout.vesting,
    fee_debt: "attoFil",
    initial_pledge: "attoFil",
    pre_committed_sectors: hamt("u64", layout.preCommit),
    pre_committed_sectors_cleanup: amt("bitField"),
    allocated_sectors: block("bitField"),
    sectors: amt(sectorInfo),
    proving_period_start: "epoch",
    current_deadline: "u64",
    deadlines: block(tuple({ due: list(block(deadline)) })),
    early_terminations: "bitField",
    deadline_cron_active: "bool",
  });
}

const layout8: MinerLayout = {
  info: info8,
  preCommit: preCommit8,
  sector: sector8,
  vesting: vesting8,
  expirationSet: expirations8,
  deadlineFees: {},
};
const layout9: MinerLayout = { ...layout8, info: info9, preCommit: preCommit9, sector: sector9 };
const layout12: MinerLayout = { ...layout9, sector: sector12 };
const layout13: MinerLayout = { ...layout12, sector: sector13 };
const layout16: MinerLayout = {
  ...layout13,
  sector: sector16,
  vesting: vesting16,
  expirationSet: expirations16,
  deadlineFees: { live_power: power, daily_fee: "attoFil" },
};

export const minerState8 = miner(layout8);
export const minerState9 = miner(layout9);
export const minerState12 = miner(layout12);
export const minerState13 = miner(layout13);
export const minerState16 = miner(layout16);
