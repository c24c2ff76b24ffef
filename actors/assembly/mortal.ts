/** Ends in every way there is. */
import { createBlock, readBlock } from "./fvm/blocks";
import { CborReader } from "./fvm/cbor";
import { exit, unhandled } from "./fvm/exit";
import { CBOR } from "./fvm/generation";
import { Message } from "./fvm/message";
import { self_destruct as destruct18 } from "./syscalls/nv18/self";
import { self_destruct } from "./syscalls/self";

const ABORT = 2;
const SELF_DESTRUCT = 3;
const RETURN_UNKNOWN_BLOCK = 4;
const EXIT_WITH_UNKNOWN_BLOCK = 5;
const TRAP = 6;
const SPIN = 7;
const UNKNOWN_BLOCK: u32 = 999;

export function invoke(params: u32): u32 {
  const method = new Message().method;
  if (method === ABORT) return abortWith(params);
  if (method === SELF_DESTRUCT) return selfDestruct(params);
  if (method === RETURN_UNKNOWN_BLOCK) return UNKNOWN_BLOCK;
  if (method === EXIT_WITH_UNKNOWN_BLOCK) exit(32, "with a block that does not exist", UNKNOWN_BLOCK);
  if (method === TRAP) unreachable();
  if (method === SPIN) while (true) {}
  return unhandled();
}

/** [exit code, data]: exits with the code and, if there is data, a block of it. */
function abortWith(params: u32): u32 {
  const request = new CborReader(readBlock(params)).tuple(2);
  const code = request.uint() as u32;
  const data = request.bytes();
  exit(code, "as told", data.length === 0 ? 0 : createBlock(CBOR, data));
  return 0;
}

/** burn flag or, before network version 21, the beneficiary's address. Exits with 100 + the error number. */
function selfDestruct(params: u32): u32 {
  const request = new CborReader(readBlock(params));
  let errno: u32;
  if (FVM < 21) {
    const beneficiary = request.bytes();
    errno = destruct18(beneficiary.at, beneficiary.length);
  } else {
    errno = self_destruct(request.uint() as u32);
  }
  if (errno !== 0) exit(100 + errno, "self_destruct was refused");
  return 0;
}
