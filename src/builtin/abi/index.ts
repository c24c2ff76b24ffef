/** Contracts' ABIs, and the reasons of reverts. */
export { type AbiLog, type AbiMatch, ContractAbi, joinAbis } from "./contract-abi.js";
export type { AbiArgument } from "./decoder.js";
export { loadAbi } from "./load-abi.js";
export { type BuiltinRevert, builtinRevert } from "./revert.js";
