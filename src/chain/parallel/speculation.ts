import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { ExecutionRequest } from "../../vm/executor/executor.js";

/** Executes messages on states that it supposes. */
export interface Speculation {
  /** The encoded effect of the message at a place; undefined: it has to be executed at its turn. */
  execute(place: number, request: ExecutionRequest): Promise<Uint8Array | undefined>;
  /** Tells it another place's effect: later places see it. */
  learn(place: number, effect: Uint8Array): void;
  close(): void;
}

/** Executes messages at their turn, or applies what was found before. */
export interface Settlement {
  /** The result of an effect that holds; undefined, and nothing has changed, if it does not. */
  settle(place: number, request: ExecutionRequest, effect: Uint8Array): ApplyResult | undefined;
  /** Rejects as `Machine.execute`. */
  execute(
    place: number,
    request: ExecutionRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: ApplyResult; readonly effect: Uint8Array }>;
}
