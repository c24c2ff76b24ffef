import { context } from "../syscalls/nv16/vm";
import { message_context } from "../syscalls/vm";
import { check } from "./exit";

/** Who called, and what for. */
export class Message {
  caller: u64;
  receiver: u64;
  method: u64;
  /** attoFIL */
  valueLow: u64;
  valueHigh: u64;

  constructor() {
    const at = heap.alloc(80);
    if (FVM < 18) {
      check(context(at));
      this.valueLow = load<u64>(at);
      this.valueHigh = load<u64>(at + 8);
      this.caller = load<u64>(at + 16);
      this.receiver = load<u64>(at + 24);
      this.method = load<u64>(at + 32);
    } else {
      check(message_context(at));
      this.caller = load<u64>(at + 16);
      this.receiver = load<u64>(at + 24);
      this.method = load<u64>(at + 32);
      this.valueLow = load<u64>(at + 40);
      this.valueHigh = load<u64>(at + 48);
    }
  }
}
