// Imports of module "rand", up to network version 20: the host mixes tag and entropy in.
export declare function get_chain_randomness(
  ret: usize,
  tag: i64,
  epoch: i64,
  entropy: usize,
  length: u32,
): u32;
export declare function get_beacon_randomness(
  ret: usize,
  tag: i64,
  epoch: i64,
  entropy: usize,
  length: u32,
): u32;
