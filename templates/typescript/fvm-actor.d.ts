/** Types of what the runtime gives to methods: docs/javascript-actors.md of fvm-node. */
declare module "fvm:actor" {
  export type Value =
    | null
    | boolean
    | number
    | bigint
    | string
    | Uint8Array
    | Cid
    | readonly Value[]
    | { readonly [key: string]: Value };

  /** A link. */
  export class Cid {
    private constructor();
  }

  /** An error that ends the call. @param exitCode from 16 on */
  export function fail(exitCode: number, text: string): Error;
  export function harden<T>(value: T): T;
  export function encode(value: Value): Uint8Array;
  export function decode(bytes: Uint8Array): Value;

  type Key = string | number | bigint | Uint8Array;

  interface Map<V> {
    get(key: Key): V | undefined;
    has(key: Key): boolean;
    set(key: Key, value: V): void;
    delete(key: Key): boolean;
  }

  /** The second argument of each method. `S`: what the contract keeps as its state. */
  export interface Powers<S = Value> {
    readonly message: {
      /** Numbers of actors. */
      readonly caller: number;
      readonly origin: number;
      readonly receiver: number;
      readonly method: number;
      readonly nonce: number;
      /** attoFIL. */
      readonly value: bigint;
      readonly gasPremium: bigint;
      readonly readOnly: boolean;
    };
    readonly state: {
      get(): S | undefined;
      set(value: S): void;
      map<V = Value>(name: string): Map<V>;
    };
    send(
      to: number | Uint8Array,
      method: number,
      params?: Value,
      options?: { value?: bigint; gasLimit?: number | bigint; readOnly?: boolean },
    ): Value | undefined;
    emit(entries: { readonly [key: string]: Value }): void;
    gas(): number;
    balance(actor?: number): bigint;
  }
}
