/** Pages of tipsets: the newest ones, and one of them. */
import { formatAddress } from "../../address/text.js";
import { ethToFilecoin } from "../../builtin/evm/index.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { readActor } from "../../inspect/state/read-actor.js";
import { formatFil } from "../../message/token.js";
import { blockHash } from "../eth/hashes.js";
import type { Node } from "../node.js";
import { orUndefined } from "./actor.js";
import { facts, type Html, type HtmlPart, html, htmlPage, link, table } from "./html.js";
import { actorLink, methodText, shortCid } from "./text.js";

const TIPSETS_SHOWN = 25;
const REFRESH_SECONDS = 5;

/** The newest tipsets. */
export async function homePage(node: Node, signal: AbortSignal): Promise<string> {
  const { chain, dev, settings } = node;
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
    ["network", `${network.name}, version ${networkVersionAt(network, head.epoch)}`],
    ["chain ID", network.chainId],
    ["base fee", `${firstHeader(head).parentBaseFee} attoFIL`],
    ["node", settings.clientVersion],
  ])}
<h2>Tipsets</h2>${table(["epoch", "time", "blocks", "messages", "hash"], rows)}
${waitingTable(node)}
${await accountsTable(node, signal)}`;
  return htmlPage("The newest tipsets", body, dev === undefined ? undefined : REFRESH_SECONDS);
}

/** Messages that wait for a block, as many as tipsets are shown. */
function waitingTable({ chain, pool }: Node): HtmlPart {
  if (pool.size === 0) return undefined;
  const { letter } = chain.network;
  const waiting = pool.pending().slice(0, TIPSETS_SHOWN);
  const rows = waiting.map(({ message }) => [
    actorLink(message.from, letter),
    message.nonce,
    actorLink(message.to, letter),
    methodText(message),
    formatFil(message.value),
  ]);
  const more = pool.size > rows.length ? html`<p>The first ${rows.length} of ${pool.size}.</p>` : undefined;
  return html`<h2>Messages that wait</h2>${table(["from", "nonce", "to", "method", "FIL"], rows)}${more}`;
}

/** The node's own accounts of Ethereum, as many as tipsets are shown. */
async function accountsTable({ chain, dev }: Node, signal: AbortSignal): Promise<HtmlPart> {
  const accounts = dev?.accounts.slice(0, TIPSETS_SHOWN) ?? [];
  if (accounts.length === 0) return undefined;
  const { network, head } = chain;
  const at = { root: firstHeader(head).parentStateRoot, network: networkVersionAt(network, head.epoch) };
  const rows: HtmlPart[][] = [];
  for (const account of accounts) {
    const address = ethToFilecoin(account);
    const actor = await orUndefined(readActor(chain.chain.blockstore, at, address, { signal }));
    rows.push([
      link(`/actor/${account}`, account),
      actorLink(address, network.letter),
      actor && formatFil(actor.balance),
    ]);
  }
  return html`<h2>Accounts</h2>${table(["address", "on Filecoin", "FIL"], rows)}`;
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
  const child = await chain.childOf(tipset, { signal });
  const body = html`${facts([
    ["hash", blockHash(tipset.key)],
    ["time", timeOf(tipset)],
    ["parent", link(`/find?text=${blockHash(header.parents)}`, blockHash(header.parents))],
    ["next", child && link(`/tipset/${child.epoch}`, child.epoch)],
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
  const rows = messages.map(({ cid, message }, place) => {
    const { from, to, value } = message;
    const receipt = receipts?.[place]?.receipt;
    const end =
      receipt === undefined
        ? "not known"
        : html`<span class="${receipt.exitCode === 0 ? "good" : "bad"}">${receipt.exitCode}</span>`;
    return [
      link(`/message/${cidText(cid)}`, shortCid(cid), cidText(cid)),
      actorLink(from, letter),
      actorLink(to, letter),
      methodText(message),
      formatFil(value),
      end,
      receipt?.gasUsed,
    ];
  });
  return table(["message", "from", "to", "method", "FIL", "exit", "gas"], rows);
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
