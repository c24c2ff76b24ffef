import { HostFault } from "../../errors.js";

/** A part that a snapshot may have left out: undefined if a block is not there. */
export async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HostFault && error.code === "BLOCK_NOT_FOUND") return undefined;
    throw error;
  }
}
