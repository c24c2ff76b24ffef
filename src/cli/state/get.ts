import { idAddress } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { parseAnyAddress } from "../../builtin/evm/eth-address.js";
import { toJson } from "../../builtin/values/json.js";
import { decodedText } from "../../builtin/values/text.js";
import { cidText } from "../../encoding/cid.js";
import { type InspectedActor, readActor, readStorage } from "../../inspect/state/read-actor.js";
import { formatFil } from "../../message/token.js";
import type { Output } from "../command.js";
import { shownText } from "../input/values.js";
import { jsonText } from "../json.js";
import { UsageError } from "../usage-error.js";
import { onState, type StateStoreValues } from "./open.js";

const COMMAND = "state get";

/** Handles `fvm state get`. */
export async function getActor(
  values: StateStoreValues,
  root: string | undefined,
  addressText: string,
  storage: readonly string[],
  json: boolean,
  output: Output,
): Promise<number> {
  const address = parseAnyAddress(addressText);
  const slots = storage.map(slotValue);
  return onState(values, root, COMMAND, async (store, state, ownLetter) => {
    const letter = ownLetter ?? (addressText.startsWith("t") ? "t" : "f");
    const actor = await readActor(store, state, address);
    const words = slots.length === 0 ? [] : await readStorage(store, state, address, slots);
    const read = slots.map((slot, i) => [wordText(slot), wordText(words[i] ?? 0n)] as const);
    output.answer(json ? jsonOf(actor, read, letter) : textOf(actor, read, letter));
    return 0;
  });
}

type Words = readonly (readonly [slot: string, value: string])[];

function textOf(actor: InspectedActor, storage: Words, letter: NetworkLetter): string {
  const { state } = actor;
  const rows: [string, string][] = [
    ...Object.entries(factsOf(actor, letter)).map(([name, value]): [string, string] => [name, `${value}`]),
    ["balance", `${formatFil(actor.balance)} FIL`],
    ["state root", cidText(actor.stateRoot)],
    [
      "state",
      state === undefined ? "not in the store" : decodedText(state.value, { letter, multiline: true }),
    ],
    ...(state?.mismatch === undefined ? [] : [["note", layoutNote(state.mismatch)] as [string, string]]),
    ...storage.map(([slot, value]): [string, string] => [`storage[${slot}]`, value]),
  ];
  const width = Math.max(...rows.map(([name]) => (name.startsWith("storage[") ? 0 : name.length)));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

function layoutNote(mismatch: string): string {
  return `the state has another layout than that of its type: ${mismatch}`;
}

/** Facts about an actor that both forms show alike. */
function factsOf(actor: InspectedActor, letter: NetworkLetter) {
  const { id, type, robustAddress: robust, delegatedAddress: delegated, ethAddress, code, nonce } = actor;
  return {
    id: formatAddress(idAddress(id), letter),
    ...(robust !== undefined && { robust: formatAddress(robust, letter) }),
    ...(delegated !== undefined && { delegated: formatAddress(delegated, letter) }),
    ethereum: ethAddress,
    ...(type !== undefined && { type }),
    code: cidText(code),
    nonce,
  };
}

function jsonOf(actor: InspectedActor, storage: Words, letter: NetworkLetter): string {
  const { balance, stateRoot, state } = actor;
  return jsonText({
    ...factsOf(actor, letter),
    balance: balance.toString(),
    stateRoot: cidText(stateRoot),
    ...(state !== undefined && { state: toJson(state.value, { letter }), stateForm: state.form }),
    ...(state?.mismatch !== undefined && { mismatch: state.mismatch }),
    ...(storage.length > 0 && { storage: Object.fromEntries(storage) }),
  });
}

/** A number of 256 bits, decimal or hexadecimal. */
function slotValue(text: string): bigint {
  const isNumber = /^(0x[0-9a-f]{1,64}|[0-9]{1,78})$/i.test(text);
  const value = isNumber ? BigInt(text) : -1n;
  if (value >= 0n && value >> 256n === 0n) return value;
  throw new UsageError(`--storage is ${shownText(text)}, not a number of 256 bits`, COMMAND);
}

function wordText(word: bigint): string {
  return `0x${word.toString(16).padStart(64, "0")}`;
}
