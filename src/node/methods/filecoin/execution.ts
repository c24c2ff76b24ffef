/** `Filecoin.State*`: messages tried, executed again, looked for and waited for. */

import { computeState } from "../../filecoin/compute-state.js";
import { failed } from "../../filecoin/failures.js";
import { invocationJson } from "../../filecoin/invocation.js";
import { cidJson, keyJson, receiptJson } from "../../filecoin/json.js";
import { replayMessage } from "../../filecoin/replays.js";
import { decodedReturn } from "../../filecoin/return-json.js";
import { type MessageLookup, MessageReplaced, searchMessage } from "../../filecoin/search-message.js";
import { stateCall } from "../../filecoin/state-call.js";
import type { GoJson } from "../../filecoin/state-json.js";
import { namedTipset } from "../../filecoin/tipsets.js";
import { waitMessage } from "../../filecoin/wait-message.js";
import type { Node } from "../../node.js";
import { lenient, methodsOf, required } from "../../rpc/method.js";
import { answers, bool, cid, epoch, message, messages, tipsetKey, uint64 } from "./shapes.js";
import { writer } from "./writer.js";

const method = methodsOf<Node>();

function lookupJson({ cid: found, receipt, tipset }: MessageLookup, decoded: GoJson) {
  return {
    Message: cidJson(found),
    Receipt: receiptJson(receipt),
    ReturnDec: decoded,
    TipSet: keyJson(tipset.key),
    Height: tipset.epoch,
  };
}

export const executionMethods = [
  method({
    name: "Filecoin.StateCall",
    summary: "What a message would do, tried without paying for it, before a tipset's end.",
    params: [required("message", message), lenient("key", tipsetKey)],
    result: answers.invocation,
    call: async ({ node, signal }, given, key) => {
      const tipset = await namedTipset(node.chain, key, { signal });
      return invocationJson(await stateCall(node.chain, tipset, given, { signal }), writer(node));
    },
  }),
  method({
    name: "Filecoin.StateReplay",
    summary: "What a message has done, executed again.",
    params: [required("key", tipsetKey), required("message", cid)],
    result: answers.invocation,
    call: async ({ node, signal }, key, name) =>
      answeringReplaced(async () =>
        invocationJson(await replayMessage(node, key, name, { signal }), writer(node)),
      ),
  }),
  method({
    name: "Filecoin.StateCompute",
    summary: "What a tipset has done, executed again, and what messages after it would do.",
    params: [required("epoch", epoch), required("messages", messages), lenient("key", tipsetKey)],
    result: answers.object,
    call: async ({ node, signal }, at, given, key) => {
      const tipset = await namedTipset(node.chain, key, { signal });
      const json = writer(node);
      const { stateRoot, invocations } = await computeState(node, tipset, at, given, { signal });
      return {
        Root: cidJson(stateRoot),
        Trace: invocations.map((invocation) => invocationJson(invocation, json)),
      };
    },
  }),
  method({
    name: "Filecoin.StateSearchMsg",
    summary: "Where a message was executed, and its receipt; null if it was not.",
    params: [
      required("from", tipsetKey),
      required("message", cid),
      required("lookback", epoch),
      required("allowReplaced", bool),
    ],
    result: answers.lookup,
    call: async ({ node, signal }, key, name, lookback, allowReplaced) => {
      const from = await namedTipset(node.chain, key, { signal });
      try {
        const search = { cid: name, lookback, allowReplaced };
        const found = await searchMessage(node, from, search, { signal });
        return found === undefined ? null : lookupJson(found, null);
      } catch (error) {
        if (!(error instanceof MessageReplaced)) throw error;
        if (!allowReplaced) return null;
        throw failed(error.message, { cause: error });
      }
    },
  }),
  method({
    name: "Filecoin.StateWaitMsg",
    summary: "Waits until a message was executed and so many epochs lie on it.",
    params: [
      required("message", cid),
      required("confidence", uint64),
      lenient("lookback", epoch),
      lenient("allowReplaced", bool),
    ],
    result: answers.lookup,
    call: async ({ node, signal }, name, confidence, lookback = -1, allowReplaced = true) => {
      const { chain, dev } = node;
      const wait = { cid: name, confidence: Number(confidence), lookback, allowReplaced };
      const found = await answeringReplaced(() =>
        waitMessage(
          node,
          wait,
          { signal },
          // Nobody else would make blocks there. What waits for a message that has not come makes none.
          (missing) => (dev?.automine === true && missing !== undefined ? dev.mineMany(missing) : undefined),
        ),
      );
      return lookupJson(found, await decodedReturn(chain, found, { signal }));
    },
  }),
];

/** Another message in the place of the one that is looked for is an answer, too. */
async function answeringReplaced<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MessageReplaced ? failed(error.message, { cause: error }) : error;
  }
}
