import * as v from "valibot";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { FvmError } from "../../../errors.js";
import { type DevNode, EPOCHS_AT_ONCE } from "../../dev/dev-node.js";
import type { Node } from "../../node.js";
import { type Method, optional, required } from "../../rpc/method.js";
import { decoded, named, type Schema } from "../../rpc/schema.js";
import * as answers from "../eth/shapes.js";
import { devMethod, pair } from "./declare.js";
import { count } from "./params.js";

const truth = named(v.boolean(), { go: "bool" });
const text = named(v.string(), { go: "string" });
const flag: Schema<boolean> = named(v.boolean(), { go: "bool" });
const MILLISECONDS = 1000;
/** Tipsets of one `evm_mine`. */
const MOST_TIPSETS = 10_000;

/** How a tipset is to be made. */
interface MineOptions {
  readonly timestamp?: number | undefined;
  /** Tipsets. */
  readonly blocks?: number | undefined;
  /** Blocks of each tipset. */
  readonly width?: number | undefined;
  /** Epochs without blocks before each. */
  readonly nullRounds?: number | undefined;
}

/** A time, or what there is more to say. */
const mineOptions: Schema<MineOptions> = named(
  v.union([
    v.object({
      timestamp: v.nullish(count),
      blocks: v.nullish(count),
      width: v.nullish(count),
      nullRounds: v.nullish(count),
    }),
    v.pipe(
      count,
      v.transform((timestamp): MineOptions => ({ timestamp })),
    ),
  ]) as unknown as Schema<MineOptions>,
  { name: "MineOptions", go: "interface {}" },
);

/** Milliseconds, or a range of them of which the middle is taken. */
const interval: Schema<number> = decoded(
  { go: "uint64", json: { anyOf: [{ type: "number" }, { type: "array", items: { type: "number" } }] } },
  (value) => {
    const ends = (Array.isArray(value) ? value : [value]).map(Number);
    if (ends.length > 0 && ends.every((end) => Number.isFinite(end) && end >= 0)) {
      return Math.round(ends.reduce((sum, end) => sum + end, 0) / ends.length);
    }
    throw new FvmError("INVALID_OPTION", {
      option: "interval",
      reason: "no number of milliseconds from 0 on",
    });
  },
);

/** Making blocks, when and how many; going back. */
export const miningMethods: readonly Method<Node>[] = [
  devMethod({
    name: "evm_mine",
    summary: "Makes a tipset of the messages that are ready.",
    params: [optional("options", mineOptions)],
    result: text,
    call: async (dev, [options]) => {
      await mine(dev, options ?? {});
      return "0x0";
    },
  }),
  devMethod({
    name: "evm_mine_detailed",
    aliases: ["anvil_mine_detailed"],
    summary: "As evm_mine. Answers the blocks, with their transactions.",
    params: [optional("options", mineOptions)],
    result: v.array(answers.block),
    call: async (dev, [options], { node: { eth }, signal }) => {
      const blocks: unknown[] = [];
      for (const tipset of await mine(dev, options ?? {}))
        blocks.push(await eth.block(tipset, true, { signal }));
      return blocks;
    },
  }),
  devMethod({
    name: "evm_setBlockGasLimit",
    aliases: ["anvil_setBlockGasLimit"],
    summary:
      "Sets the gas limits that messages of a tipset have together, at most. block.gaslimit stays 10^10.",
    params: [required("gasLimit", count)],
    result: truth,
    call: (dev, [gasLimit]) => {
      dev.blockGasLimit = gasLimit;
      return true;
    },
  }),
  ...pair("mine", {
    summary: "Goes on by so many epochs, each so many seconds after the one before.",
    params: [optional("count", count), optional("interval", count)],
    call: (dev, [epochs = 1, seconds]) => dev.mineMany(epochs, seconds),
  }),
  ...pair("setAutomine", {
    evm: ["evm_setAutomine"],
    summary: "Says whether a tipset is made for each message that comes.",
    params: [required("enabled", flag)],
    call: (dev, [isOn]) => {
      dev.automine = isOn;
    },
  }),
  ...pair("getAutomine", {
    summary: "Whether a tipset is made for each message that comes.",
    params: [],
    result: truth,
    call: (dev) => dev.automine,
  }),
  devMethod({
    name: "evm_setIntervalMining",
    aliases: ["hardhat_setIntervalMining"],
    summary: "Makes a tipset every so many milliseconds; 0: no more.",
    params: [required("milliseconds", interval)],
    result: truth,
    call: (dev, [milliseconds]) => {
      dev.interval = milliseconds;
      return true;
    },
  }),
  devMethod({
    name: "anvil_setIntervalMining",
    summary: "Makes a tipset every so many seconds; 0: no more.",
    params: [required("seconds", count)],
    result: named(v.null(), { go: "interface {}" }),
    call: (dev, [seconds]) => {
      dev.interval = seconds * MILLISECONDS;
      return null;
    },
  }),
  devMethod({
    name: "anvil_getIntervalMining",
    summary: "Seconds from tipset to tipset, or null.",
    params: [],
    result: named(v.nullable(v.number()), { go: "interface {}" }),
    call: (dev) => (dev.interval === 0 ? null : dev.interval / MILLISECONDS),
  }),
  devMethod({
    name: "evm_snapshot",
    aliases: ["anvil_snapshot"],
    summary: "Remembers the chain, what waits, and the time. Answers a number to return by.",
    params: [],
    result: text,
    call: async (dev) => `0x${(await dev.snapshot()).toString(16)}`,
  }),
  devMethod({
    name: "evm_revert",
    aliases: ["anvil_revert"],
    summary: "Returns to a snapshot, and forgets it and those after it.",
    params: [required("id", count)],
    result: truth,
    call: (dev, [id]) => dev.revert(id),
  }),
  devMethod({
    name: "anvil_rollback",
    summary: "Takes so many tipsets off the chain.",
    params: [optional("depth", count)],
    result: named(v.null(), { go: "interface {}" }),
    call: async (dev, [depth = 1]) => {
      await dev.rollBack(depth);
      return null;
    },
  }),
];

async function mine(
  dev: DevNode,
  { timestamp, blocks = 1, width, nullRounds }: MineOptions,
): Promise<ChainTipset[]> {
  if (timestamp !== undefined && timestamp !== null) dev.setNextTimestamp(timestamp);
  checkMost("blocks", blocks ?? 0, MOST_TIPSETS);
  checkMost("nullRounds", nullRounds ?? 0, EPOCHS_AT_ONCE - 1);
  const production = { ...(width && { blocks: width }), ...(nullRounds && { nullRounds }) };
  const tipsets: ChainTipset[] = [];
  for (let i = 0; i < (blocks ?? 1); i++) tipsets.push(await dev.mine(production));
  return tipsets;
}

/** Throws `FvmError` INVALID_OPTION. */
function checkMost(option: string, value: number, most: number): void {
  if (value > most)
    throw new FvmError("INVALID_OPTION", { option, reason: `${value}, and ${most} are the most` });
}
