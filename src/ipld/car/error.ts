import { FvmError } from "../../errors.js";

/** @param offset in the file or stream, also of a compressed one */
export function invalidCar(offset: number, reason: string, cause?: unknown): FvmError<"INVALID_CAR"> {
  return new FvmError("INVALID_CAR", { offset, reason }, cause === undefined ? undefined : { cause });
}
