// Imports of module "network". `ret`: where the answer is written; the result is an error number, 0 = success.
export declare function context(ret: usize): u32;
export declare function tipset_cid(ret: usize, epoch: i64, out: usize, length: u32): u32;
export declare function total_fil_circ_supply(ret: usize): u32;
