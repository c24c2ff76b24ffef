import * as v from "valibot";
import type { Node } from "../../node.js";
import { type Method, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { devMethod, pair } from "./declare.js";
import { count, offset } from "./params.js";

const numberOrText = named(v.union([v.number(), v.string(), v.null()]), { go: "interface {}" });

const MILLISECONDS = 1000;

/** The time of blocks. */
export const timeMethods: readonly Method<Node>[] = [
  // Hardhat answers a text, anvil a number.
  ...(["evm_increaseTime", "anvil_increaseTime"] as const).map((name) =>
    devMethod({
      name,
      summary: "Puts the time of blocks forward by so many seconds. Answers how far it is ahead now.",
      params: [required("seconds", offset)],
      result: numberOrText,
      call: (dev, [seconds]) => {
        dev.increaseTime(seconds);
        return name === "evm_increaseTime" ? `${dev.clock.offset}` : dev.clock.offset;
      },
    }),
  ),
  devMethod({
    name: "evm_setNextBlockTimestamp",
    summary: "Sets the time of the next tipset, from which time then goes on.",
    params: [required("timestamp", count)],
    result: numberOrText,
    call: (dev, [timestamp]) => {
      dev.setNextTimestamp(timestamp);
      return `${timestamp}`;
    },
  }),
  devMethod({
    name: "anvil_setNextBlockTimestamp",
    summary: "Sets the time of the next tipset, from which time then goes on.",
    params: [required("timestamp", count)],
    result: numberOrText,
    call: (dev, [timestamp]) => {
      dev.setNextTimestamp(timestamp);
      return null;
    },
  }),
  devMethod({
    name: "evm_setTime",
    aliases: ["anvil_setTime"],
    summary: "Sets the time. Answers how many seconds it is ahead now.",
    params: [required("timestamp", count)],
    result: numberOrText,
    call: (dev, [timestamp]) => {
      dev.clock.set(timestamp);
      return dev.clock.offset;
    },
  }),
  ...pair("setBlockTimestampInterval", {
    summary:
      "Sets the time from tipset to tipset, whatever time does: anvil's in seconds, Hardhat's in milliseconds.",
    params: [required("interval", count)],
    // viem alone asks for Hardhat's, which has a thousand times what it asks anvil's for.
    call: (dev, [interval], prefix) =>
      dev.clock.setInterval(prefix === "hardhat" ? Math.round(interval / MILLISECONDS) : interval),
  }),
  devMethod({
    name: "anvil_removeBlockTimestampInterval",
    aliases: ["hardhat_removeBlockTimestampInterval"],
    summary: "Lets the time of tipsets be as it was before anvil_setBlockTimestampInterval.",
    params: [],
    result: named(v.boolean(), { go: "bool" }),
    call: (dev) => {
      const had = dev.clock.state.interval !== undefined;
      dev.clock.setInterval(undefined);
      return had;
    },
  }),
];
