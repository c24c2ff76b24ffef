// Imports of module "event", network versions 18 to 20: the event is one CBOR array.
export declare function emit_event(event: usize, length: u32): u32;
