import type { Fields } from "./fields.js";
import { parseBase } from "./parse-base.js";
import type { ExpectedOutcome, MessageVector, VectorMessage } from "./vector.js";

/** attoFIL per gas where a vector names none (ref-fvm: testing/conformance). */
const DEFAULT_BASE_FEE = 100n;

export function parseMessageVector(fields: Fields): MessageVector {
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

function parseMessage(fields: Fields): VectorMessage {
  const kind = fields.optional("kind", fields.string, "explicit");
  if (kind !== "explicit" && kind !== "implicit") return fields.fail("kind", `unknown kind ${kind}`);
  if (fields.optional("epoch_offset", fields.integer, 0) !== 0) {
    return fields.fail("epoch_offset", "messages of several epochs are not supported");
  }
  return { bytes: fields.base64("bytes"), kind };
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
