/** Epochs of a day, of a proving period, and the lifetime that sectors are given. Source: builtin-actors runtime policy.rs. */
export const EPOCHS_IN_DAY = 2880;
export const DEADLINES = 48;
/** A deadline's, in which its proofs are sent. */
export const WINDOW = EPOCHS_IN_DAY / DEADLINES;
export const SECTOR_LIFETIME = 400 * EPOCHS_IN_DAY;
