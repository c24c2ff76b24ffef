// Imports of module "ipld". `ret`: where the answer is written; the result is an error number, 0 = success.
export declare function block_open(ret: usize, cid: usize): u32;
export declare function block_create(ret: usize, codec: u64, data: usize, length: u32): u32;
export declare function block_read(ret: usize, handle: u32, offset: u32, out: usize, length: u32): u32;
export declare function block_stat(ret: usize, handle: u32): u32;
export declare function block_link(
  ret: usize,
  handle: u32,
  hashCode: u64,
  hashLength: u32,
  out: usize,
  length: u32,
): u32;
