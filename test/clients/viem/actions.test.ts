/** Every action that viem has for a node either does what it says, or is known to have no method here. */
import {
  type Abi,
  createPublicClient,
  type Hex,
  MethodNotFoundRpcError,
  publicActions,
  RpcRequestError,
  testActions,
  walletActions,
  webSocket,
} from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevNode, startDevNode, till } from "../support/dev-node.js";
import { type Client, clientOf, deploy, MULTICALL3, person } from "../support/viem.js";

const abi = till.abi as Abi;
const [account, { address: to }] = [person(0), person(1)];
const remote = account.address;
const value = 1n;
const hash: Hex = `0x${"12".repeat(32)}`;
const typed = {
  domain: {},
  types: { A: [{ name: "a", type: "uint256" }] },
  primaryType: "A",
  message: { a: 1n },
};

let node: DevNode;
let client: Client;
let address: Hex;
let chain: Client["chain"];
let sent: Hex;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
  chain = client.chain;
  ({ address } = await deploy(client, { abi, bytecode: till.bytecode as Hex }, [100n]));
  sent = await client.sendTransaction({ to, value, chain });
});
afterAll(() => node?.[Symbol.asyncDispose]());

/** A call of the contract. */
const paying = () => ({ abi, address, functionName: "pay", args: [1n, "a"], account, chain }) as never;
const reading = () => ({ abi, address, functionName: "total" }) as never;
const signed = async () =>
  client.signTransaction(
    (await client.prepareTransactionRequest({ to, value, chain })) as never,
  ) as Promise<never>;
/** Watches for a moment. */
const watching = async (watch: (onError: (error: Error) => void) => () => void) => {
  const errors: Error[] = [];
  const stop = watch((error) => errors.push(error));
  await new Promise((resolve) => setTimeout(resolve, 200));
  stop();
  if (errors[0] !== undefined) throw errors[0];
};
const bundle = () => client.sendCalls({ calls: [{ to, value }], chain, experimental_fallback: true });

/** Arguments with which each action is tried. */
const TRIED: Record<string, () => unknown> = {
  call: () => client.call({ to }),
  createAccessList: () => client.createAccessList({ to }),
  createBlockFilter: () => client.createBlockFilter(),
  createContractEventFilter: () => client.createContractEventFilter({ abi }),
  createEventFilter: () => client.createEventFilter(),
  createPendingTransactionFilter: () => client.createPendingTransactionFilter(),
  estimateContractGas: () => client.estimateContractGas(paying()),
  estimateFeesPerGas: () => client.estimateFeesPerGas(),
  estimateGas: () => client.estimateGas({ to, value }),
  estimateMaxPriorityFeePerGas: () => client.estimateMaxPriorityFeePerGas(),
  fillTransaction: () => client.fillTransaction({ to, value, chain }),
  getBalance: () => client.getBalance({ address: to }),
  getBlobBaseFee: () => client.getBlobBaseFee(),
  getBlock: () => client.getBlock({ includeTransactions: true }),
  getBlockNumber: () => client.getBlockNumber(),
  getBlockReceipts: () => client.getBlockReceipts({ blockTag: "latest" }),
  getBlockTransactionCount: () => client.getBlockTransactionCount(),
  getBytecode: () => client.getCode({ address: MULTICALL3 }),
  getChainId: () => client.getChainId(),
  getCode: () => client.getCode({ address: MULTICALL3 }),
  getContractEvents: () => client.getContractEvents({ abi, address }),
  getDelegation: () => client.getDelegation({ address: to }),
  getFeeHistory: () => client.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] }),
  getFilterChanges: async () => client.getFilterChanges({ filter: await client.createBlockFilter() }),
  getFilterLogs: async () => client.getFilterLogs({ filter: await client.createEventFilter() }),
  getGasPrice: () => client.getGasPrice(),
  getLogs: () => client.getLogs(),
  getProof: () => client.getProof({ address, storageKeys: [] }),
  getRawTransaction: () => client.getRawTransaction({ hash: sent }),
  getStorageAt: () => client.getStorageAt({ address, slot: "0x0" }),
  getStorageValues: () => client.getStorageValues({ requests: { [address]: ["0x0"] } } as never),
  getTransaction: () => client.getTransaction({ blockTag: "latest", index: 0 }),
  getTransactionConfirmations: () => client.getTransactionConfirmations({ hash: sent }),
  getTransactionCount: () => client.getTransactionCount({ address: remote }),
  getTransactionReceipt: () => client.getTransactionReceipt({ hash: sent }),
  iterateLogs: async () => {
    for await (const page of client.iterateLogs({ fromBlock: 1n, toBlock: 3n })) return page;
    throw new Error("no page");
  },
  multicall: () => client.multicall({ contracts: [reading()] }),
  prepareTransactionRequest: () => client.prepareTransactionRequest({ to, value, chain }),
  readContract: () => client.readContract(reading()),
  sendRawTransaction: async () => client.sendRawTransaction({ serializedTransaction: await signed() }),
  sendRawTransactionSync: async () =>
    client.sendRawTransactionSync({ serializedTransaction: await signed() }),
  simulate: () => client.simulate({ blocks: [{ calls: [{ to, value }] }] } as never),
  simulateBlocks: () => client.simulateBlocks({ blocks: [{ calls: [{ to, value }] }] } as never),
  simulateCalls: () =>
    client.simulateCalls({ account, calls: [{ to, value }], traceAssetChanges: true } as never),
  simulateContract: () => client.simulateContract(paying()),
  uninstallFilter: async () => client.uninstallFilter({ filter: await client.createBlockFilter() }),
  verifyHash: async () =>
    client.verifyHash({ address: remote, hash, signature: (await account.sign?.({ hash })) as Hex }),
  verifyMessage: async () => {
    const signature = await account.signMessage({ message: "a" });
    return client.verifyMessage({ address: remote, message: "a", signature });
  },
  verifyTypedData: async () =>
    client.verifyTypedData({
      address: remote,
      ...typed,
      signature: await account.signTypedData(typed as never),
    } as never),
  waitForTransactionReceipt: () => client.waitForTransactionReceipt({ hash: sent }),
  watchBlockHeaders: async () => {
    const sockets = createPublicClient({ chain, transport: webSocket(node.ws) });
    await watching((onError) => sockets.watchBlockHeaders({ onBlockHeader: () => {}, onError }));
    (await sockets.transport.getRpcClient()).close();
  },
  watchBlockNumber: () =>
    watching((onError) => client.watchBlockNumber({ onBlockNumber: () => {}, onError })),
  watchBlocks: () => watching((onError) => client.watchBlocks({ onBlock: () => {}, onError })),
  watchContractEvent: () =>
    watching((onError) => client.watchContractEvent({ abi, onLogs: () => {}, onError })),
  watchEvent: () => watching((onError) => client.watchEvent({ onLogs: () => {}, onError })),
  watchPendingTransactions: () =>
    watching((onError) => client.watchPendingTransactions({ onTransactions: () => {}, onError })),

  addChain: () => client.addChain({ chain }),
  deployContract: () =>
    client.deployContract({ abi, bytecode: till.bytecode as Hex, args: [1n], chain } as never),
  getAddresses: () => client.getAddresses(),
  getCallsStatus: async () => client.getCallsStatus(await bundle()),
  getCapabilities: () => client.getCapabilities(),
  getPermissions: () => client.getPermissions(),
  prepareAuthorization: () => client.prepareAuthorization({ contractAddress: to }),
  requestAddresses: () => client.requestAddresses(),
  requestPermissions: () => client.requestPermissions({ eth_accounts: {} }),
  sendCalls: bundle,
  sendCallsSync: () =>
    client.sendCallsSync({ calls: [{ to, value }], chain, experimental_fallback: true } as never),
  sendTransaction: () => client.sendTransaction({ account: remote, to, value, chain }),
  sendTransactionSync: () => client.sendTransactionSync({ to, value, chain } as never),
  signAuthorization: () => client.signAuthorization({ contractAddress: to }),
  signMessage: () => client.signMessage({ account: remote, message: "a" }),
  signTransaction: async () =>
    client.signTransaction({
      account: remote,
      ...(await client.prepareTransactionRequest({ account: remote, to, value, chain })),
    } as never),
  signTypedData: () => client.signTypedData({ account: remote, ...typed } as never),
  switchChain: () => client.switchChain({ id: chain.id }),
  waitForCallsStatus: async () => client.waitForCallsStatus(await bundle()),
  watchAsset: () => client.watchAsset({ type: "ERC20", options: { address: to, decimals: 1, symbol: "A" } }),
  writeContract: () => client.writeContract(paying()),
  writeContractSync: () => client.writeContractSync(paying()),

  dropTransaction: () => client.dropTransaction({ hash }),
  dumpState: () => client.dumpState(),
  getAutomine: () => client.getAutomine(),
  getTxpoolContent: () => client.getTxpoolContent(),
  getTxpoolStatus: () => client.getTxpoolStatus(),
  impersonateAccount: () => client.impersonateAccount({ address: to }),
  increaseTime: () => client.increaseTime({ seconds: 5 }),
  inspectTxpool: () => client.inspectTxpool(),
  loadState: async () => client.loadState({ state: await client.dumpState() }),
  mine: () => client.mine({ blocks: 1 }),
  removeBlockTimestampInterval: () => client.removeBlockTimestampInterval(),
  reset: () => client.reset(),
  revert: async () => client.revert({ id: await client.snapshot() }),
  sendUnsignedTransaction: async () => {
    await client.impersonateAccount({ address: to });
    return client.sendUnsignedTransaction({ from: to, to, value });
  },
  setAutomine: () => client.setAutomine(true),
  setBalance: () => client.setBalance({ address: to, value: 10n ** 20n }),
  setBlockGasLimit: () => client.setBlockGasLimit({ gasLimit: 10n ** 10n }),
  setBlockTimestampInterval: () => client.setBlockTimestampInterval({ interval: 1 }),
  setCode: () => client.setCode({ address: hash.slice(0, 42) as Hex, bytecode: "0x00" }),
  setCoinbase: () => client.setCoinbase({ address: to }),
  setIntervalMining: () => client.setIntervalMining({ interval: 0 }),
  setLoggingEnabled: () => client.setLoggingEnabled(false),
  setMinGasPrice: () => client.setMinGasPrice({ gasPrice: 1n }),
  setNextBlockBaseFeePerGas: () => client.setNextBlockBaseFeePerGas({ baseFeePerGas: 200n }),
  setNextBlockTimestamp: () => client.setNextBlockTimestamp({ timestamp: 9_999_999_999n }),
  setNonce: () => client.setNonce({ address: to, nonce: 100 }),
  setStorageAt: () => client.setStorageAt({ address: MULTICALL3, index: 1, value: hash }),
  snapshot: () => client.snapshot(),
  stopImpersonatingAccount: () => client.stopImpersonatingAccount({ address: to }),
};

/** Actions that no node of Filecoin has: proofs of Ethereum's states, access lists, blobs, and what wallets do. */
const ABSENT: ReadonlySet<string> = new Set([
  "createAccessList",
  "fillTransaction",
  "getBlobBaseFee",
  "getProof",
  "getStorageValues",
  ...["addChain", "getCapabilities", "getPermissions", "requestPermissions", "switchChain", "watchAsset"],
]);

/** Actions that ask no node, or Ethereum's name service; setRpcUrl is for forks. */
const ELSEWHERE = /^(setRpcUrl|getEns\w+|getEip712Domain|verifySiweMessage|showCallsStatus|token)$/;

function actions(): string[] {
  const decorators = [publicActions(client), walletActions(client), testActions({ mode: "anvil" })(client)];
  return [...new Set(decorators.flatMap((decorator) => Object.keys(decorator)))];
}

test("all of them are tried", () => {
  expect(
    actions()
      .filter((name) => !ELSEWHERE.test(name))
      .sort(),
  ).toEqual(Object.keys(TRIED).sort());
});

test.each(Object.keys(TRIED))("%s", async (name) => {
  const result = Promise.resolve(TRIED[name]?.()).then(
    () => "done",
    (error: Error) => (isNotFound(error) ? "no such method" : error),
  );
  expect(await result).toBe(ABSENT.has(name) ? "no such method" : "done");
});

/** Whether the node knows no such method, by the code that says so. */
function isNotFound(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof MethodNotFoundRpcError) return true;
    if (at instanceof RpcRequestError && at.code === MethodNotFoundRpcError.code) return true;
  }
  return false;
}
