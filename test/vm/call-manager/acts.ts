import type { Address } from "../../../src/address/address.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { u64FromWords } from "../../../src/util/u64.js";
import type { Act, Actor, Reply } from "./scripted-stack.js";

const NO_LIMIT = 2n ** 64n - 1n;

export interface SendOptions {
  readonly method?: number;
  readonly params?: number;
  /** attoFIL. */
  readonly value?: number;
  /** Gas. */
  readonly gasLimit?: number;
  readonly readOnly?: boolean;
}

/** send.send, from network version 18 on. */
export function send(to: Address, options: SendOptions = {}): Act {
  const { method = 2, params = 0, value = 0, gasLimit = NO_LIMIT, readOnly = false } = options;
  return { syscall: "send.send[limited]", args: [to, method, params, 0, value, gasLimit, readOnly ? 1 : 0] };
}

/** send.send, up to network version 17. */
export function sendV2(to: Address, { method = 2, params = 0, value = 0 }: SendOptions = {}): Act {
  return { syscall: "send.send", args: [to, method, params, 0, value] };
}

/** Exit code and handle of what a send says. */
export function sent({ errno, bytes }: Reply): { errno: number; exit: number; handle: number } {
  const words = new Uint32Array(bytes.slice(0, 8).buffer);
  return { errno, exit: words[0] ?? 0, handle: words[1] ?? 0 };
}

export function balanceOf(id: number): Act {
  return { syscall: "actor.balance_of", args: [id] };
}

export function open(cid: Cid): Act {
  return { open: cid };
}

export function emit(key: string): Act {
  const header = Buffer.alloc(24);
  header.writeBigUInt64LE(1n, 0);
  header.writeBigUInt64LE(0x55n, 8);
  header.writeUInt32LE(key.length, 16);
  return { syscall: "event.emit_event", args: [header, Buffer.from(key), new Uint8Array()] };
}

/** Caller, receiver and method of a packed message context. */
export function contextOf(context: Uint8Array): { caller: unknown; receiver: unknown; method: unknown } {
  const words = new Uint32Array(context.slice().buffer);
  const read = (at: number) => u64FromWords(words[at] ?? 0, words[at + 1] ?? 0);
  return { caller: read(4), receiver: read(6), method: read(8) };
}

/** Performs the acts one after the other and returns the error number of each, as bytes. */
export function script(acts: readonly Act[], exit = 0): Actor {
  return function* () {
    const errors: number[] = [];
    for (const act of acts) errors.push((yield act).errno);
    return { exit, data: Uint8Array.from(errors) };
  };
}
