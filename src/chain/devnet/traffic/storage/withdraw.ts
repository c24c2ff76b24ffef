import { params } from "../../params.js";
import type { Draft, Scene } from "../draft.js";

const WITHDRAW_BALANCE = 16;
const GAS = 60_000_000;
const FIL = 10n ** 18n;
/** FIL: more than a miner can do without is refused or cut. */
const MOST = 10;

/** The owner of a provider takes something of its miner's balance. */
export function withdrawBalance({ draw, world }: Scene): Draft {
  const { owner, address } = draw.pick(world.providers).provider;
  return {
    from: owner,
    to: address,
    method: WITHDRAW_BALANCE,
    params: params([BigInt(1 + draw.below(MOST)) * FIL]),
    gasLimit: GAS,
  };
}
