/** viem on a development node, and contracts that it has deployed. */
import {
  type Abi,
  BaseError,
  ContractFunctionRevertedError,
  createTestClient,
  defineChain,
  getAddress,
  type Hex,
  http,
  type LocalAccount,
  parseEventLogs,
  publicActions,
  type TransactionReceipt,
  walletActions,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { MNEMONIC } from "./dev-node.js";

export const MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11";
export const CREATE2_DEPLOYER = "0x4e59b44847b379578588920ca78fbf26c0b4956c";

/** An account with funds. */
export const person = (addressIndex: number) => mnemonicToAccount(MNEMONIC, { addressIndex });

/** Signs a hash as it is. */
export const raw = (account: LocalAccount, hash: Hex) => account.sign?.({ hash }) as Promise<Hex>;

export type Client = ReturnType<typeof clientOf>;

/** A client that reads, writes and mines; the first account is its own. */
export function clientOf(url: string, batch = false) {
  const chain = defineChain({
    id: 31415926,
    name: "dev",
    nativeCurrency: { name: "test FIL", symbol: "tFIL", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
    contracts: { multicall3: { address: MULTICALL3 } },
  });
  return createTestClient({
    mode: "anvil",
    chain,
    account: person(0),
    transport: http(url, { batch }),
    pollingInterval: 50,
  })
    .extend(publicActions)
    .extend(walletActions);
}

/** A compiled contract. */
export interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

export interface SendOptions {
  readonly from?: LocalAccount;
  readonly value?: bigint;
}

/** A contract on the chain. What it answers has the types that its ABI gives at run time. */
export interface Deployed {
  readonly address: Hex;
  readonly abi: Abi;
  // biome-ignore lint/suspicious/noExplicitAny: the types of results follow from an ABI that only running code has.
  read(name: string, ...args: readonly unknown[]): Promise<any>;
  /** Sends a transaction, which must succeed. */
  write(name: string, args?: readonly unknown[], options?: SendOptions): Promise<TransactionReceipt>;
  /** Name and arguments of the error that a call reverts with; `undefined` if it has none, throws if it does not revert. */
  refusal(name: string, args?: readonly unknown[], options?: SendOptions): Promise<Refusal | undefined>;
  /** Names and arguments of the events in a receipt that this contract's ABI knows. */
  events(receipt: TransactionReceipt): { readonly eventName: string; readonly args: unknown }[];
}

export interface Refusal {
  readonly errorName: string;
  readonly args: readonly unknown[];
}

/** The errors of ABIs, for a contract that lets errors of others through. */
export const errorsOf = (...abis: readonly Abi[]): Abi =>
  abis.flatMap((abi) => abi.filter(({ type }) => type === "error"));

/** A contract at an address. */
export function at(client: Client, abi: Abi, where: Hex): Deployed {
  const address = getAddress(where);
  const call = (functionName: string, args: readonly unknown[] = [], options: SendOptions = {}) => ({
    abi,
    address,
    functionName,
    args,
    account: options.from ?? person(0),
    value: options.value as never,
  });
  return {
    address,
    abi,
    read: (name, ...args) => client.readContract(call(name, args)),
    async write(name, args, options) {
      const hash = await client.writeContract({ ...call(name, args, options), chain: client.chain });
      const receipt = await client.waitForTransactionReceipt({ hash });
      if (receipt.status !== "success") throw new Error(`${name} was reverted`);
      return receipt;
    },
    async refusal(name, args, options) {
      const error = await client.simulateContract(call(name, args, options)).then(
        () => new Error(`${name} was not refused`),
        (reason: unknown) => reason,
      );
      if (!(error instanceof BaseError)) throw error;
      const reverted = error.walk((each) => each instanceof ContractFunctionRevertedError);
      if (reverted === null) throw error;
      const { data } = reverted as ContractFunctionRevertedError;
      return data && { errorName: data.errorName, args: data.args ?? [] };
    },
    events: ({ logs }) =>
      parseEventLogs({ abi, logs }).map(({ eventName, args = {} }) => ({ eventName, args })),
  };
}

/** Deploys a contract. */
export async function deploy(
  client: Client,
  { abi, bytecode }: Artifact,
  args: readonly unknown[] = [],
  { from = person(0), value }: SendOptions = {},
): Promise<Deployed> {
  const hash = await client.deployContract({
    abi,
    bytecode,
    args,
    account: from,
    value: value as never,
    chain: client.chain,
  });
  const { contractAddress, status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error("the deployment was reverted");
  return at(client, abi, contractAddress as Hex);
}
