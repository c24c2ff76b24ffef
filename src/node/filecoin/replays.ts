import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { messageCid } from "../../chain/types/signed-message.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { TipsetTraces, TracedMessage } from "../chain/traced-tipset.js";
import { failed, wrapping } from "./failures.js";
import type { Invocation } from "./invocation.js";
import { searchMessage } from "./search-message.js";
import { loadTipset, type TipsetKey } from "./tipsets.js";

/** Tools of a replay: a chain, and traces of its tipsets. */
export interface Replays {
  readonly chain: NodeChain;
  readonly traces: TipsetTraces;
}

/**
 * A message of a tipset, executed again: with no key, in the tipset that the chain holds it in. Throws `RpcError` if it is
 * not executed there; as `searchMessage`, `TipsetTraces.of`. Source: Lotus node/impl/full/state.go, `StateReplay`.
 */
export async function replayMessage(
  { chain, traces }: Replays,
  key: TipsetKey,
  cid: Cid,
  options: ChainReadOptions,
): Promise<Invocation> {
  const { tipset, executed } = await placeOf(chain, key, cid, options);
  const messages = await wrapping(undefined, () => chain.messages(tipset, options));
  const place = messages.findIndex((message) => message.cid === executed);
  const traced = await wrapping(undefined, () => traces.of(tipset, options));
  const found = traced.messages.find((message) => place >= 0 && message.place === place);
  if (found === undefined) throw failed("given message not found in tipset");
  return { cid: executed, ...found, isPaid: true };
}

async function placeOf(
  chain: NodeChain,
  key: TipsetKey,
  cid: Cid,
  options: ChainReadOptions,
): Promise<{ readonly tipset: ChainTipset; readonly executed: Cid }> {
  if (key !== undefined) {
    const words = `loading specified tipset {${key.map(cidText).join(",")}}`;
    return { tipset: await wrapping(words, () => loadTipset(chain, key, options)), executed: cid };
  }
  const search = { cid, lookback: -1, allowReplaced: true };
  const found = await wrapping(`searching for msg ${cidText(cid)}`, () =>
    searchMessage({ chain }, chain.head, search, options),
  );
  if (found === undefined) throw failed(`didn't find msg ${cidText(cid)}`);
  return { tipset: found.inclusion, executed: found.cid };
}

/** A tipset, executed again: the state that it leads to, and all that was executed. Throws as `TipsetTraces.of`. */
export async function replayTipset(
  { chain, traces }: Replays,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<{ readonly stateRoot: Cid; readonly invocations: readonly Invocation[] }> {
  const messages = await wrapping(undefined, () => chain.messages(tipset, options));
  const traced = await wrapping(undefined, () => traces.of(tipset, options));
  const cidOf = ({ place, message }: TracedMessage) =>
    (place === undefined ? undefined : messages[place]?.cid) ?? messageCid(message);
  const invocations = traced.messages.map((message) => ({
    ...message,
    cid: cidOf(message),
    isPaid: message.place !== undefined,
  }));
  return { stateRoot: traced.stateRoot, invocations };
}
