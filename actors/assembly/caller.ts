/** Sends on behalf of its caller, and sends to itself. */
import { createBlock, readBlock } from "./fvm/blocks";
import { Bytes } from "./fvm/bytes";
import { CborReader, CborWriter } from "./fvm/cbor";
import { unhandled } from "./fvm/exit";
import { CBOR } from "./fvm/generation";
import { Message } from "./fvm/message";
import { idAddress, send } from "./fvm/send";
import { log } from "./syscalls/debug";

const FORWARD = 2;
const DESCEND = 3;

export function invoke(params: u32): u32 {
  const message = new Message();
  if (message.method === FORWARD) return forward(params);
  if (message.method === DESCEND) return descend(message, params);
  return unhandled();
}

/** [to, method, value in attoFIL, gas limit, flags, params] -> [error number, exit code, returned bytes] */
function forward(params: u32): u32 {
  const request = new CborReader(readBlock(params)).tuple(6);
  const to = request.bytes();
  const method = request.uint();
  const value = request.uint();
  const gasLimit = request.uint();
  const flags = request.uint();
  const data = request.bytes();
  const handle = data.length === 0 ? 0 : createBlock(CBOR, data);
  const sent = send(to, method, handle, value, 0, gasLimit, flags);
  return answer(sent.errno, sent.exitCode, sent.handle === 0 ? Bytes.ofSize(0) : readBlock(sent.handle));
}

/** Calls itself `depth` levels down. depth -> [levels reached, error number of the send that was refused] */
function descend(message: Message, params: u32): u32 {
  const depth = new CborReader(readBlock(params)).uint();
  if (depth === 0) return bottom();
  const next = createBlock(CBOR, new CborWriter(9).uint(depth - 1).done());
  const sent = send(idAddress(message.receiver), DESCEND, next);
  if (!sent.ok) return levels(0, sent.errno !== 0 ? sent.errno : 1000 + sent.exitCode);
  const below = new CborReader(readBlock(sent.handle)).tuple(2);
  const reached = below.uint();
  return levels(reached + 1, below.uint());
}

function bottom(): u32 {
  const text = Bytes.ofText("bottom");
  log(text.at, text.length);
  return levels(0, 0);
}

function levels(reached: u64, errno: u64): u32 {
  return createBlock(CBOR, new CborWriter(32).array(2).uint(reached).uint(errno).done());
}

function answer(errno: u32, exitCode: u32, data: Bytes): u32 {
  const reply = new CborWriter(data.length + 32).array(3).uint(errno).uint(exitCode).bytes(data);
  return createBlock(CBOR, reply.done());
}
