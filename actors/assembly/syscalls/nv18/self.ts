// Imports of module "self", up to network version 20: the balance goes to a beneficiary.
export declare function self_destruct(beneficiary: usize, length: u32): u32;
