/**
 * Syscalls in both lanes, sends, instances. A guest calls in a loop, so the time per call has in it what a
 * turn of the loop costs, metered as all code is, and the message's own time divided by the number of calls.
 */
import { At, idleGuest, loopingGuest } from "./guest-code.js";
import { instances } from "./instances.js";
import type { Micro } from "./measure.js";
import { FIRST_GUEST, invoker, networkWith, transfer } from "./network.js";

const CALLS = 20_000;
const SENDS = 1_000;

const available = `(import "gas" "available" (func $available (param i32) (result i32)))`;
const balance = `(import "self" "current_balance" (func $balance (param i32) (result i32)))`;
const send = `(import "send" "send"
  (func $send (param i32 i32 i32 i64 i32 i64 i64 i64 i64) (result i32)))`;
const result = `(i32.const ${At.result})`;

export async function seam(): Promise<Micro[]> {
  const idle = await idleGuest();
  const callers = await Promise.all([
    loopingGuest({ imports: available, body: "(i32.const 0)", times: CALLS }),
    loopingGuest({ imports: available, body: `(call $available ${result})`, times: CALLS }),
    loopingGuest({ imports: balance, body: `(call $balance ${result})`, times: CALLS }),
    // The idle guest is the first actor after the accounts.
    loopingGuest({
      imports: send,
      data: `(data (i32.const ${At.buffer}) "\\00\\${FIRST_GUEST.toString(16)}")`,
      body: `(call $send ${result} (i32.const ${At.buffer}) (i32.const 2) (i64.const 2) (i32.const 0)
        (i64.const 0) (i64.const 0) (i64.const -1) (i64.const 0))`,
      times: SENDS,
    }),
  ]);
  const { machine, ids } = await networkWith([idle, ...callers].map((wasm) => ({ wasm })));
  const [idleId = 0, loop = 0, native = 0, host = 0, sender = 0] = ids;
  const group = "seam";
  const sendNothing = transfer((await networkWith([])).machine);
  return [
    { group, name: "turn of the loop without a call", operations: CALLS, run: invoker(machine, loop) },
    { group, name: "native-lane call (gas.available)", operations: CALLS, run: invoker(machine, native) },
    { group, name: "host-lane call (self.current_balance)", operations: CALLS, run: invoker(machine, host) },
    { group, name: "send to an idle actor and back", operations: SENDS, run: invoker(machine, sender) },
    { group, name: "message to an idle actor", operations: 1, run: invoker(machine, idleId) },
    { group, name: "plain transfer", operations: 1, run: sendNothing },
    instances(idle),
  ];
}
