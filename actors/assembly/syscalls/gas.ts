// Imports of module "gas". The amount is whole gas.
export declare function charge(name: usize, length: u32, amount: u64): u32;
export declare function available(ret: usize): u32;
