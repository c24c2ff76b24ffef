/** An actor that sends to itself, so and so deep. */
import { At, assemble } from "../micro/guest-code.js";
import { expectSame, measure } from "../micro/measure.js";
import { FIRST_GUEST, invoker, networkWith } from "../micro/network.js";
import type { Section } from "./curve.js";
import { EFFORT, type GrowthOptions } from "./options.js";

const DEPTHS = [1, 3, 10, 30, 100, 300, 1_000];
/** Sends nothing; each method above it sends to the one below. */
const LAST_METHOD = 2;
/** In the answer to vm.message_context. */
const METHOD_OFFSET = 32;
/** Each frame has a memory and a stack of its own: a few fit the nearest caches, a thousand do not. */
const FRAMES_BY_CACHE = 2.5;

export async function callDepth({ note }: GrowthOptions): Promise<Section> {
  const { machine, ids } = await networkWith([{ wasm: await nestingGuest() }]);
  const [id = 0] = ids;
  expectSame("ID", id, FIRST_GUEST);
  const nanoseconds = (depth: number) => {
    note(`${depth.toLocaleString("en")} nested sends`);
    const check = ({ invocations }: { invocations: number }) =>
      expectSame("invocations", invocations, depth + 1);
    const run = invoker(machine, id, { method: LAST_METHOD + depth, check });
    return measure({ group: "growth", name: `${depth}`, operations: 1, run }, EFFORT);
  };
  const { min: message } = nanoseconds(0);
  const points = DEPTHS.map((size) => {
    const { median, min, max } = nanoseconds(size);
    const perCall = (total: number) => (total - message) / size;
    return { size, ns: { median: perCall(median), min: perCall(min), max: perCall(max) } };
  });
  return {
    name: "depth",
    title: "Depth of calls",
    sizes: "nested sends",
    per: "send, beyond the message without any",
    scale: "linear",
    curves: [
      { name: "send to an actor and back", law: "flat", counts: "min", tolerance: FRAMES_BY_CACHE, points },
    ],
  };
}

function nestingGuest(): Promise<Uint8Array> {
  const [result, address, context] = [At.result, At.buffer, At.cid].map((at) => `(i32.const ${at})`);
  const method = `(i64.load offset=${METHOD_OFFSET} ${context})`;
  return assemble(`(module
    (import "vm" "message_context" (func $context (param i32) (result i32)))
    (import "send" "send" (func $send (param i32 i32 i32 i64 i32 i64 i64 i64 i64) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const ${At.buffer}) "\\00\\${FIRST_GUEST.toString(16)}")
    (func (export "invoke") (param i32) (result i32)
      (if (call $context ${context}) (then unreachable))
      (if (i64.gt_u ${method} (i64.const ${LAST_METHOD})) (then
        (if (call $send ${result} ${address} (i32.const 2) (i64.sub ${method} (i64.const 1)) (i32.const 0)
              (i64.const 0) (i64.const 0) (i64.const -1) (i64.const 0))
          (then unreachable))
        ;; The exit code.
        (if (i32.load ${result}) (then unreachable))))
      (i32.const 0)))`);
}
