import { retryingInside } from "../../../ipld/retrying.js";
import type { Waits } from "../../../util/waits.js";
import type { StateView } from "../../../vm/state-tree/state-view.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { SignatureType } from "../../types/signature.js";
import type { Draw } from "../draw.js";
import type { Sender } from "./plan.js";
import type { World } from "./world.js";

/** How often each kind of signature is drawn. */
type Shares = Readonly<Record<SignatureType, number>>;

/**
 * Senders of messages that anybody may send: mostly wallets and exchanges, whose keys are of secp256k1. Storage providers'
 * keys are of BLS, and send what they alone can.
 */
const ANYBODY: Shares = { secp256k1: 6, bls: 2, delegated: 2 };
/** Senders of messages that Ethereum accounts cannot send. */
const NATIVE: Shares = { ...ANYBODY, delegated: 0 };
/** Callers of contracts: mostly Ethereum's wallets. */
const CALLERS: Shares = { secp256k1: 2, bls: 1, delegated: 7 };

export const anybody = drawing(ANYBODY);
export const native = drawing(NATIVE);
export const caller = drawing(CALLERS);

function drawing(shares: Shares): (draw: Draw, world: World) => SigningKey {
  return (draw, { senders }) => {
    const types = (Object.keys(shares) as SignatureType[]).filter((type) =>
      senders.some((key) => key.type === type),
    );
    const drawn = draw.weighted(types, (type) => shares[type]);
    return draw.pick(senders.filter(({ type }) => type === drawn));
  };
}

/** A key's account; undefined: it has none in this state. */
export function* senderIn(state: StateView, key: SigningKey): Waits<Sender | undefined> {
  const id = yield* retryingInside(() => state.resolveAddress(key.address));
  const actor = id === undefined ? undefined : yield* retryingInside(() => state.getActor(id));
  return id === undefined || actor === undefined ? undefined : { key, id, nonce: actor.nonce };
}
