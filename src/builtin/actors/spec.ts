import type { U64 } from "../../util/u64.js";
import { exportedMethodNumber } from "../frc42.js";
import type { Schema } from "../schema/schema.js";

/** A method of a builtin actor. */
export interface Method {
  /** For exported methods the name from which the number is made (FRC-0042). */
  readonly name: string;
  /** Layout of its parameters; undefined: it takes none. */
  readonly params: Schema | undefined;
  /** Layout of what it returns; undefined: nothing. */
  readonly returns: Schema | undefined;
}

/** Methods by number. */
export type Methods = Readonly<Record<number, Method>>;

/** Methods and state of an actor type in a version of the actors. */
export interface ActorSpec {
  readonly methods: Methods;
  /** Layout of the block that its state root leads to. */
  readonly state: Schema;
}

/** Values by the version of the actors with which they came. */
export type ByVersion<T> = Readonly<Record<number, T>>;

/** The value of a version, or of the last one before it; undefined if that is older than all. */
export function atVersion<T>(versions: ByVersion<T>, version: number): T | undefined {
  const since = Object.keys(versions).map(Number);
  const newest = Math.max(...since.filter((candidate) => candidate <= version));
  return versions[newest];
}

/** A method without parameters, or that returns nothing. */
export const none = undefined;

/** A method. */
export function method(name: string, params: Schema | undefined, returns: Schema | undefined = none): Method {
  return { name, params, returns };
}

/** Methods that anybody may call, under the numbers of their names. */
export function exported(...methods: readonly Method[]): Methods {
  return Object.fromEntries(methods.map((one) => [exportedMethodNumber(one.name), one]));
}

/** Methods that have a small number, as exported ones. */
export function exportedToo(methods: Methods, ...numbers: readonly number[]): Methods {
  return exported(...numbers.flatMap((number) => methods[number] ?? []));
}

/** All methods but these. */
export function without(methods: Methods, ...numbers: readonly number[]): Methods {
  return Object.fromEntries(Object.entries(methods).filter(([number]) => !numbers.includes(Number(number))));
}

/** The method of this number. */
export function methodAt(methods: Methods, number: U64): Method | undefined {
  // Numbers beyond 2^53 are no method's.
  return typeof number === "number" ? methods[number] : undefined;
}
