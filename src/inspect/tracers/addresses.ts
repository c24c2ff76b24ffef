import type { Address } from "../../address/address.js";
import { type EthAddress, filecoinToEth, maskedId } from "../../builtin/evm/index.js";
import type { ActorId, ActorState } from "../../vm/state-tree/actor-state.js";

/** Stands for a receiver that has no actor ID: one that was not found. As in Lotus. */
export const NO_ADDRESS: EthAddress = `0xff${"00".repeat(11)}${"ff".repeat(8)}`;
/** Length of the text of a masked ID before the ID itself. */
const MASK_LENGTH = 2 + 2 * 12;
const MASK = maskedId(0).slice(0, MASK_LENGTH);

/**
 * The Ethereum address that shows an actor: of its f410 address, else its masked ID. An f410 address that looks like a
 * masked ID, which a Filecoin message can create, counts as none. Source: Lotus node/impl/eth/trace.go `traceToAddress`.
 */
export function shownAddress(
  id: ActorId,
  actor: Pick<ActorState, "delegatedAddress"> | undefined,
): EthAddress {
  const address = actor?.delegatedAddress;
  return (address === undefined ? undefined : f410Address(address)) ?? maskedId(id);
}

/** The Ethereum address of a receiver as it was written, where that alone tells it. */
export function writtenAddress(address: Address): EthAddress | undefined {
  const eth = filecoinToEth(address);
  return address.charCodeAt(0) === 0 ? eth : f410Address(address);
}

function f410Address(address: Address): EthAddress | undefined {
  const eth = filecoinToEth(address);
  return eth?.startsWith(MASK) ? undefined : eth;
}
