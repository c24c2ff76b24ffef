/** Calls that are tried, and what they need. */
import { hexOf, quantity } from "../../../inspect/tracers/hex.js";
import { tipsetOfBlock } from "../../eth/block-tipset.js";
import { callObject, messageOfCall } from "../../eth/call-object.js";
import { blockParam, LATEST } from "../../eth/json.js";
import type { Node } from "../../node.js";
import { failed, RpcError } from "../../rpc/errors.js";
import { methodsOf, optional, required } from "../../rpc/method.js";
import { stateBlock } from "./parameters.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();

export const callMethods = [
  method({
    name: "eth_call",
    aliases: ["Filecoin.EthCall"],
    summary: "What a call returns on the state after a block. Nothing is kept, and nobody pays.",
    params: [required("call", callObject), stateBlock],
    result: answers.data,
    call: async ({ node: { chain, eth }, signal }, call, block = LATEST) => {
      const message = converted(call);
      const tipset = await tipsetOfBlock(chain, block, "before", { signal });
      return hexOf(await eth.calls.call(message, tipset, {}, { signal }));
    },
  }),
  method({
    name: "eth_estimateGas",
    aliases: ["Filecoin.EthEstimateGas"],
    summary: "The gas limit that a transaction should have.",
    params: [required("call", callObject), optional("block", blockParam)],
    result: answers.quantity,
    call: async ({ node: { chain, eth }, signal }, call, block) => {
      const message = messageOfCall(call);
      const tipset =
        block === undefined ? chain.head : await tipsetOfBlock(chain, block, "before", { signal });
      return quantity(await eth.calls.estimate(message, tipset, { signal }));
    },
  }),
];

function converted(call: Parameters<typeof messageOfCall>[0]): ReturnType<typeof messageOfCall> {
  try {
    return messageOfCall(call);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw failed(`failed to convert ethcall to filecoin message: ${error.message}`);
  }
}
