import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { HostFault } from "../../errors.js";
import type { NativeSignatures } from "../../native/addon.js";
import { native } from "../../native/index.js";
import { joinBytes } from "../../util/bytes.js";
import { messageOf } from "../../util/kind-of.js";
import { unlessAborted } from "../../util/waits.js";

/** Threads of libuv's pool, unless the environment says how many. */
const POOL_THREADS = 4;
/**
 * Milliseconds after which a thread goes back to the pool, where others may wait for it. A busy main thread, which is
 * what sends it back to work, should not be missed before.
 */
const SLICE = 100;
/** Milliseconds, or a job longer, after which the calling thread turns to what else it is asked. */
const SLICE_HERE = 1;

/** Who makes checks. */
export interface Workers {
  /** Threads of libuv's pool. */
  readonly pool: number;
  /** Whether the calling thread makes some, too, between turns of its event loop. */
  readonly here: boolean;
}

/**
 * Makes checks natively. Returns a byte for each, 1 if the signature is valid.
 *
 * @param checks as `packedCheck` makes them
 * @throws HostFault NATIVE_FAILED; the signal's reason
 */
export async function makeChecks(
  checks: readonly Uint8Array[],
  { pool, here }: Workers,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const signatures = native.signatures(joinBytes(checks));
  try {
    const working = Array.from({ length: pool }, () => workThrough(signatures));
    if (here) working.push(workThroughHere(signatures));
    await unlessAborted(Promise.all(working), signal);
    return signatures.verdicts();
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new HostFault("NATIVE_FAILED", { text: messageOf(cause) }, { cause });
  } finally {
    signatures.stop();
  }
}

/** Until nothing is left to begin. Through JavaScript, so that nothing goes on when the environment ends. */
async function workThrough(signatures: NativeSignatures): Promise<void> {
  while (await signatures.work(SLICE));
}

async function workThroughHere(signatures: NativeSignatures): Promise<void> {
  while (signatures.workHere(SLICE_HERE)) await setImmediate();
}

/** Half of the pool: files and stores of others need the rest. */
export function usualThreads(): number {
  const pool = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? "", 10) || POOL_THREADS;
  return Math.max(1, Math.min(availableParallelism(), pool >> 1));
}
