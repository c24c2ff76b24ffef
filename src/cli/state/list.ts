import { idAddress } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { ACTOR_TYPES } from "../../builtin/actors/index.js";
import { cidText } from "../../encoding/cid.js";
import { type ListedActor, listActors } from "../../inspect/state/list-actors.js";
import { formatFil } from "../../message/token.js";
import type { Output } from "../command.js";
import { shownText } from "../input/values.js";
import { UsageError } from "../usage-error.js";
import { onState, type StateStoreValues } from "./open.js";

const COMMAND = "state list";

/** Handles `fvm state list`. */
export async function list(
  values: StateStoreValues,
  root: string | undefined,
  type: string | undefined,
  json: boolean,
  output: Output,
): Promise<number> {
  if (type !== undefined && !ACTOR_TYPES.some((known) => known === type)) {
    throw new UsageError(`--type is ${shownText(type)}, not one of ${ACTOR_TYPES.join(", ")}`, COMMAND);
  }
  return onState(values, root, COMMAND, async (store, state, letter) => {
    await listActors(store, state, (actor) => {
      if (type !== undefined && actor.type !== type) return;
      output.answer(json ? lineOfJson(actor, letter) : lineOfText(actor, letter));
    });
    return 0;
  });
}

function lineOfText(
  { id, type, code, nonce, balance, delegatedAddress }: ListedActor,
  letter: NetworkLetter | undefined,
): string {
  const parts = [
    formatAddress(idAddress(id), letter),
    type ?? cidText(code),
    `nonce ${nonce}`,
    `${formatFil(balance)} FIL`,
  ];
  if (delegatedAddress !== undefined) parts.push(formatAddress(delegatedAddress, letter));
  return parts.join(" · ");
}

function lineOfJson(
  { id, type, code, nonce, balance, delegatedAddress }: ListedActor,
  letter: NetworkLetter | undefined,
): string {
  return JSON.stringify({
    id: formatAddress(idAddress(id), letter),
    ...(type !== undefined && { type }),
    code: cidText(code),
    nonce: typeof nonce === "bigint" ? nonce.toString() : nonce,
    balance: balance.toString(),
    ...(delegatedAddress !== undefined && { delegated: formatAddress(delegatedAddress, letter) }),
  });
}
