import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { gasCostOf } from "../../vm/gas/outputs.js";
import { toLotusTrace } from "../../vm/trace/lotus-trace.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { failureText } from "../chain/failure-text.js";
import { type CidJson, cidJson, type FilecoinJson, receiptJson } from "./json.js";

/** A message that was executed, to be shown. */
export interface Invocation {
  /** By which people know the message. */
  readonly cid: Cid;
  readonly message: Message;
  readonly result: ApplyResult;
  readonly trace: MessageTrace;
  /** Whether its sender pays for it. */
  readonly isPaid: boolean;
}

/** Lotus's `InvocResult`. Its `Duration`, nanoseconds, is not measured: 0. */
export function invocationJson({ cid, message, result, trace, isPaid }: Invocation, json: FilecoinJson) {
  return {
    MsgCid: cidJson(cid),
    Msg: json.message(message),
    MsgRct: receiptJson(result.receipt),
    GasCost: isPaid ? gasCostJson(json.message(message).CID, message, result) : NO_COST,
    ExecutionTrace: toLotusTrace(trace, { letter: json.letter }),
    Error: failureText(result),
    Duration: 0,
  };
}

/** Lotus's `MsgGasCost` of messages that pay nothing. */
const NO_COST = {
  Message: null,
  GasUsed: "0",
  BaseFeeBurn: "0",
  OverEstimationBurn: "0",
  MinerPenalty: "0",
  MinerTip: "0",
  Refund: "0",
  TotalCost: "0",
};

function gasCostJson(cid: CidJson, message: Message, result: ApplyResult) {
  return {
    Message: cid,
    GasUsed: String(result.receipt.gasUsed),
    BaseFeeBurn: String(result.baseFeeBurn),
    OverEstimationBurn: String(result.overEstimationBurn),
    MinerPenalty: String(result.penalty),
    MinerTip: String(result.minerTip),
    Refund: String(result.refund),
    TotalCost: String(gasCostOf(message) - result.refund),
  };
}
