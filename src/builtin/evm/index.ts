/** Contracts of the EVM as the EVM actor keeps them, and Ethereum's addresses. */
export {
  type EthAddress,
  ethAddressOf,
  ethToFilecoin,
  filecoinToEth,
  isEthAddress,
  maskedId,
} from "./eth-address.js";
export {
  type EvmMessageId,
  type EvmState,
  emptyEvmState,
  evmStateCodec,
  readBytecode,
  readEvmState,
  withBytecode,
  writeEvmState,
} from "./state.js";
export { readSlot, storageSlots, withSlots, withStorage } from "./storage.js";
