/** Parameters of a call: how many there may be, and their values; refused in our words or in Lotus's. */
import { ParamError, RpcError, rpcCode } from "./errors.js";
import { type Method, type Param, paramsOf } from "./method.js";
import { factsOf, readAsLotus, readValue } from "./schema.js";

type Called = Pick<Method<never>, "params">;

/** Values for a method's handler. `name`: as the caller wrote it. Throws `RpcError`. */
export function readParams(method: Called, name: string, params: unknown, lotus: boolean): unknown[] {
  if (!lotus) return readOurs(method, name, params);
  const called = { params: paramsOf(method, lotus) };
  return called.params.some(({ optional }) => optional === "always")
    ? readRaw(called, params)
    : readCounted(called, name, params);
}

function readOurs(method: Called, name: string, params: unknown = []): unknown[] {
  const given = params ?? [];
  if (!Array.isArray(given)) throw invalid(`params of ${name} are no array`);
  const least = method.params.filter(({ optional }) => optional === undefined).length;
  if (given.length < least || given.length > method.params.length)
    throw invalid(`${name} takes ${countText(least, method.params.length)}, not ${given.length}`);
  return method.params.map((param, index) => {
    const value: unknown = given[index];
    if (isAbsent(param, value)) return undefined;
    return attempt(
      () => readValue(param.schema, value),
      (text) => {
        const place = `parameter ${index + 1} of ${name}, ${param.name}`;
        return invalid(text.startsWith(".") ? `${place}${text}` : `${place}: ${text}`);
      },
    );
  });
}

/** As go-jsonrpc's handler does it: exactly so many, and each decoded by its type. */
function readCounted(method: Called, name: string, params: unknown): unknown[] {
  const given = params ?? [];
  if (!Array.isArray(given))
    throw new RpcError(
      rpcCode.parseError,
      `unmarshaling param array: json: cannot unmarshal ${goName(given)} into Go value of type []jsonrpc.param`,
    );
  if (given.length !== method.params.length)
    throw invalid(`wrong param count (method '${name}'): ${given.length} != ${method.params.length}`);
  return method.params.map((param, index) =>
    attempt(
      () => readAsLotus(param.schema, given[index]),
      (text) =>
        new RpcError(
          rpcCode.parseError,
          `unmarshaling params for '${name}' (param: *${factsOf(param.schema).go ?? param.name}): ${text}`,
        ),
    ),
  );
}

/** As Lotus's methods with optional parameters decode them: the last one first, and any error is theirs. */
function readRaw(method: Called, params: unknown): unknown[] {
  const given = params ?? [];
  const refuse = (text: string) => new RpcError(rpcCode.failed, `decoding params: ${text}`);
  const most = method.params.length;
  const least = method.params.filter(({ optional }) => optional !== "always").length;
  if (!Array.isArray(given))
    throw refuse(`json: cannot unmarshal ${goName(given)} into Go value of type []json.RawMessage`);
  if (given.length < least || given.length > most)
    throw refuse(`expected ${least} or ${most} params, got ${given.length}`);
  const values = method.params.toReversed().map((param, fromEnd) => {
    const value: unknown = given[most - 1 - fromEnd];
    return isAbsent(param, value) ? undefined : attempt(() => readAsLotus(param.schema, value), refuse);
  });
  return values.reverse();
}

function isAbsent(param: Param, value: unknown): boolean {
  return param.optional !== undefined && (value === undefined || value === null);
}

function attempt<T>(read: () => T, refuse: (text: string) => RpcError): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ParamError ? refuse(error.message) : error;
  }
}

function invalid(text: string): RpcError {
  return new RpcError(rpcCode.invalidParams, text);
}

function countText(least: number, most: number): string {
  if (most === 0) return "no parameters";
  const range = least === most ? String(most) : `${least} to ${most}`;
  return `${range} parameter${most === 1 ? "" : "s"}`;
}

function goName(value: unknown): string {
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" ? "number" : typeof value;
}
