/** `Filecoin.GasEstimate*`: what messages cost. */

import { wrapping } from "../../filecoin/failures.js";
import { addressed, completedMessage, estimatedGas } from "../../filecoin/gas.js";
import { FilecoinJson } from "../../filecoin/json.js";
import { tipsetOf } from "../../filecoin/tipsets.js";
import { grownBaseFee, proposedPremium } from "../../gas/fees.js";
import type { Node } from "../../node.js";
import { lenient, methodsOf, required } from "../../rpc/method.js";
import { address, answers, int64, message, sendSpec, tipsetKey, uint64 } from "./shapes.js";

const method = methodsOf<Node>();

export const gasMethods = [
  method({
    name: "Filecoin.GasEstimateGasLimit",
    summary: "Gas that a message uses on the head, after what waits of its sender.",
    params: [required("message", message), lenient("key", tipsetKey)],
    result: answers.integer,
    call: async ({ node, signal }, given, key) => {
      const { chain, eth } = node;
      const tipset = await wrapping("getting tipset", () => tipsetOf(chain, key, { signal }));
      return estimatedGas({ chain, estimates: eth.estimates }, tipset, addressed(given), { signal });
    },
  }),
  method({
    name: "Filecoin.GasEstimateFeeCap",
    summary: "The fee cap of a message, attoFIL per gas, that is still enough after so many full blocks.",
    params: [required("message", message), required("blocks", int64), lenient("key", tipsetKey)],
    result: answers.amount,
    call: async ({ node, signal }, { gasPremium }, blocks, key) => {
      const tipset = await wrapping("getting tipset from key", () => tipsetOf(node.chain, key, { signal }));
      return `${grownBaseFee(tipset, blocks) + gasPremium}`;
    },
  }),
  method({
    name: "Filecoin.GasEstimateGasPremium",
    summary: "The premium, attoFIL per gas, with which a message should be in one of the next blocks.",
    params: [
      required("blocks", uint64),
      required("sender", address),
      required("gasLimit", int64),
      lenient("key", tipsetKey),
    ],
    result: answers.amount,
    call: async ({ node, signal }, blocks, _sender, _limit, key) => {
      const { chain } = node;
      const tipset = await wrapping("getting tipset from key", () => tipsetOf(chain, key, { signal }));
      return `${await proposedPremium(chain, tipset, Number(blocks), { signal })}`;
    },
  }),
  method({
    name: "Filecoin.GasEstimateMessageGas",
    summary: "A message with gas limit, premium and fee cap where they are 0.",
    params: [required("message", message), required("limit", sendSpec), lenient("key", tipsetKey)],
    result: answers.message,
    call: async ({ node, signal }, given, limit, key) => {
      const { chain, eth } = node;
      const whole = addressed(given);
      const tipset = await wrapping("getting tipset", () => tipsetOf(chain, key, { signal }));
      const sources = { chain, estimates: eth.estimates };
      const completed = await completedMessage(sources, tipset, whole, limit ?? {}, { signal });
      return new FilecoinJson(chain.network.letter).message(completed);
    },
  }),
];
