// Imports of module "self". `self_destruct`: network version 21 on.
export declare function root(ret: usize, out: usize, length: u32): u32;
export declare function set_root(cid: usize): u32;
export declare function current_balance(ret: usize): u32;
export declare function self_destruct(burnUnspent: u32): u32;
