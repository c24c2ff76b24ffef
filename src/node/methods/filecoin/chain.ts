/** `Filecoin.Chain*`: tipsets, blocks, messages, receipts and events. */

import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { FINALITY } from "../../../chain/networks/finality.js";
import type { TipsetMessage } from "../../chain/tipset-messages.js";
import {
  eventsAt,
  findObject,
  messagesOfBlock,
  messagesOfTipset,
  parentMessages,
  parentReceipts,
  readAnyMessage,
  readHeaderOf,
  readObject,
} from "../../filecoin/chain-objects.js";
import { failed, wrapping } from "../../filecoin/failures.js";
import { base64, cidJson, eventJson, type FilecoinJson, receiptJson } from "../../filecoin/json.js";
import { loadTipset, namedTipset, pathBetween, tipsetByHeight, tipsetOf } from "../../filecoin/tipsets.js";
import type { Node } from "../../node.js";
import { type Channel, lenient, methodsOf, required } from "../../rpc/method.js";
import { answers, cid, epoch, tipsetKey } from "./shapes.js";
import { writer } from "./writer.js";

const method = methodsOf<Node>();

/** Lists that Go has not begun are null. */
function messagesJson(json: FilecoinJson, messages: readonly TipsetMessage[] | undefined) {
  if (messages === undefined || messages.length === 0) return null;
  return messages.map(({ cid: name, message }) => ({ Cid: cidJson(name), Message: json.message(message) }));
}

/** Clients look 900 epochs back on new chains, too: what is before genesis is genesis, but in Lotus. */
function onChain(at: number, lotus: boolean): number {
  return lotus ? at : Math.max(0, at);
}

export const chainMethods = [
  method({
    name: "Filecoin.ChainNotify",
    summary: "Tells of the head: first the one that there is, then what is taken away and added.",
    push: "channel",
    params: [],
    result: answers.integer,
    call: ({ node, openChannel }) => {
      const channel = openChannel?.() as Channel;
      const json = writer(node);
      const change = (type: string) => (tipset: ChainTipset) => ({ Type: type, Val: json.tipset(tipset) });
      channel.send([change("current")(node.chain.head)]);
      const forget = node.chain.onChange(({ revert, apply }) =>
        channel.send([...revert.map(change("revert")), ...apply.map(change("apply"))]),
      );
      channel.onClose(forget);
      return channel.id;
    },
  }),
  method({
    name: "Filecoin.ChainHead",
    summary: "The newest tipset.",
    params: [],
    result: answers.tipset,
    call: ({ node }) => writer(node).tipset(node.chain.head),
  }),
  method({
    name: "Filecoin.ChainGetGenesis",
    summary: "The first tipset.",
    params: [],
    result: answers.tipset,
    call: ({ node }) => {
      const { genesis } = node.chain;
      if (genesis === undefined) throw failed("the headers do not go back to genesis");
      return writer(node).tipset(genesis);
    },
  }),
  method({
    name: "Filecoin.ChainGetTipSet",
    summary: "A tipset by its key.",
    versions: ["v0", "v1"],
    params: [required("key", tipsetKey)],
    result: answers.tipset,
    call: async ({ node, signal, lotus }, key) => {
      const tipset = await (lotus
        ? loadTipset(node.chain, key ?? [], { signal })
        : tipsetOf(node.chain, key, { signal }));
      return writer(node).tipset(tipset);
    },
  }),
  method({
    name: "Filecoin.ChainGetTipSetByHeight",
    summary: "The tipset of an epoch; in a null round the one before.",
    params: [required("epoch", epoch), lenient("key", tipsetKey)],
    result: answers.tipset,
    call: async ({ node, signal, lotus }, at, key) => {
      const from = await namedTipset(node.chain, key, { signal });
      const found = await tipsetByHeight(node.chain, onChain(at, lotus), from, "before", { signal });
      return writer(node).tipset(found);
    },
  }),
  method({
    name: "Filecoin.ChainGetTipSetAfterHeight",
    summary: "The tipset of an epoch; in a null round the one after.",
    params: [required("epoch", epoch), lenient("key", tipsetKey)],
    result: answers.tipset,
    call: async ({ node, signal, lotus }, at, key) => {
      const from = await namedTipset(node.chain, key, { signal });
      const found = await tipsetByHeight(node.chain, onChain(at, lotus), from, "after", { signal });
      return writer(node).tipset(found);
    },
  }),
  method({
    name: "Filecoin.ChainGetFinalizedTipSet",
    summary: "The tipset that is taken for final.",
    params: [],
    result: answers.tipset,
    call: async ({ node, signal, lotus }) => {
      const { head } = node.chain;
      const finalized = onChain(head.epoch - FINALITY, lotus);
      const found = await tipsetByHeight(node.chain, finalized, head, "before", { signal });
      return writer(node).tipset(found);
    },
  }),
  method({
    name: "Filecoin.ChainGetPath",
    summary: "Tipsets to revert and to apply on the way from one tipset to another.",
    params: [required("from", tipsetKey), required("to", tipsetKey)],
    result: answers.list,
    call: async ({ node, signal }, from, to) => {
      const json = writer(node);
      const path = await pathBetween(node.chain, from ?? [], to ?? [], { signal });
      return path.map(({ type, tipset }) => ({ Type: type, Val: json.tipset(tipset) }));
    },
  }),
  method({
    name: "Filecoin.ChainGetBlock",
    summary: "A block's header.",
    params: [required("block", cid)],
    result: answers.header,
    call: async ({ node, signal }, block) =>
      writer(node).header(await readHeaderOf(node.chain, block, { signal })),
  }),
  method({
    name: "Filecoin.ChainGetBlockMessages",
    summary: "Messages of a block.",
    params: [required("block", cid)],
    result: answers.blockMessages,
    call: async ({ node, signal }, block) =>
      writer(node).blockMessages(await messagesOfBlock(node.chain, block, { signal })),
  }),
  method({
    name: "Filecoin.ChainGetMessage",
    summary: "A message.",
    params: [required("message", cid)],
    result: answers.message,
    call: async ({ node, signal }, name) =>
      writer(node).message((await readAnyMessage(node, name, { signal })).message),
  }),
  method({
    name: "Filecoin.ChainGetParentMessages",
    summary: "Messages that the tipset before a block executes.",
    params: [required("block", cid)],
    result: answers.list,
    call: async ({ node, signal }, block) =>
      messagesJson(writer(node), await parentMessages(node.chain, block, { signal })),
  }),
  method({
    name: "Filecoin.ChainGetParentReceipts",
    summary: "Receipts of the messages that the tipset before a block executes.",
    params: [required("block", cid)],
    result: answers.list,
    call: async ({ node, signal }, block) =>
      (await parentReceipts(node.chain, block, { signal }))?.map(receiptJson) ?? null,
  }),
  method({
    name: "Filecoin.ChainGetMessagesInTipset",
    summary: "Messages that a tipset executes.",
    params: [lenient("key", tipsetKey)],
    result: answers.list,
    call: async ({ node, signal }, key) => {
      const tipset = await tipsetOf(node.chain, key, { signal });
      return messagesJson(writer(node), await messagesOfTipset(node.chain, tipset, { signal }));
    },
  }),
  method({
    name: "Filecoin.ChainGetEvents",
    summary: "Events of a message, by the root in its receipt.",
    params: [required("root", cid)],
    result: answers.list,
    call: async ({ node, signal }, root) => (await eventsAt(node.chain, root, { signal })).map(eventJson),
  }),
  method({
    name: "Filecoin.ChainReadObj",
    summary: "Bytes of a block of the store.",
    params: [required("cid", cid)],
    result: answers.text,
    call: async ({ node, signal }, name) =>
      base64(await wrapping("blockstore get", () => readObject(node, name, { signal }))),
  }),
  method({
    name: "Filecoin.ChainHasObj",
    summary: "Whether the store has a block.",
    params: [required("cid", cid)],
    result: answers.bool,
    call: async ({ node, signal }, name) => (await findObject(node, name, { signal })) !== undefined,
  }),
];
