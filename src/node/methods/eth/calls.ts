/** Calls that are tried, and what they need. */

import { hexOf, quantity } from "../../../inspect/tracers/hex.js";
import type { Message } from "../../../message/message.js";
import { ZERO_ADDRESS } from "../../../simulate/message.js";
import { type CallObject, callObject, messageOfCall } from "../../eth/call-object.js";
import { settingOf } from "../../eth/calls.js";
import { blockParam, LATEST } from "../../eth/json.js";
import { blockOverrides, stateOverrides } from "../../eth/overrides.js";
import type { Node } from "../../node.js";
import { failed, RpcError } from "../../rpc/errors.js";
import { extra, methodsOf, optional, required } from "../../rpc/method.js";
import { stateBlock } from "./parameters.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();
const changes = [extra("stateOverrides", stateOverrides), extra("blockOverrides", blockOverrides)] as const;

export const callMethods = [
  method({
    name: "eth_call",
    aliases: ["Filecoin.EthCall"],
    summary: "What a call returns on the state after a block. Nothing is kept, and nobody pays.",
    params: [required("call", callObject), stateBlock, ...changes],
    result: answers.data,
    call: async ({ node: { eth }, signal }, call, block = LATEST, overrides, blockOverride) => {
      const message = converted(call);
      const tipset = await eth.tipsetOf(block, "before", { signal });
      return hexOf(await eth.calls.call(message, tipset, settingOf(overrides, blockOverride), { signal }));
    },
  }),
  method({
    name: "eth_estimateGas",
    aliases: ["Filecoin.EthEstimateGas"],
    summary: "The gas limit that a transaction should have.",
    params: [required("call", callObject), optional("block", blockParam), ...changes],
    result: answers.quantity,
    call: async ({ node: { chain, eth }, lotus, signal }, call, block, overrides, blockOverride) => {
      const message = messageOfCall(call);
      const tipset = block === undefined ? chain.head : await eth.tipsetOf(block, "before", { signal });
      const setting = settingOf(overrides, blockOverride);
      const isFree = !lotus && message.from === ZERO_ADDRESS;
      return quantity(await eth.calls.estimate(message, tipset, { setting, isFree }, { signal }));
    },
  }),
];

function converted(call: CallObject): Message {
  try {
    return messageOfCall(call);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw failed(`failed to convert ethcall to filecoin message: ${error.message}`);
  }
}
