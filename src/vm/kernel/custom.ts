import { FvmError, HostFault } from "../../errors.js";
import type { Milligas } from "../../message/gas.js";
import { ERROR_TEXTS, ErrorNumber, OUT_OF_GAS, SyscallError } from "../../message/outcome.js";
import { asBytes } from "../../util/bytes.js";
import { isText, isU64 } from "../../util/check.js";
import { kindOf } from "../../util/kind-of.js";
import { checkOption } from "../../util/options.js";
import { asU64, type U64, u64 } from "../../util/u64.js";
import { forgetPromise } from "../../util/waits.js";
import type { CustomArguments, CustomParam, CustomSyscall, SyscallCall } from "../syscalls/custom.js";
import type { Answer, Arguments, Handler, SyscallContext } from "./context.js";

/** Answers a syscall of the network's own by its handler, which sees nothing of ours. */
export function customHandler(syscall: CustomSyscall): Handler {
  const { name, params, result } = syscall;
  const handle = syscall.handle as (call: SyscallCall, ...args: readonly unknown[]) => unknown;
  const answer = typeof result === "number" ? exactly(result) : ANSWERS[result];
  return (context) => {
    const args = params.map((kind, slot) => ARGUMENTS[kind](context.args, slot));
    if (result === "bytes") checkBuffer(context.args, params.length);
    const call = new CustomCall(name, context);
    let given: unknown;
    try {
      given = handle(call, ...args);
    } catch (error) {
      throw call.ranOut ? OUT_OF_GAS : failure(name, error);
    } finally {
      call.end();
    }
    // The handler may have caught it, which changes nothing.
    if (call.ranOut) throw OUT_OF_GAS;
    if (answer(context, given, params.length)) return;
    forgetPromise(given);
    throw failed(name, `it answered with ${kindOf(given)} instead of ${describe(result)}`);
  };
}

/** The call as its handler sees it. */
class CustomCall implements SyscallCall {
  readonly actor: U64;
  readonly caller: U64;
  readonly method: U64;
  readonly value: bigint;
  readonly readOnly: boolean;
  readonly epoch: number;
  readonly timestamp: U64;
  readonly chainId: U64;
  readonly networkVersion: number;
  readonly #name: string;
  readonly #gas: SyscallContext["gas"];
  #ended = false;
  #ranOut = false;

  constructor(name: string, { frame, machine, network, gas }: SyscallContext) {
    this.actor = frame.actorId;
    this.caller = frame.caller;
    this.method = frame.method;
    this.value = frame.value;
    this.readOnly = frame.readOnly;
    this.epoch = machine.epoch;
    this.timestamp = machine.timestamp;
    this.chainId = machine.chainId;
    this.networkVersion = network.version;
    this.#name = name;
    this.#gas = gas;
  }

  get ranOut(): boolean {
    return this.#ranOut;
  }

  end(): void {
    this.#ended = true;
  }

  get gasAvailable(): Milligas {
    this.#require("gasAvailable");
    return this.#gas.available();
  }

  charge(name: string, amount: Milligas): void {
    this.#require("charge");
    checkOption("name", name, isText);
    checkOption("amount", amount, isU64);
    try {
      this.#gas.apply({ name, compute: u64(amount), other: 0 });
    } catch (error) {
      this.#ranOut = true;
      throw error;
    }
  }

  #require(operation: string): void {
    if (this.#ended) throw new FvmError("SYSCALL_ANSWERED", { operation, syscall: this.#name });
  }
}

const ARGUMENTS: {
  readonly [Kind in CustomParam]: (args: Arguments, slot: number) => CustomArguments[Kind];
} = {
  u32: (args, slot) => args.u32(slot),
  u64: (args, slot) => BigInt(args.u64(slot)),
  bytes: (args, slot) => new Uint8Array(args.bytes(slot)),
};

/** Gives the answer to the actor; false, with nothing done, if it is of another kind. @param slot after the parameters */
type Give = (context: SyscallContext, given: unknown, slot: number) => boolean;

const ANSWERS: Readonly<Record<Exclude<CustomSyscall["result"], number>, Give>> = {
  none: ({ answer }, given) => give(given === undefined ? given : MISFIT, () => answer.none()),
  u32: ({ answer }, given) => give(asU32(given), (value) => answer.u32(value)),
  u64: ({ answer }, given) => give(asU64(given) ?? MISFIT, (value) => answer.u64(value)),
  bytes: ({ answer, args }, given, slot) =>
    give(asBytes(given) ?? MISFIT, (data) => giveBuffer(answer, args, slot, data)),
};

function exactly(length: number): Give {
  return ({ answer }, given) => {
    const data = asBytes(given);
    return give(data?.length === length ? data : MISFIT, (bytes) => answer.bytes(bytes));
  };
}

const MISFIT = Symbol("an answer of another kind");

function give<T>(value: T | typeof MISFIT, answer: (value: T) => void): boolean {
  if (value === MISFIT) return false;
  answer(value);
  return true;
}

function asU32(value: unknown): number | typeof MISFIT {
  return typeof value === "number" && value >>> 0 === value ? value : MISFIT;
}

/** Throws `SyscallError`: the actor's buffer does not lie in its memory. */
function checkBuffer(args: Arguments, slot: number): void {
  const length = args.u32(slot + 1);
  if (length <= args.length(slot)) return;
  throw new SyscallError(ErrorNumber.IllegalArgument, `buffer (length ${length}) out of bounds`);
}

/** Throws `SyscallError`: the actor's buffer is too small. */
function giveBuffer(answer: Answer, args: Arguments, slot: number, data: Uint8Array): void {
  if (data.length > args.u32(slot + 1)) {
    throw new SyscallError(ErrorNumber.BufferTooSmall, `the answer has ${data.length} bytes`);
  }
  answer.tail(slot, data);
  answer.u32(data.length);
}

/** The error for whatever a handler threw. */
function failure(name: string, error: unknown): SyscallError | HostFault {
  try {
    // It may be a proxy, which can refuse even this question.
    if (!(error instanceof SyscallError)) return failed(name, undefined, error);
    const { errno, text } = error;
    if (Object.hasOwn(ERROR_TEXTS, errno)) return new SyscallError(errno, String(text));
    return failed(name, `${String(errno)} is no error number`);
  } catch (cause) {
    return failed(name, "its error cannot be looked at", cause);
  }
}

function failed(name: string, reason: string | undefined, cause?: unknown): HostFault {
  const details = { question: `syscall ${name}`, ...(reason !== undefined && { reason }) };
  return new HostFault("EXTERN_FAILED", details, { cause });
}

function describe(result: CustomSyscall["result"]): string {
  return typeof result === "number" ? `${result} bytes` : result;
}
