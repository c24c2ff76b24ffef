/** The network version an actor is built for: 16, 18 or 21, the first of each kernel generation (`--use FVM=…`). */
export const generation: i32 = FVM;

export const RAW: u64 = 0x55;
export const DAG_CBOR: u64 = 0x71;
/** CBOR whose links nobody follows. The first generation knows only DAG-CBOR. */
export const CBOR: u64 = FVM < 18 ? 0x71 : 0x51;
