// Imports of module "debug".
export declare function log(text: usize, length: u32): u32;
export declare function enabled(ret: usize): u32;
export declare function store_artifact(name: usize, nameLength: u32, data: usize, length: u32): u32;
