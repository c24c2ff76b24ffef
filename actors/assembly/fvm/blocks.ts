import { block_create, block_link, block_open, block_read, block_stat } from "../syscalls/ipld";
import { root, set_root } from "../syscalls/self";
import { Bytes } from "./bytes";
import { check } from "./exit";
import { DAG_CBOR } from "./generation";

const BLAKE2B_256: u64 = 0xb220;
const MAX_CID: u32 = 100;
const answer = memory.data(20);

export function createBlock(codec: u64, data: Bytes): u32 {
  check(block_create(answer, codec, data.at, data.length));
  return load<u32>(answer);
}

export function readBlock(handle: u32): Bytes {
  check(block_stat(answer, handle));
  const data = Bytes.ofSize(load<u32>(answer + 8));
  check(block_read(answer, handle, 0, data.at, data.length));
  return data;
}

/** The block that the actor's state root names. */
export function loadState(): Bytes {
  const cid = Bytes.ofSize(MAX_CID);
  check(root(answer, cid.at, cid.length));
  check(block_open(answer, cid.at));
  return readBlock(load<u32>(answer + 8));
}

export function saveState(state: Bytes): void {
  const handle = createBlock(DAG_CBOR, state);
  const cid = Bytes.ofSize(MAX_CID);
  check(block_link(answer, handle, BLAKE2B_256, 32, cid.at, cid.length));
  check(set_root(cid.at));
}
