import { type Address, idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { filecoinToEth } from "../../builtin/evm/eth-address.js";
import { cidText } from "../../encoding/cid.js";
import { ERROR_TEXTS } from "../../message/outcome.js";
import { formatFil } from "../../message/token.js";
import type { CallEnd } from "../../vm/trace/observation.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import type { Budget } from "./budget.js";
import type { Fact, PageCall, PageEnd } from "./data.js";
import type { Names } from "./names.js";
import { blockOf } from "./parts.js";
import { pageActor } from "./party.js";

/** Facts about a call on a page, without what it did. */
export interface AboutCall
  extends Pick<PageCall, "actor" | "method" | "value" | "end" | "facts" | "params" | "returned"> {
  readonly type: ActorType | undefined;
}

export function aboutCall(call: CallTrace, names: Names, budget: Budget): AboutCall {
  const { callee, to, value, end, params } = call;
  const words = names.call(call);
  const { type } = words;
  const returned = end.kind === "exit" ? end.value : undefined;
  return {
    actor: pageActor({ address: to, id: callee?.id, type }).label,
    type,
    method: budget.name(words.method),
    ...(value !== 0n && { value: filText(value) }),
    end: endOf(end, type, names, budget),
    facts: factsOf(call),
    ...(params !== undefined && { params: blockOf(params, words.params, budget) }),
    ...(returned !== undefined && { returned: blockOf(returned, words.returned, budget) }),
  };
}

export function filText(attoFil: bigint): string {
  return `${formatFil(attoFil)} FIL`;
}

function factsOf({ from, to, callee, method, value, gasLimit, readOnly }: CallTrace): Fact[] {
  return [
    { label: "from", text: formatAddress(idAddress(from)) },
    { label: "to", text: formatAddress(to) },
    ...(callee === undefined ? [] : calleeFacts(callee)),
    { label: "method", text: `${method}` },
    ...(value === 0n ? [] : [{ label: "value", text: filText(value) }]),
    { label: "gas limit", text: gasLimit.toLocaleString("en-US") },
    ...(readOnly ? [{ label: "read-only", text: "yes" }] : []),
  ];
}

function calleeFacts({ id, state }: NonNullable<CallTrace["callee"]>): Fact[] {
  const { code, nonce, balance, delegatedAddress } = state;
  return [
    { label: "actor", text: formatAddress(idAddress(id)) },
    ...(delegatedAddress === undefined ? [] : f4Facts(delegatedAddress)),
    { label: "balance before", text: filText(balance) },
    { label: "nonce", text: `${nonce}` },
    { label: "code", text: cidText(code) },
  ];
}

function f4Facts(address: Address): Fact[] {
  const eth = filecoinToEth(address);
  return [
    { label: "f4", text: formatAddress(address) },
    ...(eth === undefined ? [] : [{ label: "Ethereum", text: eth }]),
  ];
}

function endOf(end: CallEnd, type: ActorType | undefined, names: Names, budget: Budget): PageEnd {
  switch (end.kind) {
    case "exit":
      return { text: names.exitCode(end.code, type), isOk: end.code === 0 };
    case "refused":
      return { text: budget.text(`refused: ${end.text} (${ERROR_TEXTS[end.errno]})`), isOk: false };
    case "outOfGas":
      return { text: "out of gas", isOk: false };
    case "fatal":
      return { text: budget.text(`fatal: ${end.text}`), isOk: false };
  }
}
