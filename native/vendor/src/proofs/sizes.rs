//! Constants of sectors' sizes: 2 KiB, 8 MiB, 512 MiB, 32 GiB or 64 GiB. Source: crate filecoin-proofs 19.1.

/// Size number of a registered type.
pub type Size = usize;

pub const SIZES: usize = 5;

/// Nodes of 32 bytes.
pub const NODES: [u64; SIZES] = [1 << 6, 1 << 18, 1 << 24, 1 << 30, 1 << 31];
/// Partitions of a seal proof, and of one that is not interactive.
pub const SEAL_PARTITIONS: [usize; SIZES] = [1, 1, 1, 10, 10];
pub const NON_INTERACTIVE_PARTITIONS: [usize; SIZES] = [13, 13, 13, 126, 126];
/// Challenges of each of them.
pub const SEAL_CHALLENGES: [usize; SIZES] = [2, 2, 2, 18, 18];
pub const UPDATE_PARTITIONS: [usize; SIZES] = [1, 4, 16, 16, 16];
/// Sectors in a partition of a window PoSt.
pub const WINDOW_SECTORS: [usize; SIZES] = [2, 2, 2, 2349, 2300];
