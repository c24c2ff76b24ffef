import type { Address } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { addressForms } from "../../builtin/addresses.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { PageActor } from "./data.js";

/** An actor, as far as it is known. */
export interface Party {
  /** As somebody wrote it. */
  readonly address: Address;
  readonly id: ActorId | undefined;
  readonly delegatedAddress?: Address | undefined;
  readonly type: string | undefined;
}

/** An actor with all addresses that somebody gave it: a masked ID says no more than the ID. */
export function pageActor({ address, id, delegatedAddress, type }: Party): PageActor {
  const forms = addressForms(address, { id, delegatedAddress });
  const name = forms.id ?? formatAddress(address);
  const others = [forms.robust, forms.delegated, forms.delegated && forms.eth];
  return {
    label: type === undefined ? name : `${name} ${type}`,
    addresses: others.filter((other) => other !== undefined && other !== name) as string[],
  };
}
