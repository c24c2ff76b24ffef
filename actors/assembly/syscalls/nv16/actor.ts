// Imports of module "actor" with another signature or name up to network version 17.
export declare function new_actor_address(ret: usize, out: usize, length: u32): u32;
export declare function create_actor(id: u64, code: usize): u32;
