/** Why messages failed. */
export { type ExplainOptions, explain, type FailedMessage } from "./explain.js";
export type { CauseKind, Explanation, FailedCall, RefusedSyscall, RevertReason } from "./explanation.js";
