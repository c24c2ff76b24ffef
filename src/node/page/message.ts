/** Pages of a message: what it is and what became of it; and what it did, call by call. */
import { idAddress } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { BuiltinActors } from "../../builtin/builtin-actors.js";
import { decodeCall } from "../../builtin/decode-call.js";
import { exitCodeText } from "../../builtin/exit-codes.js";
import { toJson } from "../../builtin/values/json.js";
import { ethTransactionHash } from "../../chain/signatures/eth-sender.js";
import { ethTransactionOf } from "../../chain/signatures/eth-transaction.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { explain } from "../../inspect/explain/index.js";
import { tracePage } from "../../inspect/page/page.js";
import { formatFil } from "../../message/token.js";
import { hex } from "../../util/bytes.js";
import type { MessagePlace } from "../chain/node-chain.js";
import type { TracedMessage } from "../chain/traced-tipset.js";
import type { Node } from "../node.js";
import { facts, type Html, type HtmlPart, html, htmlPage, link, table } from "./html.js";
import { actorLink, jsonBlock } from "./text.js";

/** A message; `undefined` if the main chain has not executed it. */
export async function messagePage(node: Node, cid: Cid, signal: AbortSignal): Promise<string | undefined> {
  const place = await node.chain.find(cid, { signal });
  if (place === undefined) return undefined;
  const { letter, chainId } = node.chain.network;
  const { message, signed } = place.message;
  const traced = await tracedOf(node, place, signal);
  const executed = traced && (await node.chain.executed(place.tipset, { signal })).messages[place.index];
  const eth = signed?.signature.type === "delegated" ? ethTransactionOf(signed, chainId) : undefined;
  const actor = (text: string) => link(`/actor/${text}`, text);
  const body = html`${facts([
    ["tipset", link(`/tipset/${place.tipset.epoch}`, place.tipset.epoch)],
    ["transaction", eth && ethTransactionHash(eth, chainId)],
    ["from", actor(formatAddress(message.from, letter))],
    ["to", actor(formatAddress(message.to, letter))],
    ["nonce", message.nonce],
    ["value", `${formatFil(message.value)} FIL`],
    ["gas limit", message.gasLimit],
    ["fee cap, premium", `${message.gasFeeCap}, ${message.gasPremium} attoFIL`],
    ["parameters", message.params.length === 0 ? undefined : `0x${hex(message.params)}`],
    ["exit code", executed && exitCodeText(executed.receipt.exitCode, traced && callOf(traced)?.type)],
    ["gas used", executed?.receipt.gasUsed],
    ["returned", executed && `0x${hex(executed.receipt.returnData)}`],
  ])}
${traced === undefined ? html`<p>The state that it was executed on is not there.</p>` : about(node, cid, traced)}
${executed && eventsTable(executed.events, letter)}`;
  return htmlPage(`Message ${cidText(cid)}`, body);
}

/** A message's calls and what they did; `undefined` as `messagePage`, or if the state before it is not there. */
export async function messageTracePage(
  node: Node,
  cid: Cid,
  signal: AbortSignal,
): Promise<string | undefined> {
  const place = await node.chain.find(cid, { signal });
  const traced = place && (await tracedOf(node, place, signal));
  if (traced === undefined) return undefined;
  const { trace, result } = traced;
  return tracePage({ title: `Message ${cidText(cid)}`, messages: [{ trace, result }] });
}

/** Undefined: the store lacks the state before the tipset. */
async function tracedOf(
  { traces }: Node,
  { tipset, index }: MessagePlace,
  signal: AbortSignal,
): Promise<TracedMessage | undefined> {
  try {
    return (await traces.of(tipset, { signal })).messages.find(({ place }) => place === index);
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}

/** The method that was called, by name; undefined: nothing was. */
function callOf({ trace }: Pick<TracedMessage, "trace">) {
  return trace.call && decodeCall(trace.call, new BuiltinActors(trace.builtins, trace.networkVersion));
}

function about({ chain }: Node, cid: Cid, { trace, result }: TracedMessage): Html {
  const { letter } = chain.network;
  const explanation = explain({ ...result, trace })?.text;
  const call = callOf({ trace });
  const shown = (value: NonNullable<typeof call>["params"]) =>
    value && jsonBlock(toJson(value.value, { letter }));
  return html`<p>${link(`/message/${cidText(cid)}/trace`, "What it did, call by call")}</p>
${explanation && html`<h2>Why it failed</h2><pre class="bad">${explanation}</pre>`}
<h2>Call</h2>${facts([
    ["actor", call?.type],
    ["method", call?.method ?? trace.message.method],
    ["parameters", shown(call?.params)],
    ["returned", shown(call?.returns)],
  ])}`;
}

function eventsTable(
  events: readonly { emitter: number | bigint; entries: readonly EventPart[] }[],
  letter: NetworkLetter,
): HtmlPart {
  if (events.length === 0) return undefined;
  const rows = events.flatMap(({ emitter, entries }) =>
    entries.map(({ key, value }, index): HtmlPart[] => [
      index === 0 ? actorLink(idAddress(emitter), letter) : "",
      key,
      `0x${hex(value)}`,
    ]),
  );
  return html`<h2>Events</h2>${table(["emitter", "key", "value"], rows)}`;
}

interface EventPart {
  readonly key: string;
  readonly value: Uint8Array;
}
