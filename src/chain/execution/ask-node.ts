import { FvmError, HostFault } from "../../errors.js";
import type { Check } from "../../util/check.js";
import { withMethods } from "../../util/check.js";
import { unlessAborted } from "../../util/waits.js";
import type { ChainNode } from "./node.js";

const isNode = withMethods("networkVersion", "circulatingSupply");

/** Throws `FvmError` INVALID_OPTION. What machines need of the node is checked when they are made. */
export function checkNode(node: ChainNode): void {
  const reason = isNode(node);
  if (reason !== undefined) throw new FvmError("INVALID_OPTION", { option: "node", reason });
}

/**
 * What the node answers. If it fails, or answers with something else, that is `HostFault` EXTERN_FAILED, as
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
    if (cause instanceof FvmError || cause instanceof HostFault) throw cause;
    throw new HostFault("EXTERN_FAILED", { question }, { cause });
  }
  const reason = isAnswer(answer);
  if (reason === undefined) return answer;
  throw new HostFault("EXTERN_FAILED", { question, reason });
}
