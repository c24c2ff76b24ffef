/** Errors of JSON-RPC: the codes that answers bear, and how what a method throws becomes one. */
import { FvmError, HostFault } from "../../errors.js";
import { messageOf } from "../../util/kind-of.js";

/**
 * Codes of the JSON-RPC specification, and Lotus's own (api/api_errors.go), which clients know.
 * `failed` is any error without a code of its own.
 */
export const rpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** A batch whose answers grow too long. */
  limitExceeded: -32005,
  failed: 1,
  outOfGas: 2,
  executionReverted: 3,
  /** A transaction was sent, and has no receipt in the time given (EIP-7966). */
  notInTime: 4,
  actorNotFound: 11,
  nullRound: 12,
  /** A state that only an expensive migration would give. */
  expensiveFork: -32002,
  blockRangeExceeded: -32005,
  /** A call of a simulated block fails otherwise than by a revert. These four: execution-apis, `eth_simulateV1`. */
  simulationFailed: -32015,
  blockOrder: -38020,
  timeOrder: -38021,
  /** More blocks, calls in them or bytes that these return than one simulation may have. */
  simulationTooLarge: -38026,
} as const;

/** The `error` of an answer. */
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** An error that a method answers with; `code` is one of `rpcCode`, `data` anything that JSON can hold. */
export class RpcError extends Error {
  override readonly name = "RpcError";

  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** As an answer bears it: what callers have sent is not repeated at any length. */
  toJSON(): ErrorObject {
    return {
      code: this.code,
      message: shortened(this.message),
      ...(this.data !== undefined && { data: this.data }),
    };
  }
}

/** Characters of a message that an answer bears; half as many of one that is longer. */
const LONGEST_MESSAGE = 2 ** 16;

function shortened(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  return `${message.slice(0, LONGEST_MESSAGE / 2)}… (${message.length} characters)`;
}

/** An error without a code of its own. */
export function failed(message: string, options?: ErrorOptions): RpcError {
  return new RpcError(rpcCode.failed, message, undefined, options);
}

/** A value that does not decode. Readers of parameters throw it; callers get it with the parameter's name. */
export class ParamError extends Error {
  override readonly name = "ParamError";
}

/**
 * Whether it is an answer to the caller, and no fault of ours: an error with a code, refused input, or a block that the
 * chain's store lacks, which may hold a part of a chain only.
 */
export function isAnswer(error: unknown): error is RpcError | FvmError | HostFault<"BLOCK_NOT_FOUND"> {
  return error instanceof RpcError || error instanceof FvmError || isMissingBlock(error);
}

function isMissingBlock(error: unknown): error is HostFault<"BLOCK_NOT_FOUND"> {
  return error instanceof HostFault && error.code === "BLOCK_NOT_FOUND";
}

/**
 * The error that a caller gets for what a method threw. Details that hold `lotus` or `geth` are the words of
 * that node, which clients know.
 */
export function asRpcError(error: unknown, asLotus: boolean): RpcError {
  if (error instanceof RpcError) return error;
  const code = isAnswer(error) || isAbort(error) ? rpcCode.failed : rpcCode.internalError;
  const words = isMissingBlock(error)
    ? missingText(error.details, asLotus)
    : error instanceof FvmError
      ? wordsOf(error.details, asLotus)
      : undefined;
  return new RpcError(code, words ?? messageOf(error), undefined, { cause: error });
}

function missingText({ cid }: HostFault<"BLOCK_NOT_FOUND">["details"], asLotus: boolean): string {
  if (asLotus) return `ipld: could not find ${cid}`;
  return `the chain's store lacks block ${cid}: it may have been made of a snapshot, which has few states and messages`;
}

function wordsOf(details: object, asLotus: boolean): string | undefined {
  const { lotus, geth = lotus } = details as { lotus?: unknown; geth?: unknown };
  const words = asLotus ? lotus : geth;
  return typeof words === "string" ? words : undefined;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
