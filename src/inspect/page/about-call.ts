import { idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { cidText } from "../../encoding/cid.js";
import { ERROR_TEXTS } from "../../message/outcome.js";
import { formatFil } from "../../message/token.js";
import type { CallEnd } from "../../vm/trace/observation.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import type { Budget } from "./budget.js";
import type { Fact, PageCall, PageEnd } from "./data.js";
import type { MethodOf, Names } from "./names.js";
import { blockOf } from "./parts.js";

/** What a page says of a call, without what it did. */
export type AboutCall = Pick<
  PageCall,
  "actor" | "type" | "method" | "value" | "end" | "facts" | "params" | "returned"
>;

export function aboutCall(call: CallTrace, names: Names, budget: Budget): AboutCall {
  const { callee, method, value, end, params } = call;
  const type = callee && names.type(callee.state.code);
  const of: MethodOf = { type, method };
  const returned = end.kind === "exit" ? end.value : undefined;
  return {
    actor: actorLabel(call, type),
    type: type ?? "",
    method: methodLabel(of, names),
    ...(value !== 0n && { value: filText(value) }),
    end: endOf(end, type, names, budget),
    facts: factsOf(call),
    ...(params !== undefined && { params: blockOf(params, names.params(of, params), budget) }),
    ...(returned !== undefined && { returned: blockOf(returned, names.returned(of, returned), budget) }),
  };
}

/** `PublishStorageDeals`, or `method 4`. */
export function methodLabel(of: MethodOf, names: Names): string {
  return of.method === 0 ? "transfer" : (names.method(of) ?? `method ${of.method}`);
}

export function filText(attoFil: bigint): string {
  return `${formatFil(attoFil)} FIL`;
}

/** `f05 storagemarket`, or the address as it was written if there is nobody. */
function actorLabel({ callee, to }: CallTrace, type: string | undefined): string {
  if (callee === undefined) return formatAddress(to);
  const id = formatAddress(idAddress(callee.id));
  return type === undefined ? id : `${id} ${type}`;
}

function factsOf({ from, to, callee, method, gasLimit, readOnly }: CallTrace): Fact[] {
  return [
    { label: "from", text: formatAddress(idAddress(from)) },
    { label: "to", text: formatAddress(to) },
    ...(callee === undefined ? [] : calleeFacts(callee)),
    { label: "method", text: `${method}` },
    { label: "gas limit", text: gasLimit.toLocaleString("en-US") },
    ...(readOnly ? [{ label: "read-only", text: "yes" }] : []),
  ];
}

function calleeFacts({ id, state }: NonNullable<CallTrace["callee"]>): Fact[] {
  const { code, nonce, balance, delegatedAddress } = state;
  return [
    { label: "actor", text: formatAddress(idAddress(id)) },
    ...(delegatedAddress === undefined ? [] : [{ label: "f4", text: formatAddress(delegatedAddress) }]),
    { label: "balance before", text: filText(balance) },
    { label: "nonce", text: `${nonce}` },
    { label: "code", text: cidText(code) },
  ];
}

function endOf(end: CallEnd, type: string | undefined, names: Names, budget: Budget): PageEnd {
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
