import type { Abi, Hex } from "viem";
import { type DevNode, startDevNode, till } from "./dev-node.js";
import { type Client, clientOf, deploy } from "./viem.js";

/** The contract of a till. */
export const abi = till.abi as Abi;
export const bytecode = till.bytecode as Hex;

/** A node with a till on it. */
export interface TillNode {
  readonly node: DevNode;
  readonly client: Client;
  /** The till's. */
  readonly address: Hex;
}

export async function startTillNode(): Promise<TillNode> {
  const node = await startDevNode();
  const client = clientOf(node.url);
  const { address } = await deploy(client, { abi, bytecode }, [100n]);
  return { node, client, address };
}

/** Makes a request that viem has no function for. */
export function ask(client: Client, request: { method: string; params?: unknown[] }): Promise<unknown> {
  return (client.request as (request: unknown) => Promise<unknown>)(request);
}
