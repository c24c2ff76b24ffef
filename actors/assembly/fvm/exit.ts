import { abort } from "../syscalls/nv16/vm";
import { exit as vmExit } from "../syscalls/vm";
import { Bytes } from "./bytes";

export const ILLEGAL_ARGUMENT: u32 = 16;
export const FORBIDDEN: u32 = 18;
export const INSUFFICIENT_FUNDS: u32 = 19;
export const ILLEGAL_STATE: u32 = 20;
export const SERIALIZATION: u32 = 21;
export const UNHANDLED_MESSAGE: u32 = 22;

/** Ends the invocation; its state changes are dropped. The block `handle` goes to the caller, 0 = none. */
export function exit(code: u32, text: string, handle: u32 = 0): void {
  const reason = Bytes.ofText(text);
  if (FVM < 18) abort(code, reason.at, reason.length);
  else vmExit(code, handle, reason.at, reason.length);
  unreachable();
}

/** For syscalls that fail only by a mistake of the actor. */
export function check(errno: u32): void {
  if (errno !== 0) exit(ILLEGAL_STATE, "unexpected syscall error");
}

export function unhandled(): u32 {
  exit(UNHANDLED_MESSAGE, "unknown method");
  return 0;
}

/** Where AssemblyScript's own failures end (`--use abort=…`). */
export function trap(_text: string | null, _file: string | null, _line: u32, _column: u32): void {
  unreachable();
}
