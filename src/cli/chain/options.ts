/** Options that the commands on chains have in common. */
import { readFileSync, statSync } from "node:fs";
import type { ChainStore } from "../../chain/store/chain-store.js";
import type { NetworkSource } from "../../chain/store/network-source.js";
import { UsageError } from "../usage-error.js";

export const dataOption = { type: "text", value: "DIR", help: "The chain's folder. Needed." } as const;

export const networkOption = {
  type: "text",
  value: "NAME|FILE",
  help: "mainnet, calibnet, butterflynet, or a network's file. Default: what the folder remembers, else what its genesis says.",
} as const;

export const bundlesOption = {
  type: "text",
  value: "DIR",
  help: "Also bundles of builtin actors of this folder, beside those of FVM_BUNDLES and the user's cache.",
} as const;

export const jsonOption = { type: "flag", help: "Answer with one JSON object." } as const;

interface ChainValues {
  readonly data: string | undefined;
  readonly network?: string | undefined;
}

/** Opens the chain's folder, lets work run on it, and closes it. Throws as `openChain`. */
export async function withChain<T>(
  values: ChainValues,
  command: string,
  work: (store: ChainStore) => Promise<T>,
  create = false,
): Promise<T> {
  const store = await openChain(values, command, create);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/**
 * Opens the chain's folder.
 *
 * @param create make the folder if there is none
 * @throws `UsageError` if --data is missing or a file, or --network is wrong; as `ChainStore.open`
 */
export async function openChain(
  { data, network }: ChainValues,
  command: string,
  create = false,
): Promise<ChainStore> {
  if (data === undefined) throw new UsageError("--data DIR is missing", command);
  if (statSync(data, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`--data is ${data}, a file and not a folder`, command);
  }
  const { ChainStore } = await import("../../chain/store/chain-store.js");
  const source = await networkSource(network, command);
  return ChainStore.open(data, { create, ...(source !== undefined && { network: source }) });
}

/** A network that an option names; undefined: it names none. Throws `UsageError`. */
export async function networkSource(
  network: string | undefined,
  command: string,
): Promise<NetworkSource | undefined> {
  if (network === undefined) return undefined;
  const { CHAIN_NETWORKS } = await import("../../chain/networks/networks.js");
  if (Object.hasOwn(CHAIN_NETWORKS, network)) return network as NetworkSource;
  const names = Object.keys(CHAIN_NETWORKS).join(", ");
  let text: string;
  try {
    text = readFileSync(network, "utf8");
  } catch {
    throw new UsageError(`--network is ${network}, which is neither ${names} nor a file`, command);
  }
  try {
    return JSON.parse(text) as NetworkSource;
  } catch {
    throw new UsageError(`--network is ${network}, a file that is no JSON`, command);
  }
}
