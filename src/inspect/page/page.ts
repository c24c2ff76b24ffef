import { readFileSync } from "node:fs";
import { cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { filText } from "./about-call.js";
import { Budget, type PageLimits } from "./budget.js";
import { CallList } from "./call-list.js";
import type { Fact, PageActor, PageData, PageMessage, PageStateActor } from "./data.js";
import { htmlOf } from "./html.js";
import { Names } from "./names.js";
import { amountOf, blockOf } from "./parts.js";
import { pageActor } from "./party.js";

/** A message to show. */
export interface PageSource {
  readonly trace: MessageTrace;
  readonly result: ApplyResult;
  /** Why it failed, in words. */
  readonly explanation?: string;
  /** What it changed; undefined if that is not known. */
  readonly state?: readonly PageStateActor[];
}

/** A page to make. */
export interface PageInput {
  readonly title: string;
  readonly messages: Iterable<PageSource>;
  readonly limits?: PageLimits;
}

/** One HTML file that shows what messages did. It is complete in itself and works offline. */
export function tracePage({ title, messages, limits }: PageInput): string {
  const page = new Page(title, limits);
  for (const message of messages) page.add(message);
  return page.html();
}

/** A page to which messages are added one by one, so that their traces need not be kept. */
export class Page {
  private readonly budget: Budget;
  private readonly messages: PageMessage[] = [];

  constructor(
    private readonly title: string,
    limits: PageLimits = {},
  ) {
    this.budget = new Budget(limits);
  }

  add(message: PageSource): void {
    this.messages.push(messageOf(message, this.budget));
  }

  /** What the page shows. */
  data(): PageData {
    return { title: this.budget.text(this.title), maker: maker(), messages: this.messages };
  }

  html(): string {
    return htmlOf(this.data());
  }
}

function maker(): string {
  const { name, version } = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  return `${name} ${version}`;
}

function messageOf(source: PageSource, budget: Budget): PageMessage {
  const { trace, result, explanation, state } = source;
  const names = new Names(trace);
  const { message, call } = trace;
  const list = new CallList(names, budget);
  if (call !== undefined) list.add(call);
  const calls = list.calls();
  const type = call?.callee && names.type(call.callee.state.code);
  const of = { type, method: message.method };
  const params = { codec: DAG_CBOR, data: message.params };
  const { exitCode, returnData, gasUsed } = result.receipt;
  const returned = { codec: result.returnCodec ?? DAG_CBOR, data: returnData };
  const method = names.method(of);
  return {
    title: type === undefined ? method : `${type} · ${method}`,
    from: sender(trace),
    to: receiver(trace, type),
    ...(message.value !== 0n && { value: filText(message.value) }),
    end: { text: names.exitCode(exitCode, type), isOk: exitCode === 0 },
    gasUsed: amountOf(BigInt(gasUsed)),
    gasLimit: amountOf(BigInt(message.gasLimit)),
    ...(explanation !== undefined && { explanation: budget.text(explanation) }),
    facts: factsOf(source),
    ...(params.data.length > 0 && { params: blockOf(params, names.params(of, params), budget) }),
    ...(returnData.length > 0 && {
      returned: blockOf(returned, names.returned(of, returned, exitCode), budget),
    }),
    strings: list.strings.list,
    categories: list.categories(),
    calls,
    events: list.events,
    ...(state !== undefined && { state }),
    omitted: list.omitted,
  };
}

function sender({ message, call }: MessageTrace): PageActor {
  return pageActor({ address: message.from, id: call?.from, delegatedAddress: undefined, type: undefined });
}

function receiver({ message, call }: MessageTrace, type: string | undefined): PageActor {
  const { id, state } = call?.callee ?? {};
  return pageActor({ address: message.to, id, delegatedAddress: state?.delegatedAddress, type });
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
