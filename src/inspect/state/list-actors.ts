import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { takingEach } from "../../ipld/retrying.js";
import { isFunction } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { ActorId, ActorState } from "../../vm/state-tree/actor-state.js";
import { actorIdOf } from "../../vm/state-tree/stored-difference.js";
import { onState, type StateAt } from "./inspected-state.js";

/** An actor of a state, without what it keeps. */
export interface ListedActor extends Pick<ActorState, "code" | "nonce" | "balance" | "delegatedAddress"> {
  readonly id: ActorId;
  /** Undefined: it is no builtin actor. */
  readonly type: ActorType | undefined;
}

/**
 * Tells of all actors of a state, one after the other: there may be millions. Their order depends on hashes. Throws as
 * `readActor`.
 */
export async function listActors(
  store: Blockstore,
  at: StateAt,
  tell: (actor: ListedActor) => void,
  options: BlockAccessOptions = {},
): Promise<void> {
  checkOption("tell", tell, isFunction);
  return onState(
    store,
    at,
    function* ({ view, actors }) {
      yield* takingEach(view.entries(), ({ key, after }) => {
        const { code, nonce, balance, delegatedAddress } = after as ActorState;
        tell({ id: actorIdOf(key), type: actors.typeOf(code), code, nonce, balance, delegatedAddress });
      });
    },
    options,
  );
}
