/** Emits events. Parameters: how many. */
import { readBlock } from "./fvm/blocks";
import { CborReader } from "./fvm/cbor";
import { Event } from "./fvm/event";
import { exit, ILLEGAL_STATE, unhandled } from "./fvm/exit";
import { Message } from "./fvm/message";

const EMIT = 2;
const EMIT_THEN_FAIL = 3;

export function invoke(params: u32): u32 {
  const method = new Message().method;
  if (method !== EMIT && method !== EMIT_THEN_FAIL) return unhandled();
  const count = new CborReader(readBlock(params)).uint();
  for (let i: u64 = 0; i < count; i++) new Event().with("number", i).emit();
  if (method === EMIT_THEN_FAIL) exit(ILLEGAL_STATE, "the events must vanish");
  return 0;
}
