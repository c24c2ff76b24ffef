import type { Address } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { EAM, EamMethod, EvmMethod, SEND } from "../../inspect/tracers/methods.js";
import type { Message } from "../../message/message.js";
import { type Html, html, link } from "./html.js";

/** Longest text of a value; contracts' states may be of any size. */
const LONGEST = 200_000;

/** A CID's beginning and end, by which people tell it from others. */
export function shortCid(cid: Cid): string {
  return short(cidText(cid));
}

function short(text: string): string {
  return text.length <= LONGEST_WHOLE ? text : `${text.slice(0, 10)}…${text.slice(-6)}`;
}

/** Characters of texts that are not made shorter. */
const LONGEST_WHOLE = 20;

/** The page of an actor, by its address, or by the beginning and the end of it. */
export function actorLink(address: Address, letter: NetworkLetter): Html {
  const text = formatAddress(address, letter);
  return link(`/actor/${text}`, short(text), text);
}

/** A method by its name, as far as that follows from the message alone; else its number. */
export function methodText({ to, method }: Pick<Message, "to" | "method">): string {
  if (method === SEND) return "Send";
  if (method === EvmMethod.InvokeContract) return "InvokeEVM";
  return to === EAM && method === EamMethod.CreateExternal ? "CreateExternal" : `${method}`;
}

/** A value as JSON, cut where it grows too long. */
export function jsonBlock(value: unknown): Html {
  const text = JSON.stringify(value, undefined, 2) ?? "";
  return html`<pre>${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</pre>`;
}
