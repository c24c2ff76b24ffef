/** Logs, filters and subscriptions. */
import * as v from "valibot";
import { logQuery } from "../../eth/filters/log-query.js";
import { hashParam, textParam } from "../../eth/json.js";
import type { Node } from "../../node.js";
import { failed } from "../../rpc/errors.js";
import { methodsOf, optional, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();

const filterId = named(hashParam, { name: "FilterId", go: "ethtypes.EthFilterID" });
const subscriptionId = named(hashParam, { name: "SubscriptionId", go: "ethtypes.EthSubscriptionID" });
const bool = v.boolean();
const changes = v.array(v.union([answers.hash, answers.log]));

export const logMethods = [
  method({
    name: "eth_getLogs",
    aliases: ["Filecoin.EthGetLogs"],
    summary: "Logs of blocks, by contract and topics.",
    params: [required("filter", logQuery)],
    result: v.array(answers.log),
    call: ({ node, signal }, query) => node.filters.find(query, { signal }),
  }),
  method({
    name: "eth_newFilter",
    aliases: ["Filecoin.EthNewFilter"],
    summary: "A filter of logs: those of its blocks, and then new ones.",
    params: [required("filter", logQuery)],
    result: answers.hash,
    call: ({ node, signal }, query) => node.filters.newLogFilter(query, { signal }),
  }),
  method({
    name: "eth_newBlockFilter",
    aliases: ["Filecoin.EthNewBlockFilter"],
    summary: "A filter of new blocks.",
    params: [],
    result: answers.hash,
    call: ({ node }) => node.filters.newBlockFilter(),
  }),
  method({
    name: "eth_newPendingTransactionFilter",
    aliases: ["Filecoin.EthNewPendingTransactionFilter"],
    summary: "A filter of transactions that come into the message pool.",
    params: [],
    result: answers.hash,
    call: ({ node }) => node.filters.newPendingFilter(),
  }),
  method({
    name: "eth_getFilterChanges",
    aliases: ["Filecoin.EthGetFilterChanges"],
    summary: "What a filter has found since it was last asked.",
    params: [required("id", filterId)],
    result: changes,
    call: ({ node, signal }, id) => node.filters.changes(id, { signal }),
  }),
  method({
    name: "eth_getFilterLogs",
    aliases: ["Filecoin.EthGetFilterLogs"],
    summary: "Logs of a filter; of Lotus's as its changes, of ours all.",
    params: [required("id", filterId)],
    result: v.array(answers.log),
    call: ({ node, signal }, id) => node.filters.logs(id, { signal }),
  }),
  method({
    name: "eth_uninstallFilter",
    aliases: ["Filecoin.EthUninstallFilter"],
    summary: "Ends a filter; whether there was one.",
    params: [required("id", filterId)],
    result: bool,
    call: ({ node }, id) => node.filters.uninstall(id),
  }),
  method({
    name: "eth_subscribe",
    aliases: ["Filecoin.EthSubscribe"],
    summary: "Tells the connection of newHeads, logs or newPendingTransactions as they come.",
    push: "notifications",
    params: [required("event", textParam), optional("query", logQuery)],
    result: answers.hash,
    call: ({ node, connection }, event, query) => {
      if (connection === undefined) throw failed("connection doesn't support callbacks");
      return node.subscriptions.subscribe(connection, event, query);
    },
  }),
  method({
    name: "eth_unsubscribe",
    aliases: ["Filecoin.EthUnsubscribe"],
    summary: "Ends a subscription; whether there was one.",
    params: [required("id", subscriptionId)],
    result: bool,
    call: ({ node }, id) => node.subscriptions.unsubscribe(id),
  }),
];
