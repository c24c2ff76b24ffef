import type { BuiltinActors } from "../../builtin/builtin-actors.js";
import { ErrorNumber, ExitCode } from "../../message/outcome.js";
import type { Receipt } from "../../message/receipt.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { allowedCallers, isInternal } from "./callers.js";
import type { CauseKind, Explanation, FailedCall, RefusedSyscall, RevertReason } from "./explanation.js";
import type { PathCall } from "./failure-path.js";
import { failingCharge, spendingText } from "./out-of-gas.js";
import { revertText } from "./revert.js";
import { actorText, gasText, methodText } from "./words.js";

type Cause = Explanation["cause"];

/** Facts about a failure. */
export interface Failure {
  readonly receipt: Receipt;
  readonly trace: MessageTrace;
  readonly actors: BuiltinActors;
  readonly path: readonly [PathCall, ...PathCall[]];
  /** The last of the path. */
  readonly inner: PathCall;
  readonly syscall: RefusedSyscall | undefined;
  readonly revert: RevertReason | undefined;
}

/** The likely cause of a failure. */
export function causeOf(failure: Failure): Cause {
  const { end } = failure.inner.shown;
  if (failure.path[0].shown.end?.kind === "fatal") return cause("fatal", FATAL);
  if (failure.receipt.exitCode === ExitCode.OutOfGas) return outOfGas(failure);
  if (end?.kind === "refused") return refused(failure.inner.shown, end.errno, end.text);
  if (end?.kind === "outOfGas") return callOutOfGas(failure.inner);
  if (failure.revert !== undefined) return reverted(failure, failure.revert);
  return ofExitCode(failure, end?.kind === "exit" ? end.code : failure.receipt.exitCode);
}

const FATAL =
  "the VM could not go on, which costs the whole gas limit: mostly code that the network version does not accept";

function cause(kind: CauseKind, text: string): Cause {
  return { kind, text };
}

function outOfGas({ trace, receipt, inner }: Failure): Cause {
  const charge = failingCharge(trace);
  const where = charge === undefined ? "" : ` at the charge ${charge}`;
  const limit = `the gas limit of ${gasText(trace.message.gasLimit)} was used up in ${actorText(inner.shown)}${where}`;
  return cause("outOfGas", `${limit}; ${spendingText(trace, receipt)}`);
}

function callOutOfGas({ call, shown }: PathCall): Cause {
  return cause(
    "callOutOfGas",
    `the call of ${actorText(shown)} was given ${gasText(call.gasLimit)} gas by f0${call.from}, which is too little`,
  );
}

/** A call that did not come about. */
function refused(call: FailedCall, errno: ErrorNumber, text: string): Cause {
  switch (errno) {
    case ErrorNumber.NotFound:
      return cause(
        "noActor",
        `there is no actor ${call.actor}, and a call creates one only at an f1, f3 or f4 address`,
      );
    case ErrorNumber.InsufficientFunds:
      return cause("funds", fundsText(call, text));
    case ErrorNumber.ReadOnly:
      return cause("readOnly", "the call is read-only, and so may create or pay nobody");
    case ErrorNumber.LimitExceeded:
      return cause("depth", `calls are nested as deep as they may be: ${text}`);
    default:
      return cause("refused", `the VM refused the call: ${text}`);
  }
}

/** How a transfer that fails is worded: src/vm/call-manager/charged-state.ts. */
const FUNDS = /\(balance (\S+), transfer (\S+)\)$/;

function fundsText({ from }: FailedCall, text: string): string {
  const [, has, needed] = FUNDS.exec(text) ?? [];
  const who = `f0${from}`;
  return has === undefined
    ? `${who} has not got what it sends`
    : `${who} has ${has} FIL, and sends ${needed} FIL`;
}

function reverted({ path }: Failure, revert: RevertReason): Cause {
  const contract = path.findLast(({ shown }) => shown.type === "evm")?.shown.actor;
  return cause("revert", `the contract ${contract} reverted with ${revertText(revert)}`);
}

/** Meanings of the exit codes that actors share, and of the VM's own. */
function ofExitCode(failure: Failure, code: ExitCode): Cause {
  const { shown } = failure.inner;
  const say = shown.type === "evm" ? CONTRACT[code] : undefined;
  if (say !== undefined) return cause("contract", say);
  const rule = BY_CODE[code];
  if (rule !== undefined) return rule(failure);
  return cause("actor", `${actorText(shown)} gives this exit code a meaning of its own`);
}

type Rule = (failure: Failure) => Cause;

function always(kind: CauseKind, text: string): Rule {
  return () => cause(kind, text);
}

const BY_CODE: Readonly<Record<number, Rule>> = {
  [ExitCode.IllegalInstruction]: always(
    "crash",
    "the actor's code crashed (a Wasm trap): a bug in it, or a case it does not expect",
  ),
  [ExitCode.InvalidReceiver]: always("noActor", "the actor's receiver does not exist or cannot be created"),
  [ExitCode.InsufficientFunds]: always("funds", "somebody has not got what is to be paid"),
  [ExitCode.IllegalExitCode]: always("crash", "the actor ended with an exit code that only the VM may give"),
  [ExitCode.AssertionFailed]: always("refused", "the VM refused what was asked for"),
  [ExitCode.MissingReturn]: always("crash", "the actor returned a block that it has not got"),
  16: badArgument,
  17: always("notFound", "something that the message names does not exist, or does no longer"),
  18: forbidden,
  19: always("funds", "an actor has not got what is to be paid, or has it locked"),
  20: always("state", "the actor's state does not allow it now, or is not what it should be"),
  21: badParams,
  22: noMethod,
  23: always("actor", "the actor gives no more reason than this"),
  24: always("state", "the actor found its state or an answer in contradiction to what it expects"),
  25: always("readOnly", "the call is read-only, and what it asks for changes something"),
  26: always("argument", "the method does not take value"),
};

/** Meanings of a contract's exit codes. Source: builtin-actors actors/evm/src/lib.rs. */
const CONTRACT: Readonly<Record<number, string>> = {
  34: "the contract executed the instruction INVALID, as old compilers do where a check fails",
  35: "the contract's code has an instruction that there is none of: mostly data that is no code",
  36: "the contract took more from its stack than was on it",
  37: "the contract put more than 1,024 words on its stack",
  38: "the contract read or wrote memory or data beyond what there may be",
  39: "the contract jumped to a place that is no jump target",
  40: "the contract could not pay out what it had when it destroyed itself",
};

function forbidden({ inner: { call, shown }, actors }: Failure): Cause {
  const caller = `f0${call.from}`;
  const method = methodText(shown);
  if (shown.text?.includes("must be built-in") && isInternal(shown.type, shown.method)) {
    return cause(
      "forbidden",
      `${caller} is no builtin actor, or a contract: those may call exported methods only, not ${method}`,
    );
  }
  if (shown.type === "init" && MAY_NOT_EXEC.test(shown.text ?? "")) return cause("forbidden", MAY_EXEC);
  const allowed = isAboutCaller(shown)
    ? allowedCallers(shown.type, shown.methodName, actors.version)
    : undefined;
  return allowed === undefined
    ? cause("forbidden", `${actorText(shown)} does not let ${caller} do this`)
    : cause("forbidden", `only ${allowed} may call ${method}, and ${caller} is not among them`);
}

/** Source: builtin-actors actors/init/src/lib.rs, `exec` and `can_exec`. */
const MAY_NOT_EXEC = /^called type \S+ cannot exec actor type /;
const MAY_EXEC =
  "the init actor creates multisigs and payment channels for everybody, storage miners for the power actor, and nothing else";

/** How actors complain of their caller, perhaps after where they do. Source: builtin-actors runtime/src/runtime/fvm.rs; actors market, miner, multisig. */
const ABOUT_CALLER =
  /(^|: )(message )?caller .*\b(not one of supported|is not worker or control|is neither proposal beneficiary)|^Cannot cancel another signer/;

/** Methods of a multisig that complain of a caller who is no signer; others do of a signer whom they are given. */
const FOR_SIGNERS: readonly (string | undefined)[] = ["Propose", "Approve", "Cancel"];

/** Whether an actor complains of its caller, and not of what it is asked for. */
function isAboutCaller({ text, methodName }: FailedCall): boolean {
  if (text === undefined || ABOUT_CALLER.test(text)) return true;
  return text.endsWith(" is not a signer") && FOR_SIGNERS.includes(methodName);
}

function badArgument({ inner: { shown } }: Failure): Cause {
  const method = methodText(shown);
  if (shown.text?.includes("expects arguments")) {
    return cause("params", `${method} takes parameters, and there are none`);
  }
  if (shown.text?.includes("expects no arguments")) {
    return cause("params", `${method} takes no parameters, and there are some`);
  }
  return cause("argument", "a parameter has a value that the method does not accept");
}

function noMethod({ inner: { shown }, actors }: Failure): Cause {
  const { type, actor, method } = shown;
  const who = type === undefined ? actor : `${type} (actors version ${actors.version})`;
  return cause("method", `${who} has no method ${method}`);
}

function badParams({ inner: { call, shown }, actors }: Failure): Cause {
  const { type, method, methodName } = shown;
  const decoded = actors.decodeParams(type, method, call.params);
  return methodName !== undefined && decoded !== undefined && decoded.form !== "schema"
    ? cause("params", `the parameters have not the layout of ${methodText(shown)}`)
    : cause("params", "something that the actor read has not the layout that it expects");
}
