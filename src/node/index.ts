/**
 * A node that clients of Ethereum and Filecoin speak to, in the process or over HTTP and WebSocket.
 *
 * @module fvm-node/node
 */

export type { ChainFile } from "./dev/chain-file.js";
export type { TimeKind } from "./dev/clock.js";
export type { Fork } from "./dev/fork/fork-store.js";
export { type ErrorObject, RpcError, rpcCode } from "./rpc/errors.js";
export type { Provider, ProviderMessage, ProviderRequest } from "./server/provider.js";
export type { NodeAccount, NodeAccounts } from "./start/accounts.js";
export type { ChainPath, DevOptions, NodeOptions } from "./start/options.js";
export { type RunningNode, startNode } from "./start/start-node.js";
