/** An actor that emits events, all in one message. */

import { Blocks } from "#src/blockstore/blocks.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { RAW } from "#src/encoding/codecs.js";
import { Amt, EVENTS_AMT } from "#src/ipld/amt.js";
import { EventFlag, eventCodec } from "#src/message/event.js";
import { native } from "#src/native/index.js";
import type { ApplyResult } from "#src/vm/executor/apply-result.js";
import { At, loopingGuest } from "../micro/guest-code.js";
import { expectSame, measure } from "../micro/measure.js";
import { invoker, networkWith } from "../micro/network.js";
import type { Section } from "./curve.js";
import { EFFORT, type GrowthOptions } from "./options.js";

const COUNTS = [1, 10, 100, 1_000, 10_000];
const KEY = "topic";
const VALUE_BYTES = 32;
const HEADER_BYTES = 24;
const [keyAt, valueAt] = [At.buffer + HEADER_BYTES, At.buffer + HEADER_BYTES + KEY.length];

export async function eventCount({ note }: GrowthOptions): Promise<Section> {
  const guests = await Promise.all(COUNTS.map(async (times) => ({ wasm: await emittingGuest(times) })));
  const { machine, ids } = await networkWith(guests);
  const points = COUNTS.map((size, index) => {
    note(`${size.toLocaleString("en")} events`);
    const emitter = ids[index] ?? 0;
    const root = eventsRoot(emitter, size);
    const check = ({ events, receipt }: ApplyResult) => {
      expectSame("events", events.length, size);
      expectSame("events root", receipt.eventsRoot, root);
    };
    const run = invoker(machine, emitter, { check });
    return { size, ns: measure({ group: "growth", name: `${size}`, operations: 1, run }, EFFORT) };
  });
  return {
    name: "events",
    title: "Events of a message",
    sizes: "events",
    per: "event, the message and its receipt included",
    scale: "logarithmic",
    curves: [{ name: "event with one entry", law: "linear", counts: "min", points }],
  };
}

function emittingGuest(times: number): Promise<Uint8Array> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeBigUInt64LE(BigInt(EventFlag.IndexedKey | EventFlag.IndexedValue), 0);
  header.writeBigUInt64LE(BigInt(RAW), 8);
  header.writeUInt32LE(KEY.length, 16);
  header.writeUInt32LE(VALUE_BYTES, 20);
  const escaped = [...header].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
  return loopingGuest({
    imports: `(import "event" "emit_event" (func $emit (param i32 i32 i32 i32 i32 i32) (result i32)))`,
    // The value is zeros.
    data: `(data (i32.const ${At.buffer}) "${escaped}${KEY}")`,
    body: `(call $emit (i32.const ${At.buffer}) (i32.const 1) (i32.const ${keyAt}) (i32.const ${KEY.length})
      (i32.const ${valueAt}) (i32.const ${VALUE_BYTES}))`,
    times,
  });
}

/** By inserting one event after the other, which is not how receipts are made. */
function eventsRoot(emitter: number, count: number) {
  const blocks = new Blocks(native.blocks(), new MemoryBlockstore());
  const amt = Amt.empty(blocks, eventCodec, EVENTS_AMT);
  const flags = EventFlag.IndexedKey | EventFlag.IndexedValue;
  const entries = [{ flags, key: KEY, codec: RAW, value: new Uint8Array(VALUE_BYTES) }];
  for (let index = 0; index < count; index++) amt.set(index, { emitter, entries });
  return amt.flush();
}
