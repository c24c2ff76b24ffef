// Imports of module "send", network version 18 on.
export declare function send(
  ret: usize,
  to: usize,
  length: u32,
  method: u64,
  params: u32,
  valueHigh: u64,
  valueLow: u64,
  gasLimit: u64,
  flags: u64,
): u32;
