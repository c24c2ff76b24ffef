/** Pages of tipsets: the newest ones, and one of them. */
import { formatAddress } from "../../address/text.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { formatFil } from "../../message/token.js";
import { blockHash } from "../eth/hashes.js";
import type { Node } from "../node.js";
import { facts, type Html, type HtmlPart, html, htmlPage, link, table } from "./html.js";
import { shortCid } from "./text.js";

const TIPSETS_SHOWN = 25;
const REFRESH_SECONDS = 5;

/** The newest tipsets. */
export async function homePage({ chain, dev }: Node, signal: AbortSignal): Promise<string> {
  const { network, head } = chain;
  const rows: HtmlPart[][] = [];
  let at: ChainTipset | undefined = head;
  while (at !== undefined && rows.length < TIPSETS_SHOWN) {
    const { epoch, key }: ChainTipset = at;
    const messages = await chain.messages(at, { signal });
    rows.push([link(`/tipset/${epoch}`, epoch), timeOf(at), key.length, messages.length, blockHash(key)]);
    at = epoch === 0 ? undefined : await chain.tipsetAt(epoch - 1, "before", { signal });
  }
  const body = html`${facts([
    ["network", network.name],
    ["chain ID", network.chainId],
  ])}
<h2>Tipsets</h2>${table(["epoch", "time", "blocks", "messages", "hash"], rows)}`;
  return htmlPage("The newest tipsets", body, dev === undefined ? undefined : REFRESH_SECONDS);
}

/** The tipset of an epoch; `undefined` if there is none. */
export async function tipsetPage(
  { chain }: Node,
  epoch: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const tipset = await chain.tipsetAt(epoch, "before", { signal });
  if (tipset?.epoch !== epoch) return undefined;
  const { letter } = chain.network;
  const header = firstHeader(tipset);
  const body = html`${facts([
    ["hash", blockHash(tipset.key)],
    ["time", timeOf(tipset)],
    ["parent", link(`/find?text=${blockHash(header.parents)}`, blockHash(header.parents))],
    ["state before it", cidText(header.parentStateRoot)],
    ["base fee", `${header.parentBaseFee} attoFIL`],
    ...tipset.key.map((cid, place): [string, HtmlPart] => {
      const miner = tipset.headers[place]?.miner;
      return ["block", html`${cidText(cid)} of ${miner === undefined ? "" : formatAddress(miner, letter)}`];
    }),
  ])}
<h2>Messages</h2>${await messagesTable(chain, tipset, signal)}`;
  return htmlPage(`Tipset ${epoch}`, body);
}

async function messagesTable(chain: Node["chain"], tipset: ChainTipset, signal: AbortSignal): Promise<Html> {
  const { letter } = chain.network;
  const messages = await chain.messages(tipset, { signal });
  if (messages.length === 0) return html`<p>None.</p>`;
  const receipts = await receiptsOf(chain, tipset, signal);
  const actor = (address: (typeof messages)[number]["message"]["from"]) => {
    const text = formatAddress(address, letter);
    return link(`/actor/${text}`, text);
  };
  const rows = messages.map(({ cid, message: { from, to, value, method } }, place) => {
    const receipt = receipts?.[place]?.receipt;
    const end =
      receipt === undefined
        ? "not known"
        : html`<span class="${receipt.exitCode === 0 ? "good" : "bad"}">${receipt.exitCode}</span>`;
    return [
      link(`/message/${cidText(cid)}`, shortCid(cid)),
      actor(from),
      actor(to),
      method,
      formatFil(value),
      end,
      receipt?.gasUsed,
    ];
  });
  return table(["message", "from", "to", "method", "FIL", "exit code", "gas used"], rows);
}

/** Undefined: the store lacks the state that they follow from. */
async function receiptsOf(chain: Node["chain"], tipset: ChainTipset, signal: AbortSignal) {
  try {
    return (await chain.executed(tipset, { signal })).messages;
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}

function timeOf(tipset: ChainTipset): string {
  return new Date(Number(firstHeader(tipset).timestamp) * 1000).toISOString().replace(".000", "");
}
