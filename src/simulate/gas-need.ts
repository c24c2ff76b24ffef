import type { Milligas } from "../message/gas.js";
import { foldCalls } from "../vm/trace/fold-calls.js";
import type { CallTrace, MessageTrace } from "../vm/trace/trace.js";

/** Facts about a call within another one. Milligas, as numbers: what comes of it is a guess. */
interface SubCall {
  /** Gas that it took from its caller. */
  readonly used: number;
  /**
   * The step of its caller after which the EVM's rule of 63/64 was applied to the gas that was left; undefined: the
   * call's limit is another one, or all that was left.
   */
  readonly sharedAt: number | undefined;
}

/** A call that the walk is in. */
interface Visit {
  readonly call: CallTrace;
  /** Milligas at its beginning. */
  readonly start: number;
  /** Milligas that are left. */
  left: number;
  /** The next of its steps. */
  at: number;
  /** Milligas after the charges for syscalls so far, the last ones first: one of these asked for the gas that is left. */
  asked: { readonly at: number; readonly left: number }[];
}

/** How far back the question for the gas that is left may be, in syscalls. */
const MOST_ASKED = 16;

/**
 * The least gas limit, milligas, with which a message should do what its trace shows: for its charges in order, refunds included,
 * and with enough left at each call of a contract that gives away 63/64 of it at most. Exact for all that goes by these
 * rules; what contracts do with the gas that they see left, a trace does not tell.
 */
export function gasNeed(trace: MessageTrace, root: CallTrace): Milligas {
  const subCalls = subCallsOf(Number(trace.message.gasLimit) * 1000, root);
  return foldCalls<number>(root, (call, below) => needOf(call, below, subCalls));
}

/** Goes through the message as its gas did. */
function subCallsOf(limit: number, root: CallTrace): ReadonlyMap<CallTrace, SubCall> {
  const found = new Map<CallTrace, SubCall>();
  const open = [visitOf(root, limit)];
  for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
    const step = visit.call.steps[visit.at++];
    if (step === undefined) {
      open.pop();
      const used = visit.start - (visit.call.end.kind === "outOfGas" ? 0 : visit.left);
      const caller = open.at(-1);
      if (caller === undefined) break;
      caller.left -= used;
      found.set(visit.call, { used, sharedAt: sharedAt(caller, Number(visit.call.gasLimit)) });
    } else if (step.kind === "call") {
      open.push(visitOf(step.call, Math.min(Number(step.call.gasLimit) * 1000, visit.left)));
    } else if (step.kind === "charge") {
      visit.left -= milligas(step.compute, step.other);
      if (step.name !== "OnSyscall") continue;
      visit.asked.unshift({ at: visit.at, left: visit.left });
      visit.asked.length = Math.min(visit.asked.length, MOST_ASKED);
    }
  }
  return found;
}

function visitOf(call: CallTrace, start: number): Visit {
  return { call, start, left: start, at: 0, asked: [] };
}

/** Where 63/64 of what was left is this limit, in whole gas. Source: actors/evm/src/interpreter/system.rs `call_gas_limit`. */
function sharedAt({ asked }: Visit, limit: number): number | undefined {
  return asked.find(({ left }) => Math.floor((63 * Math.floor(left / 1000)) / 64) === limit)?.at;
}

/** Milligas with which a call does all its steps, found from its end on. @param below those of its own calls */
function needOf(
  call: CallTrace,
  below: readonly number[],
  subCalls: ReadonlyMap<CallTrace, SubCall>,
): number {
  // It used up whatever it was given.
  if (call.end.kind === "outOfGas") return 0;
  const least = new Map<number, number>();
  let [need, sub] = [0, below.length];
  for (let at = call.steps.length; at > 0; at--) {
    need = Math.max(need, least.get(at) ?? 0);
    const step = call.steps[at - 1];
    if (step?.kind === "charge") {
      need = Math.max(0, need + milligas(step.compute, step.other));
    } else if (step?.kind === "call") {
      const { used, sharedAt } = subCalls.get(step.call) as SubCall;
      const within = below[--sub] as number;
      if (sharedAt === undefined) {
        need = Math.max(need + used, within);
      } else if (step.call.end.kind === "outOfGas") {
        // The caller goes on with what it kept.
        least.set(sharedAt, 64 * need);
      } else {
        need += used;
        least.set(sharedAt, 1000 * Math.ceil((64 * Math.ceil(within / 1000)) / 63));
      }
    }
  }
  return need;
}

function milligas(compute: Milligas, other: Milligas): number {
  return Number(compute) + Number(other);
}
