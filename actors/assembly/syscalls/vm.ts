// Imports of module "vm", network version 18 on.
export declare function exit(code: u32, handle: u32, text: usize, length: u32): u32;
export declare function message_context(ret: usize): u32;
