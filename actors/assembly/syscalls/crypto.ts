// Imports of module "crypto". `ret`: where the answer is written; the result is an error number, 0 = success.
export declare function verify_signature(
  ret: usize,
  type: u32,
  signature: usize,
  signatureLength: u32,
  address: usize,
  addressLength: u32,
  text: usize,
  textLength: u32,
): u32;
export declare function verify_bls_aggregate(
  ret: usize,
  count: u32,
  signature: usize,
  keys: usize,
  texts: usize,
  lengths: usize,
): u32;
export declare function recover_secp_public_key(ret: usize, hash: usize, signature: usize): u32;
export declare function hash(ret: usize, code: u64, data: usize, length: u32, out: usize, room: u32): u32;
export declare function compute_unsealed_sector_cid(
  ret: usize,
  proof: u64,
  pieces: usize,
  length: u32,
  out: usize,
  room: u32,
): u32;
export declare function verify_post(ret: usize, info: usize, length: u32): u32;
export declare function verify_consensus_fault(
  ret: usize,
  header1: usize,
  length1: u32,
  header2: usize,
  length2: u32,
  extra: usize,
  extraLength: u32,
): u32;
export declare function verify_aggregate_seals(ret: usize, info: usize, length: u32): u32;
export declare function verify_replica_update(ret: usize, info: usize, length: u32): u32;
export declare function batch_verify_seals(batch: usize, length: u32, out: usize): u32;
