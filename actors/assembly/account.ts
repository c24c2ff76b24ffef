/** A key's account. State: [address]. */
import { createBlock, loadState, readBlock, saveState } from "./fvm/blocks";
import { CborReader, CborWriter } from "./fvm/cbor";
import { unhandled } from "./fvm/exit";
import { CBOR } from "./fvm/generation";
import { Message } from "./fvm/message";

const CONSTRUCTOR = 1;
const PUBKEY_ADDRESS = 2;

export function invoke(params: u32): u32 {
  const method = new Message().method;
  if (method === CONSTRUCTOR) return construct(params);
  if (method === PUBKEY_ADDRESS) return pubkeyAddress();
  return unhandled();
}

function construct(params: u32): u32 {
  const address = new CborReader(readBlock(params)).bytes();
  saveState(new CborWriter().array(1).bytes(address).done());
  return 0;
}

function pubkeyAddress(): u32 {
  const address = new CborReader(loadState()).tuple(1).bytes();
  return createBlock(CBOR, new CborWriter().bytes(address).done());
}
