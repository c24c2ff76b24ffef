/** Epochs whose states are kept unless somebody says otherwise: as in the snapshots that are offered for download. */
export const USUAL_STATES = 2000;
