import type { TipsetInfo } from "../../chain/store/tipset-info.js";
import { count } from "../progress-line.js";
import { table } from "../table.js";

/** A tipset for people. @param wanted the epoch that was asked for */
export function tipsetText(info: TipsetInfo, wanted: number): string {
  const { epoch, blocks, parents, after, messages } = info;
  const nullRound = epoch < wanted ? `, the last one before the null round of epoch ${wanted}` : "";
  const rows: [string, string][] = [
    ["tipset", `epoch ${epoch}, ${info.time}${nullRound}`],
    ...blocks.map((block): [string, string] => [
      "block",
      `${block.cid} of ${block.miner}, ${messagesText(block.messages)}`,
    ]),
    [
      "messages",
      messages === undefined ? "not all lists are there" : `${count(messages)}, each counted once`,
    ],
    ...parents.map((cid): [string, string] => ["parent", cid]),
    ["network", `version ${info.networkVersion}`],
    ["base fee", `${info.baseFee} attoFIL`],
    ["weight", `${info.weight}`],
    ["executed on", `state ${info.stateRoot}, which is ${info.hasState ? "" : "not "}there`],
    ["", `after receipts ${info.receiptsRoot}`],
    ...(after === undefined
      ? [["leads to", "no tipset on top says it: it is the head"] as [string, string]]
      : [
          ["leads to", `state ${after.stateRoot}`] as [string, string],
          ["", `receipts ${after.receiptsRoot}, by the tipset of epoch ${after.epoch}`] as [string, string],
        ]),
    ["validated", info.isValidated ? "yes" : "no"],
  ];
  return table(rows);
}

function messagesText(messages: number | undefined): string {
  return messages === undefined ? "messages not there" : `${count(messages)} messages`;
}
