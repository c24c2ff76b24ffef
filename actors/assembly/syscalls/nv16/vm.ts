// Imports of module "vm", up to network version 17.
export declare function abort(code: u32, text: usize, length: u32): u32;
export declare function context(ret: usize): u32;
