import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** A name that nobody else has: host, process, and some digits for those that share both. */
export function memberName(): string {
  return `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;
}
