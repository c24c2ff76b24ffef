import { idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { ContractAbi } from "../../builtin/abi/index.js";
import { decodeCall } from "../../builtin/decode-call.js";
import { decodeEvent } from "../../builtin/events.js";
import { filecoinToEth } from "../../builtin/evm/eth-address.js";
import { exitCodeText } from "../../builtin/exit-codes.js";
import { decodedText, harmlessText } from "../../builtin/values/text.js";
import { cidText } from "../../encoding/cid.js";
import { decodedLog } from "../../inspect/tracers/index.js";
import type { StampedEvent } from "../../message/event.js";
import { formatFil } from "../../message/token.js";
import { hex } from "../../util/bytes.js";
import { table } from "../table.js";
import { blockLine, meaningLines } from "../trace-text.js";
import { callOf } from "./call.js";
import type { MessageFacts } from "./facts.js";

/** A message for people. @param usedAbis takes the names of ABIs in which something was found */
export function factsText(facts: MessageFacts, abi: ContractAbi | undefined, usedAbis: Set<string>): string {
  const { found, message, signature, eth, actors } = facts;
  const { network, tipset, blocks } = found;
  const address = (value: typeof message.to) => {
    const [text, ethereum] = [formatAddress(value, network.letter), filecoinToEth(value)];
    return value.charCodeAt(0) === 4 && ethereum !== undefined ? `${text} (${ethereum})` : text;
  };
  const call = callOf(facts);
  const decoded = actors && decodeCall(call, actors.builtins);
  const { type, method = `method ${message.method}` } = decoded ?? {};
  const rows: [string, string][] = [
    ["message", cidText(found.cid)],
    ["from", address(message.from)],
    ["to", `${address(message.to)}${type === undefined ? "" : `, ${type}`}`],
    ["method", `${method}${decoded?.method === undefined ? "" : ` (${message.method})`}`],
    ["value", `${formatFil(message.value)} FIL`],
    ["nonce", String(message.nonce)],
    ["gas", gasText(message)],
    ["signature", signature?.type ?? "in the aggregate of a block"],
    ...(eth === undefined
      ? []
      : [["transaction", `${eth.hash}, ${eth.transaction.kind}`] as [string, string]]),
    ["tipset", `epoch ${tipset.epoch}`],
    ...blocks.map((place): [string, string] => ["block", cidText(tipset.key[place] as typeof found.cid)]),
    ["receipt", receiptText(facts)],
  ];
  const options = { params: false, ...(abi && { abi }), usedAbis };
  const lines =
    decoded === undefined
      ? rawLines(facts)
      : [
          ...blockLine("params", decoded.params, network.letter),
          ...blockLine("returns", decoded.returns, network.letter),
          ...meaningLines(call, decoded, options),
        ];
  return [table(rows), ...lines, ...eventLines(facts, abi, usedAbis)].join("\n");
}

function gasText({ gasLimit, gasFeeCap, gasPremium }: MessageFacts["message"]): string {
  return `limit ${gasLimit.toLocaleString("en-US")}, fee cap ${gasFeeCap} attoFIL, premium ${gasPremium} attoFIL`;
}

function receiptText({ receipt, message, actors }: MessageFacts): string {
  if (typeof receipt === "string") return receipt;
  const end = exitCodeText(receipt.exitCode, actors?.typeOf(message.to));
  return `exit ${end}, ${receipt.gasUsed.toLocaleString("en-US")} gas`;
}

/** Where the state is not there that says whom the message calls. */
function rawLines({ message, receipt, found }: MessageFacts): string[] {
  const returned = typeof receipt === "string" ? undefined : receipt.returnData;
  return [
    `the state before epoch ${found.tipset.epoch} is not in the store: data are not decoded`,
    ...(message.params.length === 0 ? [] : [`params: 0x${hex(message.params)}`]),
    ...(returned === undefined || returned.length === 0 ? [] : [`returns: 0x${hex(returned)}`]),
  ];
}

function eventLines(
  { events, actors }: MessageFacts,
  abi: ContractAbi | undefined,
  usedAbis: Set<string>,
): string[] {
  if (events === undefined) return ["events: not in the store"];
  return events.flatMap((event) => {
    const log = abi && decodedLog(event, abi);
    if (log?.source !== undefined) usedAbis.add(log.source);
    const byAbi = log === undefined ? [] : [`  ${log.signature} ${JSON.stringify(log.args)}`];
    return [`event of f0${event.emitter}: ${entriesText(event, actors)}`, ...byAbi];
  });
}

function entriesText(event: StampedEvent, actors: MessageFacts["actors"]): string {
  if (actors === undefined) {
    return event.entries.map(({ key, value }) => `${harmlessText(key)}: 0x${hex(value)}`).join(", ");
  }
  const entries = decodeEvent(event, actors.builtins, actors.typeOf(idAddress(event.emitter)));
  return entries.map(({ key, value }) => `${harmlessText(key)}: ${decodedText(value.value)}`).join(", ");
}
