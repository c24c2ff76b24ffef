import { BlockCache } from "../../blockstore/block-cache.js";
import { FvmError, HostFault } from "../../errors.js";
import {
  anything,
  type Check,
  is,
  isCount,
  isFunction,
  isU64,
  optional,
  withMethods,
} from "../../util/check.js";
import { kindOf } from "../../util/kind-of.js";
import { checkOption } from "../../util/options.js";
import { forgetPromise, unlessAborted } from "../../util/waits.js";
import { isNetworkVersion, type NetworkVersion, networkVersion } from "../../vm/network/version.js";
import type { ChainNode } from "./node.js";

const isNode = withMethods("networkVersion", "circulatingSupply");

/** Fields that machines do not check. */
const FIELDS: readonly [name: keyof ChainNode, check: Check][] = [
  ["chainId", isU64],
  ["genesisTimestamp", isU64],
  ["blockDelay", optional(isCount)],
  ["blockCache", optional(is(BlockCache.is, "a BlockCache"))],
  ["migrate", optional(isFunction)],
  ["prefetch", optional(withMethods("begin"))],
  ["close", optional(isFunction)],
];

/** Throws `FvmError` INVALID_OPTION. */
export function checkNode(node: ChainNode): void {
  checkOption("node", node, isNode);
  for (const [name, check] of FIELDS) checkOption(`node.${name}`, node[name], check);
}

/** The network version of an epoch. Throws as `askNode`, and `FvmError` UNKNOWN_NETWORK_VERSION. */
export function networkAt(node: ChainNode, epoch: number): NetworkVersion {
  const question = `network version of epoch ${epoch}`;
  let answer: NetworkVersion | number;
  try {
    answer = node.networkVersion(epoch);
  } catch (cause) {
    throw nodeFailed(question, cause);
  }
  if (isNetworkVersion(answer)) return answer;
  if (typeof answer === "number") return networkVersion(answer);
  forgetPromise(answer);
  throw new HostFault("EXTERN_FAILED", { question, reason: `${kindOf(answer)} is not a network version` });
}

/**
 * The node's answer. If the node fails, or answers with something else, that is `HostFault` EXTERN_FAILED, as
 * for externs; errors of ours stay what they are. Throws the signal's reason.
 */
export async function askNode<T>(
  question: string,
  ask: () => T | Promise<T>,
  isAnswer: Check,
  signal: AbortSignal | undefined,
): Promise<T> {
  let answer: T;
  try {
    answer = await unlessAborted(ask(), signal);
  } catch (cause) {
    if (signal?.aborted === true && cause === signal.reason) throw cause;
    throw nodeFailed(question, cause);
  }
  const reason = isAnswer(answer);
  if (reason === undefined) return answer;
  throw new HostFault("EXTERN_FAILED", { question, reason });
}

/** Throws `HostFault` EXTERN_FAILED if the node cannot be closed; errors of ours stay what they are. */
export async function closeNode(node: ChainNode): Promise<void> {
  await askNode("close", () => node.close?.(), anything, undefined);
}

/** The error to throw if the node has thrown. */
export function nodeFailed(question: string, cause: unknown): FvmError | HostFault {
  if (cause instanceof FvmError || cause instanceof HostFault) return cause;
  return new HostFault("EXTERN_FAILED", { question }, { cause });
}
