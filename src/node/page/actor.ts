import type { Address } from "../../address/address.js";
import { idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { toJson } from "../../builtin/values/json.js";
import { firstHeader } from "../../chain/history/chain-tipset.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { cidText } from "../../encoding/cid.js";
import { isFvmError } from "../../errors.js";
import { type InspectedActor, readActor } from "../../inspect/state/read-actor.js";
import { formatFil } from "../../message/token.js";
import type { Node } from "../node.js";
import { facts, html, htmlPage } from "./html.js";
import { jsonBlock } from "./text.js";

/** An actor in the newest state that is known; `undefined` if there is none of this address. */
export async function actorPage(
  { chain }: Node,
  address: Address,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { network, head } = chain;
  const at = { root: firstHeader(head).parentStateRoot, network: networkVersionAt(network, head.epoch) };
  const actor = await orUndefined(readActor(chain.chain.blockstore, at, address, { signal }));
  if (actor === undefined) return undefined;
  const { id, type, robustAddress, delegatedAddress, ethAddress, code, nonce, balance, state } = actor;
  const text = (each: Address | undefined) => each && formatAddress(each, network.letter);
  const body = html`${facts([
    ["ID", text(idAddress(id))],
    ["type", type ?? cidText(code)],
    ["key address", text(robustAddress)],
    ["delegated address", text(delegatedAddress)],
    ["Ethereum address", ethAddress],
    ["balance", `${formatFil(balance)} FIL`],
    ["nonce", nonce],
  ])}
${state && html`<h2>State</h2>${jsonBlock(toJson(state.value, { letter: network.letter }))}`}`;
  return htmlPage(`Actor ${formatAddress(address, network.letter)}`, body);
}

/** An actor; `undefined` if there is none. */
export async function orUndefined(actor: Promise<InspectedActor>): Promise<InspectedActor | undefined> {
  try {
    return await actor;
  } catch (error) {
    if (isFvmError(error, "INVALID_STATE")) return undefined;
    throw error;
  }
}
