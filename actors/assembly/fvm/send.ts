import { send as send16 } from "../syscalls/nv16/send";
import { send as send18 } from "../syscalls/send";
import { Bytes } from "./bytes";

export const ALL_GAS: u64 = u64.MAX_VALUE;
export const READ_ONLY: u64 = 1;

/** What became of a send: an error number of ours if it never ran, else the callee's exit code and block. */
export class Sent {
  constructor(
    public errno: u32,
    public exitCode: u32,
    public handle: u32,
  ) {}

  get ok(): bool {
    return this.errno === 0 && this.exitCode === 0;
  }
}

/** `gasLimit` (whole gas) and `flags` need network version 18; values are attoFIL. */
export function send(
  to: Bytes,
  method: u64,
  params: u32,
  valueLow: u64 = 0,
  valueHigh: u64 = 0,
  gasLimit: u64 = ALL_GAS,
  flags: u64 = 0,
): Sent {
  const answer = heap.alloc(20);
  memory.fill(answer, 0, 20);
  const errno =
    FVM < 18
      ? send16(answer, to.at, to.length, method, params, valueHigh, valueLow)
      : send18(answer, to.at, to.length, method, params, valueHigh, valueLow, gasLimit, flags);
  return new Sent(errno, load<u32>(answer), load<u32>(answer + 4));
}

/** The f0 address of an actor ID: a zero byte, then LEB128. */
export function idAddress(id: u64): Bytes {
  const address = Bytes.ofSize(11);
  let length: u32 = 1;
  store<u8>(address.at, 0);
  for (let rest = id; ; rest >>= 7) {
    const more = rest > 0x7f;
    store<u8>(address.at + length++, ((rest & 0x7f) | (more ? 0x80 : 0)) as u8);
    if (!more) break;
  }
  return new Bytes(address.at, length);
}
