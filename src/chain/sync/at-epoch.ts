import { HostFault, type HostFaultDetails } from "../../errors.js";

/** Faults that a store is to blame for. */
type StoreFault = "BLOCKSTORE_FAILED" | "BLOCK_NOT_FOUND" | "CORRUPT_BLOCK";

const STORE_FAULTS: ReadonlySet<string> = new Set<StoreFault>([
  "BLOCKSTORE_FAILED",
  "BLOCK_NOT_FOUND",
  "CORRUPT_BLOCK",
]);

/** The error to throw if work on an epoch fails: a store's fault names the epoch, unless it already names one. */
export function atEpoch(error: unknown, epoch: number): unknown {
  if (!isStoreFault(error) || error.details.epoch !== undefined) return error;
  const details: HostFaultDetails[StoreFault] = { ...error.details, epoch };
  return new HostFault(error.code, details, error.cause === undefined ? {} : { cause: error.cause });
}

function isStoreFault(error: unknown): error is HostFault<StoreFault> {
  return error instanceof HostFault && STORE_FAULTS.has(error.code);
}
