import { idAddress } from "../../../../address/address.js";
import { SingletonId } from "../../../../vm/state-tree/actor-state.js";
import { params } from "../../params.js";
import type { Draft, Scene } from "../draft.js";
import { native } from "../senders.js";

const ADD_BALANCE = 2;
const GAS = 60_000_000;
const FIL = 10n ** 18n;

/** Balance for deals of somebody who wants to make some. */
export function addBalance({ draw, world }: Scene): Draft {
  const from = native(draw, world);
  return {
    from,
    to: idAddress(SingletonId.Market),
    value: BigInt(1 + draw.below(10)) * FIL,
    method: ADD_BALANCE,
    params: params({ address: from.address }),
    gasLimit: GAS,
    learn: ({ exitCode }) => {
      if (exitCode === 0) world.clients.add(from);
    },
  };
}
