import { idAddress } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import type { Json } from "../../builtin/values/json.js";
import { cidText } from "../../encoding/cid.js";
import { comparisonJson, comparisonText } from "../../inspect/state/text.js";
import type { Receipt } from "../../message/receipt.js";
import { hex } from "../../util/bytes.js";
import type { ChainDifference, ExplainedState, NamedMessage, ReceiptDifference } from "./difference.js";

/** How addresses are written. */
export interface DifferenceOptions {
  /** `f` on mainnet, `t` on test networks. Default `f`. */
  readonly letter?: NetworkLetter;
  /** Messages that are named of those that changed an actor. Default 5; in JSON all are. */
  readonly maxMessages?: number;
}

/** A difference for people: what, where, and below it what explains it. */
export function differenceText(difference: ChainDifference, options: DifferenceOptions = {}): string {
  const { epoch, tipset, block, refusal, executed, receipts, moreReceipts = 0, state, hints } = difference;
  const lines = [
    `epoch ${epoch}: ${refusal.text}`,
    `  block   ${cidText(block)}`,
    ...(tipset.length > 1 ? [`  tipset  of ${tipset.length} blocks`] : []),
    ...(executed === undefined ? [] : [`  after executing the tipset of epoch ${executed.epoch}`]),
    ...(receipts ?? []).flatMap(receiptLines),
    ...(moreReceipts > 0 ? [`  and at least ${moreReceipts} more receipts differ`] : []),
    ...(state === undefined ? [] : stateLines(state, options)),
    ...hints.map((hint) => `  hint: ${hint}`),
  ];
  return lines.join("\n");
}

function receiptLines({ index, message, expected, found }: ReceiptDifference): string[] {
  const name = message === undefined ? "no message" : `message ${cidText(message)}`;
  return [
    `  receipt ${index}, ${name}`,
    `    expected  ${receiptText(expected)}`,
    `    found     ${receiptText(found)}`,
  ];
}

/** Bytes of a return value that are shown. */
const SHOWN_BYTES = 64;

function receiptText(receipt: Receipt | undefined): string {
  if (receipt === undefined) return "none";
  const { exitCode, gasUsed, returnData, eventsRoot } = receipt;
  const shown = hex(returnData.subarray(0, SHOWN_BYTES));
  const more = returnData.length > SHOWN_BYTES ? `… of ${returnData.length} bytes` : "";
  const events = eventsRoot === undefined ? "no events" : `events ${cidText(eventsRoot)}`;
  return `exit code ${exitCode}, gas ${gasUsed}, return 0x${shown}${more}, ${events}`;
}

function stateLines({ comparison, changedBy }: ExplainedState, options: DifferenceOptions): string[] {
  const text = comparisonText(comparison, options).trimEnd();
  const changes = [...changedBy].flatMap(([id, messages]) =>
    messages.length === 0
      ? []
      : [
          `  ${formatAddress(idAddress(id), options.letter)} was changed by ${messagesText(messages, options.maxMessages)}`,
        ],
  );
  return ["  state, from what came out to what the header names:", ...indented(text), ...changes];
}

function indented(text: string): string[] {
  return text === "" ? [] : text.split("\n").map((line) => `    ${line}`);
}

const MAX_MESSAGES = 5;

function messagesText(messages: readonly NamedMessage[], limit = MAX_MESSAGES): string {
  const shown = messages.slice(0, limit).map(messageText).join(", ");
  const more = messages.length - limit;
  return more > 0 ? `${shown}, and ${more} more` : shown;
}

function messageText(message: NamedMessage): string {
  switch (message.kind) {
    case "explicit":
      return cidText(message.cid);
    case "reward":
      return `the reward of block ${cidText(message.block)}`;
    case "cron":
      return "cron";
  }
}

/** A difference as JSON: CIDs and addresses as text, amounts as decimal text, bytes in hexadecimal. */
export function differenceJson(difference: ChainDifference, options: DifferenceOptions = {}): Json {
  const { epoch, tipset, block, refusal, executed, receipts, moreReceipts, state, hints } = difference;
  return {
    epoch,
    tipset: tipset.map(cidText),
    block: cidText(block),
    code: refusal.code,
    text: refusal.text,
    details: Object.fromEntries(Object.entries(refusal.details).map(([name, value]) => [name, plain(value)])),
    ...(executed !== undefined && {
      executed: { epoch: executed.epoch, tipset: executed.tipset.map(cidText) },
    }),
    ...(receipts !== undefined && {
      receipts: receipts.map(({ index, message, expected, found }) => ({
        index,
        message: message === undefined ? null : cidText(message),
        expected: receiptJson(expected),
        found: receiptJson(found),
      })),
      ...(moreReceipts !== undefined && { moreReceipts }),
    }),
    ...(state !== undefined && {
      state: comparisonJson(state.comparison, options),
      changedBy: Object.fromEntries(
        Array.from(state.changedBy, ([id, messages]) => [
          formatAddress(idAddress(id), options.letter),
          messages.map(messageText),
        ]),
      ),
    }),
    hints,
  };
}

function receiptJson(receipt: Receipt | undefined): Json {
  if (receipt === undefined) return null;
  const { exitCode, returnData, gasUsed, eventsRoot } = receipt;
  return {
    exitCode,
    return: `0x${hex(returnData)}`,
    gasUsed: plain(gasUsed),
    eventsRoot: eventsRoot === undefined ? null : cidText(eventsRoot),
  };
}

function plain(value: string | number | bigint): Json {
  return typeof value === "bigint" ? value.toString() : value;
}
