import type { CborReader, CborWriter, Codec } from "../../ipld/cbor.js";
import { eventCodec, type StampedEvent } from "../../message/event.js";
import type { ErrorNumber } from "../../message/outcome.js";
import type { Receipt } from "../../message/receipt.js";
import type { U64 } from "../../util/u64.js";
import type { Backtrace, BacktraceCause } from "../call-manager/backtrace.js";
import { type ApplyResult, NO_EVENTS } from "../executor/apply-result.js";

/** How a message ended, without what follows from it: what is paid for its gas. */
export interface Outcome {
  readonly receipt: Receipt;
  readonly returnCodec: U64 | undefined;
  readonly invocations: number;
  readonly events: readonly StampedEvent[];
  /** Why it failed, if it did. */
  readonly backtrace: Backtrace | undefined;
}

/**
 * The outcome of a result; undefined if it may be due to what this thread has met rather than to the state: an absent
 * block, malformed state, a sender who may not send.
 */
export function outcomeOf({
  receipt,
  returnCodec,
  invocations,
  events,
  failure,
}: ApplyResult): Outcome | undefined {
  if (failure?.kind === "preflight" || failure?.backtrace.cause?.kind === "fatal") return undefined;
  return { receipt, returnCodec, invocations, events, backtrace: failure?.backtrace };
}

export const outcomeCodec: Codec<Outcome> = {
  encode({ receipt, returnCodec, invocations, events, backtrace }, writer) {
    const { exitCode, gasUsed, returnData, eventsRoot } = receipt;
    writer.array(8).u64(exitCode).i64(gasUsed).bytes(returnData);
    if (eventsRoot === undefined) writer.null();
    else writer.cid(eventsRoot);
    if (returnCodec === undefined) writer.null();
    else writer.u64(returnCodec);
    writer.u64(invocations).array(events.length);
    for (const event of events) eventCodec.encode(event, writer);
    if (backtrace === undefined) writer.null();
    else writeBacktrace(writer, backtrace);
  },
  decode(reader) {
    reader.tuple(8);
    const exitCode = reader.u32();
    const gasUsed = reader.i64();
    const returnData = reader.bytes().slice();
    const eventsRoot = reader.null() ? undefined : reader.cid();
    const returnCodec = reader.null() ? undefined : reader.u64();
    const invocations = reader.u32();
    const events = Array.from({ length: reader.array() }, () => eventCodec.decode(reader));
    return {
      receipt: { exitCode, returnData, gasUsed, eventsRoot },
      returnCodec,
      invocations,
      events: events.length > 0 ? events : NO_EVENTS,
      backtrace: reader.null() ? undefined : readBacktrace(reader),
    };
  },
};

function writeBacktrace(writer: CborWriter, { frames, cause }: Backtrace): void {
  writer.array(2).array(frames.length);
  for (const { actorId, method, code, text } of frames) {
    writer.array(4).u64(actorId).u64(method).u64(code).text(text);
  }
  if (cause?.kind !== "syscall") writer.null();
  else writer.array(4).text(cause.module).text(cause.name).u64(cause.errno).text(cause.text);
}

function readBacktrace(reader: CborReader): Backtrace {
  reader.tuple(2);
  const frames = Array.from({ length: reader.array() }, () => {
    reader.tuple(4);
    return { actorId: reader.u64(), method: reader.u64(), code: reader.u32(), text: reader.text() };
  });
  return { frames, cause: reader.null() ? undefined : readCause(reader) };
}

function readCause(reader: CborReader): BacktraceCause {
  reader.tuple(4);
  const [module, name, errno, text] = [reader.text(), reader.text(), reader.u32(), reader.text()];
  return { kind: "syscall", module, name, errno: errno as ErrorNumber, text };
}
