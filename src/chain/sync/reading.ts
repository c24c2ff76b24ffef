import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";

/** A value of a header's that was read to explain a difference, or why it could not be. */
export type Reading<T> =
  | { readonly value: T; readonly failure?: undefined }
  | { readonly value?: undefined; readonly failure: ReadingFailure };

/** `absent`: the store lacks it; `malformed`: it is something else; `failed`: anything but that. */
export interface ReadingFailure {
  readonly kind: "absent" | "malformed" | "failed";
  readonly reason: string;
}

/** Reads what is at a root. Nothing but the signal's reason is thrown: the difference counts, not its explanation. */
export async function readingOf<T>(
  store: Blockstore,
  root: Cid,
  read: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<Reading<T>> {
  try {
    if ((await store.get(root)) === undefined) return { failure: { kind: "absent", reason: "" } };
    return { value: await read() };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { failure: failureOf(error) };
  }
}

function failureOf(error: unknown): ReadingFailure {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof HostFault && error.code === "BLOCK_NOT_FOUND") return { kind: "absent", reason };
  return { kind: error instanceof FvmError ? "malformed" : "failed", reason };
}
