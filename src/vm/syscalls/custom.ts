/** Syscalls of a network of one's own: what people write, and what becomes of it in the table. */
import { FvmError } from "../../errors.js";
import type { Milligas } from "../../message/gas.js";
import { type ParamKind, Word } from "../../native/addon.js";
import { type Check, is, isArray, isFunction, within } from "../../util/check.js";
import { type Checks, checkedOptionsOnly } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";

/** A call of a custom syscall, for its handler. Nothing but the fields can be used once the handler has returned. */
export interface SyscallCall {
  /** ID of the actor that makes it. */
  readonly actor: U64;
  /** ID of the actor that has called this one. */
  readonly caller: U64;
  /** Method by which the actor was called. */
  readonly method: U64;
  /** attoFIL that the actor was sent with the call. */
  readonly value: bigint;
  /** The actor may change nothing; whether the syscall would is for its handler to say. */
  readonly readOnly: boolean;
  readonly epoch: number;
  /** Seconds since 1970. */
  readonly timestamp: U64;
  readonly chainId: U64;
  readonly networkVersion: number;
  /** Milligas that are left to the actor. */
  readonly gasAvailable: Milligas;
  /**
   * Charges the actor, under a name for traces.
   *
   * @param amount milligas, 0 to 2^64 - 1. If they are not there, all gas is used up and this throws: the
   *   message, or the call with a gas limit of its own, ends with exit code 7, whatever the handler does then.
   */
  charge(name: string, amount: Milligas): void;
}

/** A parameter, by what the handler gets. `bytes`: a pointer and a length in Wasm; a copy here. */
export interface CustomArguments {
  readonly u32: number;
  readonly u64: bigint;
  readonly bytes: Uint8Array;
}
/** Kinds of parameters. */
export type CustomParam = keyof CustomArguments;

/**
 * The kind of an answer. A number: so many bytes, 1 to 128. `bytes`: any number; the actor passes a buffer and
 * its length after all other parameters, and is told the length of the answer, or error 12 if it does not fit.
 */
export type CustomResult = "none" | "u32" | "u64" | "bytes" | number;

type ArgumentsOf<Params extends readonly CustomParam[]> = {
  -readonly [Index in keyof Params]: CustomArguments[Params[Index]];
};

type AnswerOf<Result extends CustomResult> = Result extends "none"
  ? // biome-ignore lint/suspicious/noConfusingVoidType: it is what the handler returns
    void
  : Result extends "u32"
    ? number
    : Result extends "u64"
      ? U64
      : Uint8Array;

/** A syscall of a network of one's own, for `defineSyscall`. */
export interface SyscallDefinition<
  Params extends readonly CustomParam[] = readonly CustomParam[],
  Result extends CustomResult = CustomResult,
> {
  /** `module.name`, as actors import it: letters, digits and underscores. */
  readonly name: string;
  readonly params: Params;
  readonly result: Result;
  /**
   * Answers a call, at once: nothing can be awaited. It must do the same on every node, and is called once for
   * each syscall.
   *
   * A `SyscallError` that it throws is an error number to the actor. Anything else that it throws, and an answer
   * of another kind, is `HostFault` EXTERN_FAILED.
   */
  handle(call: SyscallCall, ...args: ArgumentsOf<Params>): AnswerOf<Result>;
}

/** A syscall that `defineSyscall` made. */
export interface CustomSyscall {
  readonly name: string;
  readonly params: readonly CustomParam[];
  readonly result: CustomResult;
  /** As it was defined. */
  readonly handle: (call: SyscallCall, ...args: never[]) => unknown;
}

/** How C++ reads the parameters. */
export const CUSTOM_PARAMS: Readonly<Record<CustomParam, ParamKind>> = {
  u32: "u32",
  u64: "u64",
  bytes: "in",
};
/** Where an answer of `bytes` goes: a pointer, and how many there may be. */
export const ANSWER_BUFFER: readonly ParamKind[] = ["tail", "u32"];

/** Room in the control block: 8 arguments, 128 bytes. */
const MOST_PARAMS = (Word.RESULT - Word.ARGS) / 2;
const MOST_RESULT_BYTES = (Word.CONTEXT - Word.RESULT) * 4;

const RESULTS: ReadonlySet<unknown> = new Set<CustomResult>(["none", "u32", "u64", "bytes"]);

const isSize = within(1, MOST_RESULT_BYTES);
const isResult = is(
  (value) => RESULTS.has(value) || isSize(value) === undefined,
  `none, u32, u64, bytes or a number of bytes from 1 to ${MOST_RESULT_BYTES}`,
);

const isParam = is(
  (value) => typeof value === "string" && Object.hasOwn(CUSTOM_PARAMS, value),
  `one of ${Object.keys(CUSTOM_PARAMS).join(", ")}`,
);

/** `fvm` is the addon's own module. */
const isName: Check = is(
  (value) => typeof value === "string" && /^[a-z_]\w*\.[a-z_]\w*$/i.test(value) && !value.startsWith("fvm."),
  "a name such as my_module.my_syscall",
);

const CHECKS: Checks<SyscallDefinition> = {
  name: isName,
  params: isArray,
  result: isResult,
  handle: isFunction,
};

const made = new WeakSet<object>();

/**
 * A syscall for a network of one's own, to be given to `deriveNetwork`. In Wasm it is a function of a pointer to
 * the result, if it has one, and the parameters: `u32` is an i32, `u64` an i64, `bytes` two i32. It returns an
 * error number, 0 if all is well.
 *
 * @throws FvmError INVALID_OPTION
 */
export function defineSyscall<const Params extends readonly CustomParam[], const Result extends CustomResult>(
  definition: SyscallDefinition<Params, Result>,
): CustomSyscall {
  const { name, params, result, handle } = checkedOptionsOnly<SyscallDefinition>(
    definition as unknown as SyscallDefinition,
    CHECKS,
  );
  const syscall: CustomSyscall = Object.freeze({
    name,
    params: checkedParams(params, result),
    result,
    // A method of the definition may use its others.
    handle: handle.bind(definition),
  });
  made.add(syscall);
  return syscall;
}

/** Whether `defineSyscall` made it. */
export const isCustomSyscall: Check = is(
  (value) => typeof value === "object" && value !== null && made.has(value),
  "a syscall that defineSyscall made",
);

function checkedParams(given: readonly CustomParam[], result: CustomResult): readonly CustomParam[] {
  const params = [...given];
  for (const [index, param] of params.entries()) {
    const reason = isParam(param);
    if (reason !== undefined) throw new FvmError("INVALID_OPTION", { option: `params[${index}]`, reason });
  }
  const most = MOST_PARAMS - (result === "bytes" ? ANSWER_BUFFER.length : 0);
  if (params.length <= most) return Object.freeze(params);
  const reason = `${params.length} parameters, of which there may be ${most}`;
  throw new FvmError("INVALID_OPTION", { option: "params", reason });
}
