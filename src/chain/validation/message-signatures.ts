import type { Address } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { cidText } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import type { ChainNetwork } from "../networks/networks.js";
import { isKeyAddress } from "../rules/key-address.js";
import { messageCid, signedMessageCid } from "../types/signed-message.js";
import type { PreparedBlock } from "./prepared-block.js";
import { refusal } from "./refusal.js";
import type { SignatureChecks } from "./signature-checks.js";
import type { TipsetMessages } from "./tipset-messages.js";

/** Keys of senders whose addresses do not say them. */
export type SenderKeys = ReadonlyMap<Address, Address>;

/** A message of each sender whose key is in a state. */
export function sendersToResolve({ messages, isChecked }: PreparedBlock): Map<Address, Message> {
  if (messages === undefined || !isChecked) return new Map();
  const all = [...messages.bls, ...messages.secp.map(({ message }) => message)];
  return new Map(all.filter(({ from }) => !isKeyAddress(from)).map((message) => [message.from, message]));
}

/**
 * Adds the signatures of a block's messages.
 *
 * @param known has them
 * @param keys undefined: those that can be checked by their senders' addresses; else the others
 */
export function addMessageSignatures(
  checks: SignatureChecks,
  { chainId, letter }: ChainNetwork,
  { cid: block, header, messages, isChecked }: PreparedBlock,
  known: TipsetMessages,
  keys: SenderKeys | undefined,
): void {
  if (messages === undefined || !isChecked) return;
  const { bls, secp } = messages;
  const keyOf = ({ from }: Message): Address => keys?.get(from) ?? from;
  const isNow = (all: readonly Message[]): boolean =>
    all.every(({ from }) => isKeyAddress(from)) === (keys === undefined);
  if (isNow(bls)) {
    const place = checks.batch.addAggregate(header.blsAggregate, bls, bls.map(keyOf), (message) =>
      known.cid(message),
    );
    checks.expect(place, () => ({ block, refusal: refusal("BLS_AGGREGATE", { messages: bls.length }) }));
  }
  for (const signed of secp) {
    if (!isNow([signed.message]) || !checks.isNew(signed)) continue;
    const place = checks.batch.addMessage(signed, keyOf(signed.message), chainId);
    checks.expect(place, () => {
      const message = cidText(signedMessageCid(signed));
      const from = formatAddress(signed.message.from, letter);
      return { block, refusal: refusal("MESSAGE_SIGNATURE", { message, from }) };
    });
  }
}

/** A sender whose key is in no state. */
export function noKeyRefusal({ letter }: ChainNetwork, message: Message) {
  return refusal("SENDER", {
    message: cidText(messageCid(message)),
    from: formatAddress(message.from, letter),
    reason: "it has no key",
  });
}
