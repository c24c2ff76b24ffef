// Imports of module "event", network version 21 on: `count` entries of 24 bytes.
export declare function emit_event(
  entries: usize,
  count: u32,
  keys: usize,
  keysLength: u32,
  values: usize,
  valuesLength: u32,
): u32;
