/** Errors on their way between threads: a structured clone keeps neither their class nor their facts. */
import { inspect } from "node:util";
import { type ErrorCode, FvmError, HostFault, type HostFaultCode } from "../errors.js";
import { kindOf, messageOf } from "../util/kind-of.js";

interface FailureCommon {
  readonly stack: string | undefined;
  readonly cause: Failure | undefined;
}

/** An error as plain data. */
export type Failure =
  | ({ readonly kind: "FvmError"; readonly code: ErrorCode; readonly details: object } & FailureCommon)
  | ({ readonly kind: "HostFault"; readonly code: HostFaultCode; readonly details: object } & FailureCommon)
  | ({
      readonly kind: "Error";
      readonly name: string;
      readonly message: string;
      /** As Node's own errors have one. */
      readonly code: string | undefined;
    } & FailureCommon)
  | { readonly kind: "thrown"; readonly text: string };

/** More causes than anybody reads; a cause may be its own. */
const MAX_CAUSES = 8;

/** Never throws, whatever was thrown. */
export function failureOf(error: unknown, depth = 0): Failure {
  try {
    return told(error, depth);
  } catch {
    return { kind: "thrown", text: kindOf(error) };
  }
}

function told(error: unknown, depth: number): Failure {
  if (!(error instanceof Error)) return { kind: "thrown", text: messageOf(error) };
  const { name, message, stack, cause } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const common = {
    stack: typeof stack === "string" ? stack : undefined,
    cause: cause === undefined || depth === MAX_CAUSES ? undefined : failureOf(cause, depth + 1),
  };
  if (error instanceof FvmError) {
    return { kind: "FvmError", code: error.code, details: cloneable(error.details), ...common };
  }
  if (error instanceof HostFault) {
    return { kind: "HostFault", code: error.code, details: cloneable(error.details), ...common };
  }
  return { kind: "Error", name: String(name), message: String(message), code, ...common };
}

export function errorOf(failure: Failure): unknown {
  if (failure.kind === "thrown") return failure.text;
  const options = failure.cause === undefined ? {} : { cause: errorOf(failure.cause) };
  const error = bareError(failure, options);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}

function bareError(failure: Exclude<Failure, { kind: "thrown" }>, options: ErrorOptions): Error {
  switch (failure.kind) {
    case "FvmError":
      return new FvmError(failure.code, failure.details as never, options);
    case "HostFault":
      return new HostFault(failure.code, failure.details as never, options);
    case "Error": {
      const { name, message, code } = failure;
      return Object.assign(new Error(message, options), { name }, code === undefined ? {} : { code });
    }
  }
}

/** Facts may hold what a user gave, such as a function where a number belongs. */
function cloneable(details: object): object {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, isCloneable(value) ? value : inspect(value)]),
  );
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
