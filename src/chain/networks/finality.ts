/** Epochs after which Lotus takes a tipset for final. Source: Lotus chain/actors/policy, `ChainFinality`. */
export const FINALITY = 900;
/** Epochs after which Lotus takes a tipset for safe. Source: Lotus build/buildconstants, `SafeHeightDistance`. */
export const SAFE_DISTANCE = 200;
