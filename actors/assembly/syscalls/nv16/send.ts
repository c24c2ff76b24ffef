// Imports of module "send", up to network version 17.
export declare function send(
  ret: usize,
  to: usize,
  length: u32,
  method: u64,
  params: u32,
  valueHigh: u64,
  valueLow: u64,
): u32;
