import { emit_event as emit21 } from "../syscalls/event";
import { emit_event as emit18 } from "../syscalls/nv18/event";
import { Bytes } from "./bytes";
import { CborWriter } from "./cbor";
import { check } from "./exit";
import { CBOR, RAW } from "./generation";

/** Key and value indexed. */
const INDEXED: u64 = 3;

/** An event of entries with ASCII keys and CBOR integers as values. Network version 18 on. */
export class Event {
  private keys: Array<string> = [];
  private values: Array<u64> = [];

  with(key: string, value: u64): Event {
    this.keys.push(key);
    this.values.push(value);
    return this;
  }

  emit(): void {
    if (FVM < 18) return;
    if (FVM < 21) check(this.emitAsCbor());
    else check(this.emitAsBuffers());
  }

  private emitAsCbor(): u32 {
    const event = new CborWriter().array(this.keys.length);
    for (let i = 0; i < this.keys.length; i++) {
      event.array(4).uint(INDEXED).text(Bytes.ofText(this.keys[i])).uint(RAW).bytes(cborOf(this.values[i]));
    }
    const data = event.done();
    return emit18(data.at, data.length);
  }

  private emitAsBuffers(): u32 {
    const count = this.keys.length as u32;
    const entries = heap.alloc(24 * count);
    let keys = "";
    const values = Bytes.ofSize(9 * count);
    values.length = 0;
    for (let i: u32 = 0; i < count; i++) {
      const entry = entries + 24 * i;
      const value = cborOf(this.values[i]);
      store<u64>(entry, INDEXED);
      store<u64>(entry + 8, CBOR);
      store<u32>(entry + 16, this.keys[i].length);
      store<u32>(entry + 20, value.length);
      keys += this.keys[i];
      memory.copy(values.at + values.length, value.at, value.length);
      values.length += value.length;
    }
    const names = Bytes.ofText(keys);
    return emit21(entries, count, names.at, names.length, values.at, values.length);
  }
}

function cborOf(value: u64): Bytes {
  return new CborWriter(9).uint(value).done();
}
