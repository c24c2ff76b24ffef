import { setTimeout as sleep } from "node:timers/promises";
import type { EthAddress } from "../builtin/evm/index.js";
import type { ChainNetwork } from "../chain/networks/networks.js";
import { keccak } from "../chain/signatures/eth-sender.js";
import { isFvmError } from "../errors.js";
import { bytesEqual, hex, prefixedBytes } from "../util/bytes.js";
import { messageOf } from "../util/kind-of.js";
import { SEALED_TEXTS } from "./contracts/compiled.js";
import { lockRound, open } from "./seal.js";

/** Speaks to a node: a provider as EIP-1193 has it, also with Filecoin's methods. */
export interface LockProvider {
  /** The method's result; throws its error, whose `code` is a number. */
  request(request: { readonly method: string; readonly params?: unknown }): Promise<unknown>;
}

/** Options of who opens locks. */
export interface RelayOptions {
  /** Provider of a node that serves Ethereum's methods and `Filecoin.StateGetBeaconEntry`. */
  readonly provider: LockProvider;
  /** A `TimeLock` or a `SealedTexts`. */
  readonly contract: EthAddress;
  readonly network: ChainNetwork;
  /** Who sends the transactions, by `eth_sendTransaction`, and gets the tips. */
  readonly from: EthAddress;
  /** First epoch whose locks are looked for. Default 0. */
  readonly fromEpoch?: number;
}

/** Options of `watchLocks`. */
export interface WatchOptions extends RelayOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds between looks at the chain. Default: 1,000. */
  readonly pollMs?: number;
}

/** Outcome of a lock that was due. */
export type LockOutcome = {
  readonly id: bigint;
  readonly epoch: number;
} /** `transaction`: its hash. */ & (
  | { readonly kind: "opened"; readonly transaction: string }
  /** Nobody can open it: its content is not what it should be. */
  | { readonly kind: "junk"; readonly reason: string }
  /** The chain does not take it now. */
  | { readonly kind: "refused"; readonly reason: string }
);

interface FoundLock {
  readonly id: bigint;
  readonly epoch: number;
  readonly commitment: Uint8Array;
  readonly sealed: Uint8Array;
}

const POLL_MS = 1_000;

/**
 * Opens what is due on a chain, and waits for nothing. A lock is due once the block of its epoch has been executed. Needs the
 * package age-encryption. Throws what the provider throws; `FvmError` PACKAGE_MISSING.
 */
export async function openDue(options: RelayOptions): Promise<LockOutcome[]> {
  const outcomes: LockOutcome[] = [];
  for (const lock of await dueLocks(options)) outcomes.push(await openLock(lock, options));
  return outcomes;
}

/** As `openDue`, again and again until the signal. A lock that is not opened is told once for each reason. Throws as `openDue`. */
export async function* watchLocks(options: WatchOptions): AsyncGenerator<LockOutcome, void, undefined> {
  const { signal, pollMs = POLL_MS } = options;
  // A reorganisation may put another lock in a number's place.
  const keyOf = ({ id, commitment, sealed }: FoundLock) => `${id} ${hex(commitment)} ${hex(keccak(sealed))}`;
  const junk = new Set<string>();
  const told = new Set<string>();
  while (!signal.aborted) {
    for (const lock of await dueLocks(options)) {
      if (signal.aborted) return;
      const key = keyOf(lock);
      if (junk.has(key)) continue;
      const outcome = await openLock(lock, options);
      if (outcome.kind === "junk") junk.add(key);
      if (outcome.kind === "refused") {
        const words = `${key} ${outcome.reason}`;
        if (told.has(words)) continue;
        told.add(words);
      }
      yield outcome;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Locks of the chain that wait and whose epoch there has been, in order. */
async function dueLocks({ provider, contract, fromEpoch = 0 }: RelayOptions): Promise<FoundLock[]> {
  const { events, createContract } = await import("micro-eth-signer/abi.js");
  const { Locked } = events(SEALED_TEXTS.abi);
  const { isWaiting } = createContract(SEALED_TEXTS.abi);
  const latest = Number(await provider.request({ method: "eth_blockNumber" }));
  const topics = Locked.topics({ id: null, epoch: null, commitment: null, sealedContent: null });
  const filter = { address: contract, fromBlock: quantity(fromEpoch), toBlock: quantity(latest), topics };
  const logs = (await provider.request({ method: "eth_getLogs", params: [filter] })) as {
    readonly topics: string[];
    readonly data: string;
  }[];
  const due: FoundLock[] = [];
  for (const log of logs) {
    const { id, epoch, commitment, sealedContent } = Locked.decode(log.topics, log.data);
    if (epoch > BigInt(latest)) continue;
    const data = `0x${hex(isWaiting.encodeInput(id))}`;
    const answer = await provider.request({ method: "eth_call", params: [{ to: contract, data }, "latest"] });
    const waits = isWaiting.decodeOutput(prefixedBytes(answer as string) ?? new Uint8Array());
    if (waits) due.push({ id, epoch: Number(epoch), commitment, sealed: sealedContent });
  }
  return due;
}

async function openLock(lock: FoundLock, options: RelayOptions): Promise<LockOutcome> {
  const { id, epoch, commitment } = lock;
  const { provider, contract, from } = options;
  const junk = (reason: string): LockOutcome => ({ id, epoch, kind: "junk", reason });
  let content: Uint8Array;
  try {
    content = await contentOf(lock, options);
  } catch (error) {
    if (isFvmError(error, "INVALID_SEALED")) return junk(error.details.reason);
    throw error;
  }
  if (!bytesEqual(keccak(content), commitment))
    return junk("the content is not the one that is committed to");
  const { createContract } = await import("micro-eth-signer/abi.js");
  const data = `0x${hex(createContract(SEALED_TEXTS.abi).open.encodeInput({ id, content }))}`;
  const transaction = { from, to: contract, data };
  let gas: unknown;
  try {
    gas = await provider.request({ method: "eth_estimateGas", params: [transaction] });
  } catch (error) {
    // Errors without a number are not the chain's words.
    if (typeof (error as { code?: unknown } | null)?.code !== "number") throw error;
    return { id, epoch, kind: "refused", reason: messageOf(error) };
  }
  const hash = await provider.request({ method: "eth_sendTransaction", params: [{ ...transaction, gas }] });
  return { id, epoch, kind: "opened", transaction: hash as string };
}

/** Throws `FvmError` INVALID_SEALED; what the provider throws. */
function contentOf({ epoch, sealed }: FoundLock, { network, provider }: RelayOptions): Promise<Uint8Array> {
  const { beacon } = lockRound(network, epoch);
  const entryOf = async () => {
    const entry = await provider.request({ method: "Filecoin.StateGetBeaconEntry", params: [epoch] });
    const { Round, Data } = entry as { readonly Round: number; readonly Data: string };
    return { round: Round, data: Buffer.from(Data, "base64") };
  };
  return open(sealed, { beacon, entryOf });
}

function quantity(epoch: number): string {
  return `0x${epoch.toString(16)}`;
}
