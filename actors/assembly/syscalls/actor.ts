// Imports of module "actor". `ret`: where the answer is written; the result is an error number, 0 = success.
export declare function resolve_address(ret: usize, address: usize, length: u32): u32;
export declare function get_actor_code_cid(ret: usize, id: u64, out: usize, length: u32): u32;
export declare function lookup_delegated_address(ret: usize, id: u64, out: usize, length: u32): u32;
export declare function balance_of(ret: usize, id: u64): u32;
export declare function next_actor_address(ret: usize, out: usize, length: u32): u32;
export declare function create_actor(id: u64, code: usize, delegated: usize, length: u32): u32;
export declare function get_builtin_actor_type(ret: usize, code: usize): u32;
export declare function get_code_cid_for_type(ret: usize, type: u32, out: usize, length: u32): u32;
