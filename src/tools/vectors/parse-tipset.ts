import type { Cid } from "../../encoding/cid.js";
import { type U64, u64 } from "../../util/u64.js";
import type { Fields } from "./fields.js";
import { parseBase } from "./parse-base.js";
import type { ExpectedBlock, ExpectedTipset, TipsetVector, VectorTipset } from "./vector.js";

const BLOCK_DELAY_SECONDS = 30;

export function parseTipsetVector(fields: Fields): TipsetVector {
  const base = parseBase(fields);
  const after = fields.object("postconditions");
  const genesisTimestamp = fields.optional("genesis_timestamp", fields.u64, 0);
  const variantEpoch = base.variants[0]?.epoch ?? 0;
  return {
    ...base,
    class: "tipset",
    genesisTimestamp,
    tipsetCids: new Map(fields.optional("tipset_cids", (name) => fields.objects(name, parseTipsetCid), [])),
    tipsets: fields.objects("apply_tipsets", (tipset) => parseTipset(tipset, genesisTimestamp, variantEpoch)),
    expected: {
      ...base.expected,
      receiptsRoots: after.items("receipts_roots", (list, index) => list.cid(index)),
      tipsets: after.optional("tipsets", (name) => after.objects(name, parseExpectedTipset), undefined),
    },
  };
}

function parseTipsetCid(fields: Fields): [epoch: number, cid: Cid] {
  return [fields.integer("epoch"), fields.cid("cid")];
}

function parseTipset(fields: Fields, genesisTimestamp: U64, variantEpoch: number): VectorTipset {
  const epochOffset = fields.integer("epoch_offset");
  const usual = u64(
    BigInt.asUintN(64, BigInt(genesisTimestamp) + BigInt(BLOCK_DELAY_SECONDS * (variantEpoch + epochOffset))),
  );
  return {
    epochOffset,
    baseFee: fields.bigint("basefee"),
    timestamp: fields.optional("timestamp", fields.u64, usual),
    blocks: fields.objects("blocks", (block) => ({
      miner: block.string("miner_addr"),
      winCount: block.integer("win_count"),
      messages: block.items("messages", (list, index) => list.base64(index)),
    })),
  };
}

function parseExpectedTipset(fields: Fields): ExpectedTipset {
  return {
    epoch: fields.integer("epoch"),
    stateRoot: fields.cid("state_root"),
    receiptsRoot: fields.cid("receipts_root"),
    cronExitCode: fields.integer("cron_exit_code"),
    gasUsed: fields.bigint("gas_used"),
    implicitGasUsed: fields.bigint("implicit_gas_used"),
    blocks: fields.objects("blocks", parseExpectedBlock),
    nullRounds: fields.optional("null_rounds", (name) => fields.objects(name, parseNullRound), []),
  };
}

function parseExpectedBlock(fields: Fields): ExpectedBlock {
  return {
    applied: fields.integer("applied"),
    gasReward: fields.bigint("gas_reward"),
    penalty: fields.bigint("penalty"),
    rewardExitCode: fields.integer("reward_exit_code"),
  };
}

function parseNullRound(fields: Fields) {
  return { epoch: fields.integer("epoch"), stateRoot: fields.cid("state_root") };
}
