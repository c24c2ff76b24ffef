import { gunzipSync } from "node:zlib";
import { i64 } from "../util/u64.js";
import { Fields, parseExactJson } from "./fields.js";
import type {
  ExpectedBlock,
  ExpectedOutcome,
  ExpectedReceipt,
  ExpectedTipset,
  MessageVector,
  RecordedRandomness,
  TipsetVector,
  Variant,
  Vector,
  VectorMessage,
  VectorTipset,
} from "./vector.js";

/** attoFIL per gas where a vector names none (ref-fvm: testing/conformance). */
const DEFAULT_BASE_FEE = 100n;
/** All FIL there will ever be, in attoFIL: what a vector without a circulating supply means. */
const TOTAL_FILECOIN = 2_000_000_000n * 10n ** 18n;
const MAINNET_CHAIN_ID = 314;
const BLOCK_DELAY_SECONDS = 30;
const RANDOMNESS_BYTES = 32;

/** Selectors of the public schema that ask for something this runner has not got. */
const UNSUPPORTED_SELECTORS: Readonly<Record<string, string>> = {
  chaos_actor: "needs the chaos actor",
  puppet_actor: "needs the puppet actor",
  "requires:consensus_fault_extern": "needs a consensus fault extern",
};

/**
 * Reads a vector. Throws `FvmError` INVALID_VECTOR, with the field that is wrong; a class other than
 * `message` and `tipset` is wrong too.
 *
 * @param file names the vector in errors and reports
 */
export function parseVector(text: string, file: string): Vector {
  const fields = Fields.of(parseExactJson(text, file), file);
  const kind = fields.string("class");
  if (kind === "message") return parseMessageVector(fields);
  if (kind === "tipset") return parseTipsetVector(fields);
  return fields.fail("class", `unknown class ${kind}`);
}

function parseMessageVector(fields: Fields): MessageVector {
  const before = fields.object("preconditions");
  const after = fields.object("postconditions");
  const messages = fields.objects("apply_messages", parseMessage);
  const base = parseBase(fields);
  const outcomes = after.optional("outcomes", (name) => after.objects(name, parseOutcome), undefined);
  if (base.expected.receipts.length !== messages.length) after.fail("receipts", "not one for each message");
  if (outcomes !== undefined && outcomes.length !== messages.length)
    after.fail("outcomes", "not one for each message");
  return {
    ...base,
    class: "message",
    baseFee: before.optional("basefee", before.bigint, DEFAULT_BASE_FEE),
    messages,
    expected: { ...base.expected, outcomes },
  };
}

function parseTipsetVector(fields: Fields): TipsetVector {
  const base = parseBase(fields);
  const after = fields.object("postconditions");
  const genesisTimestamp = fields.optional("genesis_timestamp", fields.integer, 0);
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

function parseBase(fields: Fields) {
  const before = fields.object("preconditions");
  const after = fields.object("postconditions");
  return {
    file: fields.file,
    id: fields.optional("_meta", (name) => fields.object(name).string("id"), fields.file),
    origin: fields.has("bundle") || fields.has("genesis") ? ("generated" as const) : ("public" as const),
    unsupported: fields.optional("selector", (name) => unsupported(fields.object(name)), undefined),
    car: () => unzip(fields),
    variants: before.objects("variants", parseVariant),
    stateRoot: before.object("state_tree").cid("root_cid"),
    circulatingSupply: before.optional("circ_supply", before.bigint, TOTAL_FILECOIN),
    bundle: fields.optional("bundle", fields.string, undefined),
    genesis: fields.optional("genesis", fields.string, undefined),
    chainId: fields.optional("chain_id", fields.integer, MAINNET_CHAIN_ID),
    randomness: fields.optional("randomness", (name) => fields.objects(name, parseRandomness), []),
    expected: {
      stateRoot: after.object("state_tree").cid("root_cid"),
      receipts: after.objects("receipts", parseReceipt),
    },
  };
}

function unsupported(selector: Fields): string | undefined {
  const found = Object.keys(UNSUPPORTED_SELECTORS).find(
    (name) => selector.has(name) && selector.string(name) === "true",
  );
  return found === undefined ? undefined : UNSUPPORTED_SELECTORS[found];
}

/** Late, because most of a vector's bytes are here and reports on many vectors do not need them. */
function unzip(fields: Fields): Uint8Array {
  const zipped = fields.base64("car");
  try {
    return gunzipSync(zipped);
  } catch (cause) {
    return fields.fail("car", "not gzip", cause);
  }
}

function parseVariant(fields: Fields): Variant {
  return { id: fields.string("id"), epoch: fields.integer("epoch"), networkVersion: fields.integer("nv") };
}

function parseRandomness(fields: Fields): RecordedRandomness {
  const [source, epoch] = fields.items("on", (list, index) =>
    index === "0" ? list.string(index) : list.bigint(index),
  );
  const value = fields.base64("ret");
  if (value.length !== RANDOMNESS_BYTES) return fields.fail("ret", "not 32 bytes");
  if ((source !== "chain" && source !== "beacon") || typeof epoch !== "bigint") {
    return fields.fail("on", 'not ["chain" | "beacon", epoch]');
  }
  return { source, epoch: i64(epoch), value };
}

function parseMessage(fields: Fields): VectorMessage {
  const kind = fields.optional("kind", fields.string, "explicit");
  if (kind !== "explicit" && kind !== "implicit") return fields.fail("kind", `unknown kind ${kind}`);
  if (fields.optional("epoch_offset", fields.integer, 0) !== 0) {
    return fields.fail("epoch_offset", "messages of several epochs are not supported");
  }
  return { bytes: fields.base64("bytes"), kind };
}

function parseReceipt(fields: Fields): ExpectedReceipt {
  const eventsRoot = fields.optional("events_root", fields.cid, null);
  return {
    exitCode: fields.integer("exit_code"),
    returnData: fields.base64("return"),
    gasUsed: fields.bigint("gas_used"),
    eventsRoot: fields.mentions("events_root") ? eventsRoot : undefined,
  };
}

function parseOutcome(fields: Fields): ExpectedOutcome {
  return {
    penalty: fields.bigint("miner_penalty"),
    minerTip: fields.bigint("miner_tip"),
    baseFeeBurn: fields.bigint("base_fee_burn"),
    overEstimationBurn: fields.bigint("over_estimation_burn"),
    refund: fields.bigint("refund"),
    gasRefund: fields.bigint("gas_refund"),
    gasBurned: fields.bigint("gas_burned"),
  };
}

function parseTipsetCid(fields: Fields): [epoch: number, cid: ReturnType<Fields["cid"]>] {
  return [fields.integer("epoch"), fields.cid("cid")];
}

function parseTipset(fields: Fields, genesisTimestamp: number, variantEpoch: number): VectorTipset {
  const epochOffset = fields.integer("epoch_offset");
  const usual = genesisTimestamp + BLOCK_DELAY_SECONDS * (variantEpoch + epochOffset);
  return {
    epochOffset,
    baseFee: fields.bigint("basefee"),
    timestamp: fields.optional("timestamp", fields.integer, usual),
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
