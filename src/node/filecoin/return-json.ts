import { addressId } from "../../address/address.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { retryingInside } from "../../ipld/retrying.js";
import { ExitCode } from "../../message/outcome.js";
import type { NodeChain } from "../chain/node-chain.js";
import { ActorsIn, onParentState } from "./actors.js";
import { base64 } from "./json.js";
import type { MessageLookup } from "./search-message.js";
import { type GoJson, goJson } from "./state-json.js";

/**
 * A message's return value, by the layout that its receiver's method has; where none is known, as base64. Null: it failed,
 * or returned nothing. Source: Lotus node/impl/full/state.go, `StateWaitMsg`.
 */
export async function decodedReturn(
  chain: NodeChain,
  { message: { to, method }, receipt: { exitCode, returnData }, tipset }: MessageLookup,
  options: ChainReadOptions,
): Promise<GoJson> {
  if (exitCode !== ExitCode.Ok || returnData.length === 0) return null;
  return onParentState(
    chain,
    tipset,
    function* (state) {
      const id = addressId(to) ?? (yield* new ActorsIn(state, chain).find(to));
      const actor = id === undefined ? undefined : yield* retryingInside(() => state.view.getActor(id));
      const type = actor && state.actors.typeOf(actor.code);
      const value = { codec: DAG_CBOR, data: returnData };
      const decoded = type === undefined ? undefined : state.actors.decodeReturn(type, method, value);
      if (decoded?.form !== "schema") return base64(returnData);
      return goJson(decoded.value, chain.network.letter);
    },
    options,
  );
}
