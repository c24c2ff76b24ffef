import type { ChainNetwork } from "../../chain/networks/networks.js";
import { drandDocuments } from "../drand/documents.js";
import { nodeMethods } from "../methods/index.js";
import type { Node } from "../node.js";
import { nodePages } from "../page/pages.js";
import { Dispatcher } from "../rpc/dispatch.js";
import { Provider } from "../server/provider.js";
import { RpcServer } from "../server/server.js";
import { accountsOf, type NodeAccounts } from "./accounts.js";
import { type OpenedNode, openNode } from "./open-node.js";
import { checkedNodeOptions, type NodeOptions } from "./options.js";
import { packageVersion } from "./version.js";

/** A node that runs. */
export interface RunningNode extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:8545`; absent without a port. WebSockets connect to the same. */
  readonly url?: string;
  /** Ethereum's number of the chain. */
  readonly chainId: number;
  /** The network that it has now. */
  readonly network: ChainNetwork;
  /** Accounts whose keys it has, with funds. */
  readonly accounts: NodeAccounts;
  /** Speaks to it in the process, without sockets. */
  readonly provider: Provider;
  /** Ends calls, connections and the chain. A second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Starts a node. It answers when this resolves.
 *
 * @throws FvmError INVALID_OPTION, LISTEN_FAILED; as opening a chain's folder
 */
export async function startNode(options: NodeOptions = {}): Promise<RunningNode> {
  const checked = checkedNodeOptions(options);
  const { lotus = false, onFault = logFault } = checked;
  const version = packageVersion();
  const opened = await openNode(checked, { lotus, version });
  const dispatcher = new Dispatcher<Node>({
    node: opened.node,
    table: nodeMethods({ lotus, version, dev: opened.node.dev }),
    lotus,
    onFault,
  });
  const provider = new Provider(dispatcher);
  try {
    const server = await listen(dispatcher, checked);
    return runningNode(opened, provider, server);
  } catch (error) {
    provider.close();
    await opened.close();
    throw error;
  }
}

async function listen(
  dispatcher: Dispatcher<Node>,
  { port, host, allowedHosts, allowedOrigins, lotus = false }: NodeOptions,
): Promise<RpcServer<Node> | undefined> {
  if (port === undefined) return undefined;
  return RpcServer.listen({
    dispatcher,
    port,
    // As for Lotus there is nothing at /.
    ...(!lotus && {
      pages: nodePages(dispatcher.options.node),
      documents: drandDocuments(dispatcher.options.node),
    }),
    ...(host !== undefined && { host }),
    ...(allowedHosts !== undefined && { allowedHosts }),
    ...(allowedOrigins !== undefined && { allowedOrigins }),
  });
}

function runningNode(
  { node, keys, close: closeChain }: OpenedNode,
  provider: Provider,
  server: RpcServer<Node> | undefined,
): RunningNode {
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      provider.close();
      await server?.close();
      await closeChain();
    })();
    return closing;
  };
  return {
    provider,
    get chainId() {
      return node.chain.network.chainId;
    },
    get network() {
      return node.chain.network;
    },
    get accounts() {
      return accountsOf(node, keys());
    },
    ...(server !== undefined && { url: server.url }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function logFault(method: string, error: unknown): void {
  console.error(`fault in ${method}:`, error);
}
