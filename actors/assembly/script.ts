/**
 * Runs any system calls with any arguments: its parameters are a script, it returns a log.
 *
 * A step is an operation byte, a count, and that many arguments of 8 bytes, little endian; `WRITE`
 * is followed by the bytes. A system call logs its error number (4 bytes), `READ` what it read.
 * Scripts may use memory from 0x10000 to 0x1ffff, and what they `GROW`.
 */

import { createBlock, readBlock } from "./fvm/blocks";
import { Bytes } from "./fvm/bytes";
import { RAW } from "./fvm/generation";
import { syscall } from "./script-syscalls";

const WRITE: u8 = 0xf0;
const READ: u8 = 0xf1;
const FILL: u8 = 0xf2;
const GROW: u8 = 0xf3;
const RETURN: u8 = 0xf4;
const REPEAT: u8 = 0xf5;
const LOAD: u8 = 0xf6;
const STORE: u8 = 0xf7;
const LOG_CODEC: u64 = FVM < 18 ? 0x71 : RAW;
const ROOM: u32 = 0x10000;

export function invoke(params: u32): u32 {
  // Four pages: static data and heap start, the script's room, and two for script and log.
  memory.grow(3);
  const heapStart = heap.alloc(0);
  heap.alloc(0x20000 - heapStart);
  return new Script(readBlock(params)).run();
}

class Script {
  private position: u32 = 0;
  private log: Bytes = Bytes.ofSize(ROOM);

  constructor(private steps: Bytes) {
    this.log.length = 0;
  }

  run(): u32 {
    while (this.position < this.steps.length) {
      const at = this.steps.at + this.position;
      const operation = load<u8>(at);
      const args = at + 2;
      this.position += 2 + 8 * load<u8>(at + 1);
      if (operation === RETURN) return load<u32>(args);
      if (operation === REPEAT) this.repeat(args);
      else this.step(operation, args);
    }
    return createBlock(LOG_CODEC, this.log);
  }

  private step(operation: u8, args: usize): void {
    if (operation === WRITE) this.write(args);
    else if (operation === READ) this.append(load<u32>(args), load<u32>(args + 8));
    else if (operation === FILL) memory.fill(load<u32>(args), load<u8>(args + 8), load<u32>(args + 16));
    else if (operation === GROW) this.logNumber(memory.grow(load<u32>(args)));
    else if (operation === LOAD) this.logNumber(load<u8>(load<u32>(args)));
    else if (operation === STORE) store<u8>(load<u32>(args), load<u8>(args + 8));
    else this.logNumber(syscall(operation, args));
  }

  /** Runs the next step so many times; only the last result is logged. */
  private repeat(args: usize): void {
    const at = this.steps.at + this.position;
    this.position += 2 + 8 * load<u8>(at + 1);
    let result: u32 = 0;
    for (let n = load<u32>(args); n > 0; n--) result = syscall(load<u8>(at), at + 2);
    this.logNumber(result);
  }

  private write(args: usize): void {
    const length = load<u32>(args + 8);
    memory.copy(load<u32>(args), this.steps.at + this.position, length);
    this.position += length;
  }

  private logNumber(value: u32): void {
    store<u32>(this.log.at + this.log.length, value);
    this.log.length += 4;
  }

  private append(from: usize, length: u32): void {
    memory.copy(this.log.at + this.log.length, from, length);
    this.log.length += length;
  }
}
