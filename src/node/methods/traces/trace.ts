/** `trace_*`: what transactions did, as Parity shows it. */
import * as v from "valibot";
import { callObject, messageOfCall } from "../../eth/call-object.js";
import { settingOf } from "../../eth/calls.js";
import { blockNumberParam, blockParam, hashParam, LATEST } from "../../eth/json.js";
import { blockOverrides, stateOverrides } from "../../eth/overrides.js";
import { placedTraces, transactionTraces } from "../../eth/traces/block-traces.js";
import { placeOfTransaction } from "../../eth/traces/place.js";
import { replayedMessages } from "../../eth/traces/replayed-messages.js";
import { findTraces } from "../../eth/traces/trace-filter.js";
import { tracedCall, tracedCalls } from "../../eth/traces/traced-call.js";
import { PARITY_TYPES, type ParityType, tracedByParity } from "../../eth/traces/tracers.js";
import type { TransactionJson } from "../../eth/transaction.js";
import type { Node } from "../../node.js";
import { failed, ParamError } from "../../rpc/errors.js";
import { methodsOf, optional, required } from "../../rpc/method.js";
import { readAsLotus } from "../../rpc/schema.js";
import { answers, hashText, parityTypes, traceQuery, traceTypes } from "./shapes.js";

const method = methodsOf<Node>();
/** Calls of one `trace_callMany`. */
const MOST_CALLS = 1000;

export const traceMethods = [
  method({
    name: "trace_block",
    aliases: ["Filecoin.EthTraceBlock"],
    summary: "What the transactions of a block did.",
    params: [required("block", blockNumberParam)],
    result: answers.entries,
    call: async ({ node, signal }, block) =>
      placedTraces(node, await node.eth.tipsetOf(block, "refused", { signal }), { signal }),
  }),
  method({
    name: "trace_replayBlockTransactions",
    aliases: ["Filecoin.EthTraceReplayBlockTransactions"],
    summary: "What the transactions of a block did, and returned, one by one.",
    params: [required("block", blockNumberParam), required("types", traceTypes)],
    result: answers.replays,
    call: async ({ node, signal, lotus }, block, types) => {
      const isPlain = types.length === 1 && types[0] === "trace";
      if (lotus && !isPlain) throw failed("only 'trace' is supported");
      const asked = parityTypesOf(types);
      const tipset = await node.eth.tipsetOf(block, "refused", { signal });
      if (isPlain) {
        const transactions = await transactionTraces(node, tipset, { signal });
        return transactions.map(({ hash, entries, output }) => ({
          output,
          stateDiff: null,
          trace: lotus && entries.length === 0 ? null : entries,
          transactionHash: hash,
          vmTrace: null,
        }));
      }
      const { transactions } = await node.eth.tipset(tipset, { signal });
      const replays = await replayedMessages(node.chain, tipset, undefined, { signal });
      const shown: object[] = [];
      for (const [place, replayed] of replays.entries()) {
        const { hash } = transactions[place] as TransactionJson;
        shown.push({ ...(await tracedByParity(replayed, asked, { signal })), transactionHash: hash });
      }
      return shown;
    },
  }),
  method({
    name: "trace_transaction",
    aliases: ["Filecoin.EthTraceTransaction"],
    summary: "What a transaction did.",
    params: [required("hash", hashText)],
    result: answers.entries,
    call: async ({ node, signal }, text) => {
      const hash = hashOf(text);
      const { tipset } = await placeOfTransaction(node.eth, hash, { signal });
      const entries = await placedTraces(node, tipset, { signal });
      return entries.filter(({ transactionHash }) => transactionHash === hash);
    },
  }),
  method({
    name: "trace_filter",
    aliases: ["Filecoin.EthTraceFilter"],
    summary: "What transactions of a range of blocks did, by who called whom.",
    params: [required("filter", traceQuery)],
    result: answers.entries,
    call: ({ node, signal, lotus }, query) => findTraces(node, query, lotus, { signal }),
  }),
  method({
    name: "trace_call",
    ours: true,
    summary: "What a call would do, return and change after a block.",
    params: [
      required("call", callObject),
      required("types", parityTypes),
      optional("block", blockParam),
      optional("stateOverrides", stateOverrides),
      optional("blockOverrides", blockOverrides),
    ],
    result: answers.replay,
    call: async ({ node: { chain, eth }, signal }, call, types, block = LATEST, overrides, otherBlock) => {
      const tipset = await eth.tipsetOf(block, "before", { signal });
      const setting = settingOf(overrides, otherBlock) ?? {};
      const traced = await tracedCall(chain, tipset, messageOfCall(call), setting, { signal });
      return tracedByParity(traced, types, { signal });
    },
  }),
  method({
    name: "trace_callMany",
    ours: true,
    summary:
      "What calls would do, return and change after a block, each on the state that those before it leave.",
    params: [
      required("calls", v.pipe(v.array(v.tuple([callObject, parityTypes])), v.maxLength(MOST_CALLS))),
      optional("block", blockParam),
    ],
    result: v.array(answers.replay),
    call: async ({ node: { chain, eth }, signal }, calls, block = LATEST) => {
      const tipset = await eth.tipsetOf(block, "before", { signal });
      const messages = calls.map(([call]) => messageOfCall(call));
      const shown: object[] = [];
      for await (const traced of tracedCalls(chain, tipset, messages, {}, { signal })) {
        const [, types] = calls[shown.length] as (typeof calls)[number];
        shown.push(await tracedByParity(traced, types, { signal }));
      }
      return shown;
    },
  }),
  method({
    name: "trace_replayTransaction",
    ours: true,
    summary: "What a transaction did, returned and changed.",
    params: [required("hash", hashParam), required("types", parityTypes)],
    result: answers.replay,
    call: async ({ node, signal }, hash, types) => {
      const { tipset, index } = await placeOfTransaction(node.eth, hash, { signal });
      const [replayed] = await replayedMessages(node.chain, tipset, index, { signal });
      if (replayed === undefined) throw failed("transaction not found");
      return tracedByParity(replayed, types, { signal });
    },
  }),
];

function hashOf(text: string) {
  try {
    return readAsLotus(hashParam, text);
  } catch (error) {
    if (!(error instanceof ParamError)) throw error;
    throw failed(`cannot parse eth hash: ${error.message}`);
  }
}

function parityTypesOf(types: readonly string[]): ParityType[] {
  return types.map((type) => {
    const known = PARITY_TYPES.find((name) => name === type);
    if (known === undefined) throw failed(`no traces of type ${type}; there are ${PARITY_TYPES.join(", ")}`);
    return known;
  });
}
