/** Fees: what there is to pay, and what was paid. */
import * as v from "valibot";
import { firstHeader } from "../../../chain/history/chain-tipset.js";
import { baseFeeRuleAt, nextBaseFee } from "../../../chain/rules/base-fee.js";
import { quantity } from "../../../inspect/tracers/hex.js";
import { checkFeeHistory, feeHistory } from "../../eth/fee-history.js";
import { blockNumberParam, quantity64 } from "../../eth/json.js";
import { lotusProposals } from "../../gas/proposals.js";
import type { Node } from "../../node.js";
import { methodsOf, optional, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();
const percentiles = named(v.array(v.number()), { name: "Percentiles", go: "[]float64" });

export const feeMethods = [
  method({
    name: "eth_gasPrice",
    aliases: ["Filecoin.EthGasPrice"],
    summary: "Base fee of the head and the proposed premium, attoFIL per gas.",
    params: [],
    result: answers.quantity,
    // Lotus's premium always: a price without one would be too low as soon as the base fee grows.
    call: async ({ node: { chain }, signal }) =>
      quantity(firstHeader(chain.head).parentBaseFee + (await lotusProposals.premium(chain, { signal }))),
  }),
  method({
    name: "eth_maxPriorityFeePerGas",
    aliases: ["Filecoin.EthMaxPriorityFeePerGas"],
    summary: "Premium with which a message should be in the next block, attoFIL per gas.",
    params: [],
    result: answers.quantity,
    call: async ({ node, signal }) => quantity(await node.eth.proposals.premium(node.chain, { signal })),
  }),
  method({
    name: "eth_baseFee",
    aliases: ["Filecoin.EthBaseFee"],
    summary: "Base fee of the block on top of the head, attoFIL per gas.",
    params: [],
    result: answers.quantity,
    call: async ({ node: { chain }, signal }) => {
      const { head, network } = chain;
      const messages = await chain.chain.messages(head, { signal });
      const rule = baseFeeRuleAt(network, head.epoch);
      return quantity(nextBaseFee(rule, firstHeader(head).parentBaseFee, messages));
    },
  }),
  method({
    name: "eth_feeHistory",
    aliases: ["Filecoin.EthFeeHistory"],
    summary: "Fees of a block and those before it.",
    params: [
      required("count", quantity64),
      required("newest", blockNumberParam),
      optional("percentiles", percentiles),
    ],
    result: answers.feeHistory,
    call: async ({ node: { chain, eth }, signal }, count, newest, percentiles) => {
      checkFeeHistory(count, percentiles ?? []);
      const tipset = await eth.tipsetOf(newest, "before", { signal });
      const { leastPremium } = eth.proposals;
      return feeHistory(chain, tipset, count, { percentiles, leastPremium }, { signal });
    },
  }),
];
