import { isAddress } from "../../address/address.js";
import { isBinaryCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { executableMessage, type MessageRules } from "../../message/message.js";
import {
  type Check,
  is,
  isAmount128,
  isArray,
  isCount,
  isFlag,
  isInteger,
  isObject,
  isU64,
  optional,
} from "../../util/check.js";
import { u64 } from "../../util/u64.js";
import type { BlockMessage, Tipset, TipsetBlock, TipsetContext } from "./tipset.js";

const isMiner = is((value) => isAddress(value, { delegated: true }), "an address in byte form");

/**
 * The tipset with its integers in their normal form and its messages checked, each field once: what was
 * checked is what is executed. Throws `FvmError` INVALID_TIPSET, and INVALID_MESSAGE for a message.
 *
 * @param rulesAt those of the network version at an epoch
 */
export function checkedTipset(tipset: Tipset, rulesAt: (epoch: number) => MessageRules): Tipset {
  const context = checkedContext(tipset);
  const { epoch } = context;
  const { parentEpoch, blocks } = tipset;
  check(epoch, "parentEpoch", parentEpoch, isCount);
  if (parentEpoch > epoch) fail(epoch, `parentEpoch: ${parentEpoch} is after the epoch`);
  check(epoch, "blocks", blocks, isArray);
  const rules = rulesAt(epoch);
  return {
    ...context,
    parentEpoch,
    blocks: Array.from(blocks, (block) => checkedBlock(epoch, block, rules)),
  };
}

/** As `checkedTipset`, without blocks. */
export function checkedContext(context: TipsetContext): TipsetContext {
  check(undefined, "tipset", context, isObject);
  const { epoch, timestamp, baseFee, key } = context;
  check(undefined, "epoch", epoch, isCount);
  check(epoch, "timestamp", timestamp, isU64);
  check(epoch, "baseFee", baseFee, isAmount128);
  check(epoch, "key", key, optional(isArray));
  const checked = { epoch, timestamp: u64(timestamp), baseFee };
  if (key === undefined) return checked;
  const cids = Array.from(key);
  for (const cid of cids) check(epoch, "key", cid, isBinaryCid);
  return { ...checked, key: cids };
}

function checkedBlock(epoch: number, block: TipsetBlock, rules: MessageRules): TipsetBlock {
  check(epoch, "block", block, isObject);
  const { miner, winCount, messages } = block;
  check(epoch, "miner", miner, isMiner);
  check(epoch, "winCount", winCount, isInteger);
  check(epoch, "messages", messages, isArray);
  return {
    miner,
    winCount,
    messages: Array.from(messages, (message) => checkedMessage(epoch, message, rules)),
  };
}

function checkedMessage(epoch: number, entry: BlockMessage, rules: MessageRules): BlockMessage {
  check(epoch, "message", entry, isObject);
  const { message, rawLength, isUnsigned } = entry;
  check(epoch, "rawLength", rawLength, isCount);
  check(epoch, "isUnsigned", isUnsigned, optional(isFlag));
  return {
    message: executableMessage(message, rules),
    rawLength,
    ...(isUnsigned === true && { isUnsigned }),
  };
}

function check(epoch: number | undefined, field: string, value: unknown, fits: Check): void {
  const reason = fits(value);
  if (reason !== undefined) fail(epoch, `${field}: ${reason}`);
}

function fail(epoch: number | undefined, reason: string): never {
  throw new FvmError("INVALID_TIPSET", { epoch, reason });
}
