import type { AbiMatch } from "../../builtin/abi/index.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { BuiltinActors } from "../../builtin/builtin-actors.js";
import { decodeCall } from "../../builtin/decode-call.js";
import { decodeEvent } from "../../builtin/events.js";
import { exitCodeText } from "../../builtin/exit-codes.js";
import type { Decoded } from "../../builtin/schema/decode.js";
import { decodedText } from "../../builtin/values/text.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import type { StampedEvent } from "../../message/event.js";
import { hex } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { ObservedBlock } from "../../vm/trace/observation.js";
import type { CallTrace, MessageTrace } from "../../vm/trace/trace.js";
import { CATEGORY_TITLES, categoryOf } from "../profile/categories.js";
import { topicsAndData } from "../tracers/logs.js";
import type { Contracts } from "./contracts.js";

/** Data in words. */
export interface Words {
  readonly text: string;
  /** Why they are not what they should be. */
  readonly mismatch?: string;
}

/** A call in words. Undefined: not known. */
export interface CallWords {
  /** Undefined: the receiver is no builtin actor, or there is none. */
  readonly type: ActorType | undefined;
  /** `PublishStorageDeals`; a contract's function, such as `transfer`; or `method 4`. */
  readonly method: string;
  readonly params: Words | undefined;
  readonly returned: Words | undefined;
}

/** An event in words. */
export interface EventWords {
  /** The event in one line. */
  readonly summary: string | undefined;
  readonly values: readonly { readonly key: string; readonly text: string }[];
}

/** Names for the things of a message. */
export class Names {
  private readonly actors: BuiltinActors;

  constructor(
    trace: MessageTrace,
    private readonly contracts: Contracts,
  ) {
    this.actors = BuiltinActors.of(trace);
  }

  call(call: CallTrace): CallWords {
    const { type, method, params, returns } = decodeCall(call, this.actors);
    const isOk = call.end.kind === "exit" && call.end.code === 0;
    const input = type === "evm" ? bytesOf(params) : undefined;
    const output = bytesOf(returns);
    const called = input && this.contracts.call(input);
    const result = called && isOk && input && output ? this.contracts.result(input, output) : undefined;
    const revert = !isOk && output ? this.contracts.revert(output) : undefined;
    return {
      type,
      method: called?.name ?? method ?? `method ${call.method}`,
      params: wordsOf(params, called),
      returned: wordsOf(returns, result ?? revert),
    };
  }

  /** Method of a message that made no call, and so found no receiver. */
  method(method: U64): string {
    return this.actors.methodName(undefined, method) ?? `method ${method}`;
  }

  /** Parameters of a message that made no call. */
  params(method: U64, block: ObservedBlock): Words | undefined {
    return wordsOf(this.actors.decodeParams(undefined, method, block));
  }

  /** @param type of the actor that emitted it */
  event(event: StampedEvent, type: ActorType | undefined): EventWords {
    const log = topicsAndData(event.entries);
    const match = log && this.contracts.event(log);
    const values = decodeEvent(event, this.actors, type).map(({ key, value }) => ({
      key,
      text: lineOf(value.value),
    }));
    return {
      summary:
        match === undefined ? values.find(({ key }) => key === "$type")?.text : matchText(match, false),
      values,
    };
  }

  exitCode(code: number, type: ActorType | undefined): string {
    return `exit ${exitCodeText(code, type)}`;
  }

  /** Title of a charge's category. */
  category(charge: string): string {
    return CATEGORY_TITLES[categoryOf(charge)];
  }
}

function bytesOf(decoded: Decoded | undefined): Uint8Array | undefined {
  return decoded?.value.kind === "bytes" ? decoded.value.value : undefined;
}

/** @param match what a contract's ABI says of it */
function wordsOf(decoded: Decoded | undefined, match?: AbiMatch): Words | undefined {
  if (decoded === undefined || decoded.form === "bytes") return undefined;
  const { value, mismatch } = decoded;
  const text = value.kind === "bytes" ? lineOf(value) : decodedText(value, { multiline: true });
  return {
    text: match === undefined ? text : `${matchText(match, true)}\n${text}`,
    ...(mismatch !== undefined && { mismatch }),
  };
}

/** In a line, bytes in full. */
function lineOf(value: DecodedValue): string {
  return value.kind === "bytes" ? `0x${hex(value.value)}` : decodedText(value);
}

/** `transfer(address,uint256) { to: …, amount: … }`. */
function matchText({ signature, args }: AbiMatch, multiline: boolean): string {
  if (args === undefined) return `${signature}, with other data`;
  return args.length === 0
    ? signature
    : `${signature} ${decodedText({ kind: "record", fields: args }, { multiline })}`;
}
