import { type Cid, cidText } from "../../encoding/cid.js";
import { type Html, html } from "./html.js";

/** Longest text of a value; contracts' states may be of any size. */
const LONGEST = 200_000;

/** A CID's beginning and end, by which people tell it from others. */
export function shortCid(cid: Cid): string {
  const text = cidText(cid);
  return `${text.slice(0, 10)}…${text.slice(-6)}`;
}

/** A value as JSON, cut where it grows too long. */
export function jsonBlock(value: unknown): Html {
  const text = JSON.stringify(value, undefined, 2) ?? "";
  return html`<pre>${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</pre>`;
}
