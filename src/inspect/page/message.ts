import { cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import type { Gas } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { isObject, isText, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { explain } from "../explain/explain.js";
import type { StateComparison } from "../state/compare-states.js";
import { filText } from "./about-call.js";
import type { Budget } from "./budget.js";
import { CallList } from "./call-list.js";
import type { Contracts } from "./contracts.js";
import type { Amount, Fact, PageActor, PageBlock, PageMessage } from "./data.js";
import { Names } from "./names.js";
import { amountOf, blockOf } from "./parts.js";
import { pageActor } from "./party.js";
import { stateActors } from "./state-rows.js";

/** A message to show. */
export interface PageSource {
  readonly trace: MessageTrace;
  readonly result: ApplyResult;
  /** Where it is from, such as the name of a test vector. Shown in the list of messages. */
  readonly origin?: string;
  /** Changes by the message; undefined if they are not known. */
  readonly state?: StateComparison;
}

const CHECKS: Checks<PageSource> = {
  trace: isObject,
  result: isObject,
  origin: optional(isText),
  state: optional(isObject),
};

/** A message as a page shows it. @param place of the message in the page, for errors */
export function pageMessage(
  given: PageSource,
  place: number,
  contracts: Contracts,
  budget: Budget,
): PageMessage {
  const source = checkedOptions(given, CHECKS, `messages[${place}]`);
  const { trace, result, origin, state } = source;
  const { message, call } = trace;
  const { exitCode, gasUsed } = result.receipt;
  const names = new Names(trace, contracts);
  const explanation = explain({ ...result, trace }, { abi: contracts.abi })?.text;
  const list = new CallList(names, budget);
  if (call !== undefined) list.add(call);
  const calls = list.calls();
  const type = list.typeOfFirst();
  const method = calls[0]?.method ?? names.method(message.method);
  return {
    ...(origin !== undefined && { origin: budget.text(origin) }),
    title: type === undefined ? method : `${type} · ${method}`,
    from: sender(trace),
    to: receiver(trace, type),
    value: filText(message.value),
    end: { text: names.exitCode(exitCode, type), isOk: exitCode === 0 },
    gasUsed: amountOf(BigInt(gasUsed)),
    gasLimit: amountOf(BigInt(message.gasLimit)),
    ...(explanation !== undefined && { explanation: budget.text(explanation) }),
    facts: [...factsOf(source), ...sumFacts(calls[0]?.total ?? 0, gasUsed)],
    ...(call === undefined && message.params.length > 0 && { params: unreadParams(message, names, budget) }),
    strings: list.strings.list,
    categories: list.categories(),
    calls,
    events: list.events,
    ...(state !== undefined && { state: stateActors(state, budget) }),
    omitted: list.omitted,
  };
}

/** Parameters that nobody was given. */
function unreadParams({ method, params }: Message, names: Names, budget: Budget): PageBlock {
  const block = { codec: DAG_CBOR, data: params };
  return blockOf(block, names.params(method, block), budget);
}

function sender({ message, call }: MessageTrace): PageActor {
  return pageActor({ address: message.from, id: call?.from, type: undefined });
}

function receiver({ message, call }: MessageTrace, type: string | undefined): PageActor {
  const { id, state } = call?.callee ?? {};
  return pageActor({ address: message.to, id, delegatedAddress: state?.delegatedAddress, type });
}

/** Where the charges do not add up to what the receipt says: they never do if gas ran out, or all is lost. */
function sumFacts(total: Amount, gasUsed: Gas): Fact[] {
  const milligas = BigInt(total);
  const sum = milligas > 0n ? (milligas + 999n) / 1000n : 0n;
  return sum === BigInt(gasUsed)
    ? []
    : [{ label: "sum of all charges", text: `${sum.toLocaleString("en-US")} gas` }];
}

function factsOf({ trace, result }: PageSource): Fact[] {
  const { message, networkVersion, epoch } = trace;
  const { receipt, penalty, minerTip, baseFeeBurn, overEstimationBurn, refund } = result;
  const fil = (label: string, attoFil: bigint): Fact[] =>
    attoFil === 0n ? [] : [{ label, text: filText(attoFil) }];
  return [
    { label: "network version", text: `${networkVersion}` },
    { label: "epoch", text: `${epoch}` },
    { label: "method", text: `${message.method}` },
    { label: "nonce", text: `${message.nonce}` },
    { label: "exit code", text: `${receipt.exitCode}` },
    { label: "events root", text: receipt.eventsRoot === undefined ? "none" : cidText(receipt.eventsRoot) },
    { label: "gas fee cap", text: `${message.gasFeeCap} attoFIL` },
    { label: "gas premium", text: `${message.gasPremium} attoFIL` },
    ...fil("base fee burned", baseFeeBurn),
    ...fil("tip", minerTip),
    ...fil("burned for too high a limit", overEstimationBurn),
    ...fil("refunded", refund),
    ...fil("penalty of the miner", penalty),
  ];
}
