/** A request as go-jsonrpc decodes it: which fields it has, and which kinds of values they take. */
import { RpcError, rpcCode } from "./errors.js";

/** A request's `id`. Without one, or with null, it is a notification. */
export type Id = string | number | bigint;

export interface Request {
  /** `undefined`: a notification, which is executed and not answered. */
  readonly id: Id | undefined;
  readonly method: string;
  readonly params: unknown;
  /** Why it cannot be executed. `isRequest`: whether Lotus decodes it, and goes on with its batch. */
  readonly refused?: { readonly error: RpcError; readonly isRequest: boolean };
}

export function readRequest(body: unknown): Request {
  // Go decodes null into a request without fields.
  const fields = body === null ? {} : body;
  if (typeof fields !== "object" || Array.isArray(fields))
    return refusedRequest(undefined, "Parse error", false);
  const { id = null, method, jsonrpc, params } = fields as Record<string, unknown>;
  const knownId = isId(id) ? id : undefined;
  if (!isText(method) || !isText(jsonrpc)) return refusedRequest(knownId, "Parse error", false);
  if (id !== null && !isId(id))
    return refusedRequest(undefined, `failed to parse ID: invalid id type: ${goKind(id)}`, true);
  return { id: knownId, method: method ?? "", params };
}

function refusedRequest(id: Id | undefined, text: string, isRequest: boolean): Request {
  const error = new RpcError(rpcCode.parseError, text);
  return { id, method: "", params: undefined, refused: { error, isRequest } };
}

function isId(id: unknown): id is Id {
  return typeof id === "string" || typeof id === "number" || typeof id === "bigint";
}

function goKind(value: unknown): string {
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}

function isText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}
