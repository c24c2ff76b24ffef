import { idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { ContractAbi } from "../../builtin/abi/index.js";
import { decodeCall } from "../../builtin/decode-call.js";
import { decodeEvent } from "../../builtin/events.js";
import { toJson } from "../../builtin/values/json.js";
import { cidText } from "../../encoding/cid.js";
import { decodedCall, decodedLog } from "../../inspect/tracers/index.js";
import type { StampedEvent } from "../../message/event.js";
import type { Receipt } from "../../message/receipt.js";
import { hex } from "../../util/bytes.js";
import { traceJson } from "../../vm/trace/json-trace.js";
import { why } from "../why.js";
import { callOf } from "./call.js";
import type { MessageFacts } from "./facts.js";
import type { Replay } from "./replay.js";

/** All that is known of a message, for JSON. */
export function factsJson(facts: MessageFacts, abi: ContractAbi | undefined) {
  const { found, message, signature, eth, receipt, events, actors } = facts;
  const { network, tipset, blocks } = found;
  const { letter } = network;
  const call = callOf(facts);
  const decoded = actors && decodeCall(call, actors.builtins);
  return {
    cid: cidText(found.cid),
    message: {
      ...message,
      from: formatAddress(message.from, letter),
      to: formatAddress(message.to, letter),
      params: `0x${hex(message.params)}`,
    },
    signature: signature && { type: signature.type, data: `0x${hex(signature.data)}` },
    ethereum: eth && { hash: eth.hash, kind: eth.transaction.kind },
    epoch: tipset.epoch,
    tipset: tipset.key.map((cid) => cidText(cid)),
    blocks: blocks.map((place) => cidText(tipset.key[place] as typeof found.cid)),
    receipt: typeof receipt === "string" ? null : receiptJson(receipt),
    ...(typeof receipt === "string" && { missing: receipt }),
    actor: decoded?.type,
    method: decoded?.method,
    params: decoded?.params && toJson(decoded.params.value, { letter }),
    returns: decoded?.returns && toJson(decoded.returns.value, { letter }),
    abi: abi && decodedCall(call, abi),
    events: events?.map((event) => eventJson(event, actors, abi)),
  };
}

function receiptJson({ exitCode, gasUsed, returnData, eventsRoot }: Receipt) {
  return {
    exitCode,
    gasUsed,
    returnData: `0x${hex(returnData)}`,
    eventsRoot: eventsRoot === undefined ? null : cidText(eventsRoot),
  };
}

function eventJson(event: StampedEvent, actors: MessageFacts["actors"], abi: ContractAbi | undefined) {
  const { emitter, entries } = event;
  const decoded = actors && decodeEvent(event, actors.builtins, actors.typeOf(idAddress(emitter)));
  return {
    emitter: `f0${emitter}`,
    entries: entries.map(({ flags, key, codec, value }, i) => ({
      flags,
      key,
      codec,
      value: `0x${hex(value)}`,
      decoded: decoded?.[i] && toJson(decoded[i].value.value),
    })),
    abi: abi && decodedLog(event, abi),
  };
}

/** A replayed message. Its trace, which may be deeper than `JSON.stringify` goes, is put in as text. */
export function replayJson(
  facts: MessageFacts,
  { result, trace, differences }: Replay,
  abi: ContractAbi | undefined,
): string {
  const about = {
    ...factsJson(facts, abi),
    replayed: receiptJson(result.receipt),
    equal: differences === undefined ? null : differences.length === 0,
    differences,
    explanation: why(result, trace, abi),
  };
  const text = JSON.stringify(about, (_, value) => (typeof value === "bigint" ? value.toString() : value));
  return `${text.slice(0, -1)},"trace":${traceJson(trace, {})}}`;
}
