// Imports of module "rand", network version 21 on.
export declare function get_chain_randomness(ret: usize, epoch: i64): u32;
export declare function get_beacon_randomness(ret: usize, epoch: i64): u32;
