/** The kinds of work that the library tells of. Facts are known when it begins, outcomes when it has ended. */
import { Operation } from "./operation.js";

export interface MessageFacts {
  readonly epoch: number;
  readonly network: number;
  readonly kind: "explicit" | "implicit";
}

export interface MessageOutcome {
  readonly exitCode: number;
  /** Whole gas. */
  readonly gasUsed: number;
}

/** A message that a machine executes in this thread. */
export const messages = new Operation<MessageFacts, MessageOutcome>("message");

export interface TipsetFacts {
  readonly epoch: number;
  readonly blocks: number;
  /** Whether a thread of a pool executes it. */
  readonly isElsewhere: boolean;
}

export interface TipsetOutcome {
  /** Messages of blocks that were executed. */
  readonly messages: number;
  /** Messages of these with another exit code than 0. */
  readonly failed: number;
  /** Whole gas that they used. */
  readonly gasUsed: number;
  readonly nullRounds: number;
}

/** A tipset, with the null rounds before it. */
export const tipsets = new Operation<TipsetFacts, TipsetOutcome>("tipset");

/** Parts of a tipset, in their order. */
export type PhaseName = "select" | "null round" | "migrate" | "prepare" | "messages" | "cron" | "receipts";

export interface PhaseFacts {
  readonly epoch: number;
  readonly phase: PhaseName;
}

/** A part of a tipset, which is executed in this thread. The last one, its flush, is an operation of its own. */
export const phases = new Operation<PhaseFacts, object>("phase");

export interface FlushFacts {
  readonly epoch: number;
}

/** A machine's new state, on its way to the store. */
export const flushes = new Operation<FlushFacts, object>("flush");

export interface ReadOutcome {
  /** Undefined if the store has no such block, or answers with something else than bytes. */
  readonly bytes: number | undefined;
}

/** A block that is in no cache, read from a store. */
export const reads = new Operation<object, ReadOutcome>("read");

export interface WriteFacts {
  readonly blocks: number;
  readonly bytes: number;
}

/** Blocks that a store is given together. */
export const writes = new Operation<WriteFacts, object>("write");

export interface TaskFacts {
  /** The threads' script, without its suffix: one name for each kind of pool. */
  readonly pool: string;
}

/** A task of a pool, from its way into the queue to its end. */
export const tasks = new Operation<TaskFacts, object>("task");

export interface WorkFacts {
  readonly task: TaskFacts;
  /** Node's number of the thread. */
  readonly thread: number;
}

/** A task that a thread is at. */
export const works = new Operation<WorkFacts, object>("work");

export interface CallFacts {
  readonly method: string;
}

/** A call of a method of the node's JSON-RPC. */
export const calls = new Operation<CallFacts, object>("call");

/** Names of the operations, which are in those of their channels and spans. */
export type OperationName =
  | "message"
  | "tipset"
  | "phase"
  | "flush"
  | "read"
  | "write"
  | "task"
  | "work"
  | "call";

/** All of them. */
export const operations = {
  message: messages,
  tipset: tipsets,
  phase: phases,
  flush: flushes,
  read: reads,
  write: writes,
  task: tasks,
  work: works,
  call: calls,
} as const satisfies Readonly<Record<OperationName, unknown>>;

/** For operations of which nothing is told but that they ended. */
export const NO_OUTCOME = Object.freeze({});
