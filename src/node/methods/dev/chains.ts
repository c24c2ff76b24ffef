import * as v from "valibot";
import { FvmError } from "../../../errors.js";
import { hexOf } from "../../../inspect/tracers/hex.js";
import type { ChainChoice } from "../../dev/chain-choice.js";
import type { Node } from "../../node.js";
import { type Method, optional, required } from "../../rpc/method.js";
import { named, type Schema } from "../../rpc/schema.js";
import { devMethod, pair } from "./declare.js";
import { bytes, count } from "./params.js";

/** A chain elsewhere to go on from, by the names that Hardhat and anvil give its facts. */
interface Forking {
  readonly jsonRpcUrl?: string | null | undefined;
  readonly blockNumber?: number | null | undefined;
}

const url = v.pipe(v.string(), v.regex(/^https?:\/\/\S+$/, "no URL of HTTP"));
const resetOptions: Schema<{ readonly forking?: Forking | null | undefined }> = named(
  v.object({ forking: v.nullish(v.object({ jsonRpcUrl: v.nullish(url), blockNumber: v.nullish(count) })) }),
  { name: "ResetOptions", go: "map[string]interface {}" },
);
const text = named(v.string(), { go: "string" });

/** Another chain instead of the one that there is: a fork, one that was dumped, or that of the beginning. */
export const chainMethods: readonly Method<Node>[] = [
  ...pair("reset", {
    summary:
      "Goes back to where the node began, or goes on from a chain elsewhere. What waits, snapshots, impersonations and filters are gone.",
    params: [optional("options", resetOptions)],
    call: async (_, [{ forking } = {}], __, { node }) => {
      const { jsonRpcUrl, blockNumber } = forking ?? {};
      // viem sends `forking` always, empty if there is nothing to say.
      if (jsonRpcUrl == null && blockNumber == null) return chainsOf(node).reset();
      return chainsOf(node).fork({
        ...(jsonRpcUrl != null && { url: jsonRpcUrl }),
        ...(blockNumber != null && { epoch: blockNumber }),
      });
    },
  }),
  devMethod({
    name: "anvil_setRpcUrl",
    summary: "Has a fork ask another node for what it lacks.",
    params: [required("url", url)],
    result: named(v.null(), { go: "interface {}" }),
    call: async (_, [asked], { node }) => {
      await chainsOf(node).setForkUrl(asked);
      return null;
    },
  }),
  devMethod({
    name: "anvil_dumpState",
    aliases: ["hardhat_dumpState"],
    summary: "The chain with its state, as the file of --state, compressed by gzip.",
    params: [optional("preserveHistoricalStates", named(v.boolean(), { go: "bool" }))],
    result: text,
    call: async (_, __, { node }) => hexOf(await chainsOf(node).dump()),
  }),
  devMethod({
    name: "anvil_loadState",
    aliases: ["hardhat_loadState"],
    summary: "Goes on with a chain that was dumped, instead of the one that there is.",
    params: [required("state", bytes)],
    result: named(v.boolean(), { go: "bool" }),
    call: async (_, [state], { node }) => {
      await chainsOf(node).load(state);
      return true;
    },
  }),
];

function chainsOf({ chains }: Node): ChainChoice {
  if (chains !== undefined) return chains;
  throw new FvmError("INVALID_OPTION", { option: "mining", reason: "this node does not make its chain" });
}
