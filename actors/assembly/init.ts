/** Creates actors. State: [address map, next ID, network name]; the host itself registers key addresses. */

import { createBlock, loadState, readBlock, saveState } from "./fvm/blocks";
import { Bytes } from "./fvm/bytes";
import { CborReader, CborWriter } from "./fvm/cbor";
import { check, exit, unhandled } from "./fvm/exit";
import { CBOR } from "./fvm/generation";
import { Message } from "./fvm/message";
import { idAddress, Sent, send } from "./fvm/send";
import { create_actor, next_actor_address } from "./syscalls/actor";
import { create_actor as create16, new_actor_address } from "./syscalls/nv16/actor";

const EXEC = 2;
const CONSTRUCTOR = 1;

export function invoke(params: u32): u32 {
  const message = new Message();
  return message.method === EXEC ? exec(message, params) : unhandled();
}

/** [code CID, constructor's parameters] -> [ID address, f2 address]. The f2 address is not entered in the map. */
function exec(message: Message, params: u32): u32 {
  const request = new CborReader(readBlock(params)).tuple(2);
  const code = request.link().at + 1;
  const constructorParams = request.bytes();
  const address = nextAddress();
  const id = allocateId();
  check(FVM < 18 ? create16(id, code) : create_actor(id, code, 0, 0));

  const idBytes = idAddress(id);
  const sent = construct(message, idBytes, constructorParams);
  if (sent.errno !== 0) exit(sent.errno + 100, "constructor was refused");
  if (sent.exitCode !== 0) exit(sent.exitCode, "constructor failed");
  return createBlock(CBOR, new CborWriter().array(2).bytes(idBytes).bytes(address).done());
}

function nextAddress(): Bytes {
  const answer = heap.alloc(4);
  const address = Bytes.ofSize(21);
  check(
    FVM < 18
      ? new_actor_address(answer, address.at, address.length)
      : next_actor_address(answer, address.at, address.length),
  );
  return address;
}

function allocateId(): u64 {
  const state = new CborReader(loadState()).tuple(3);
  const map = state.link();
  const id = state.uint();
  const name = state.text();
  saveState(
    new CborWriter()
      .array(3)
      .link(map)
      .uint(id + 1)
      .text(name)
      .done(),
  );
  return id;
}

function construct(message: Message, to: Bytes, params: Bytes): Sent {
  const handle = params.length === 0 ? 0 : createBlock(CBOR, params);
  return send(to, CONSTRUCTOR, handle, message.valueLow, message.valueHigh);
}
