/** `debug_trace*`: what transactions did, by Geth's tracers. */
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { tipsetOfHash } from "../../eth/block-tipset.js";
import { callObject, messageOfCall } from "../../eth/call-object.js";
import { settingOf } from "../../eth/calls.js";
import { blockHash } from "../../eth/hashes.js";
import { blockNumberParam, blockParam, hashParam, LATEST } from "../../eth/json.js";
import { placeOfTransaction } from "../../eth/traces/place.js";
import { replayedMessages } from "../../eth/traces/replayed-messages.js";
import { tracedCall } from "../../eth/traces/traced-call.js";
import { type TracerOptions, tracedBy } from "../../eth/traces/tracers.js";
import type { TransactionJson } from "../../eth/transaction.js";
import type { Node } from "../../node.js";
import { failed } from "../../rpc/errors.js";
import { methodsOf, optional, required } from "../../rpc/method.js";
import { answers, callTracerOptions, tracerOptions } from "./shapes.js";

const method = methodsOf<Node>();

async function tracedBlock(
  { chain, eth }: Node,
  tipset: ChainTipset,
  options: TracerOptions,
  reading: ChainReadOptions,
): Promise<object[]> {
  const { transactions } = await eth.tipset(tipset, reading);
  const replays = await replayedMessages(chain, tipset, undefined, reading);
  const traced: object[] = [];
  for (const [index, replayed] of replays.entries()) {
    const { hash } = transactions[index] as TransactionJson;
    const place = placeOf(tipset, hash, index);
    traced.push({ txHash: hash, result: await tracedBy(replayed, options, place, reading) });
  }
  return traced;
}

function placeOf({ key, epoch }: ChainTipset, transactionHash: TransactionJson["hash"], index: number) {
  return {
    blockHash: blockHash(key),
    blockNumber: epoch,
    transactionHash,
    transactionPosition: index,
  };
}

export const debugMethods = [
  method({
    name: "debug_traceCall",
    ours: true,
    summary: "What a call would do after a block, by a tracer.",
    params: [
      required("call", callObject),
      optional("block", blockParam),
      optional("options", callTracerOptions),
    ],
    result: answers.traced,
    call: async ({ node: { chain, eth }, signal }, call, block = LATEST, options = {}) => {
      const tipset = await eth.tipsetOf(block, "before", { signal });
      const setting = settingOf(options.stateOverrides, options.blockOverrides) ?? {};
      const traced = await tracedCall(chain, tipset, messageOfCall(call), setting, { signal });
      return tracedBy(traced, options, undefined, { signal });
    },
  }),
  method({
    name: "debug_traceTransaction",
    ours: true,
    summary: "What a transaction did, by a tracer: callTracer, flatCallTracer, prestateTracer, 4byteTracer.",
    params: [required("hash", hashParam), optional("options", tracerOptions)],
    result: answers.traced,
    call: async ({ node, signal }, asked, options = {}) => {
      const { tipset, index, hash } = await placeOfTransaction(node.eth, asked, { signal });
      const [replayed] = await replayedMessages(node.chain, tipset, index, { signal });
      if (replayed === undefined) throw failed("transaction not found");
      return tracedBy(replayed, options, placeOf(tipset, hash, index), { signal });
    },
  }),
  method({
    name: "debug_traceBlockByNumber",
    ours: true,
    summary: "What the transactions of a block did, by a tracer.",
    params: [required("block", blockNumberParam), optional("options", tracerOptions)],
    result: answers.traced,
    call: async ({ node, signal }, block, options = {}) => {
      const tipset = await node.eth.tipsetOf(block, "refused", { signal });
      return tracedBlock(node, tipset, options, { signal });
    },
  }),
  method({
    name: "debug_traceBlockByHash",
    ours: true,
    summary: "What the transactions of a block did, by a tracer.",
    params: [required("hash", hashParam), optional("options", tracerOptions)],
    result: answers.traced,
    call: async ({ node, signal }, hash, options = {}) =>
      tracedBlock(node, await tipsetOfHash(node.chain, hash, { signal }), options, { signal }),
  }),
];
