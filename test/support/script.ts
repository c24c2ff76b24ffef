/** Scripts for the actor `script` (actors/assembly/script.ts): any system calls with any arguments. */

/** The order gives the numbers of actors/assembly/script-syscalls.ts. */
export const scriptSyscalls = [
  "vm.exit",
  "vm.message_context",
  "network.context",
  "network.tipset_cid",
  "network.total_fil_circ_supply",
  "ipld.block_open",
  "ipld.block_create",
  "ipld.block_read",
  "ipld.block_stat",
  "ipld.block_link",
  "self.root",
  "self.set_root",
  "self.current_balance",
  "self.self_destruct",
  "actor.resolve_address",
  "actor.get_actor_code_cid",
  "actor.lookup_delegated_address",
  "actor.balance_of",
  "actor.next_actor_address",
  "actor.create_actor",
  "actor.get_builtin_actor_type",
  "actor.get_code_cid_for_type",
  "crypto.hash",
  "crypto.recover_secp_public_key",
  "crypto.verify_signature",
  "crypto.verify_bls_aggregate",
  "crypto.compute_unsealed_sector_cid",
  "crypto.verify_post",
  "crypto.verify_consensus_fault",
  "crypto.verify_aggregate_seals",
  "crypto.verify_replica_update",
  "crypto.batch_verify_seals",
  "event.emit_event",
  "rand.get_chain_randomness",
  "rand.get_beacon_randomness",
  "gas.charge",
  "gas.available",
  "send.send",
  "debug.log",
  "debug.enabled",
  "debug.store_artifact",
] as const;
export type ScriptSyscall = (typeof scriptSyscalls)[number];

const Operation = {
  Write: 0xf0,
  Read: 0xf1,
  Fill: 0xf2,
  Grow: 0xf3,
  Return: 0xf4,
  Repeat: 0xf5,
  Load: 0xf6,
  Store: 0xf7,
} as const;

const CBOR = 0x51;
/** The method by which an actor runs a script. */
const RUN = 2;

export interface ScriptSend {
  readonly out: number;
  readonly data: number;
  readonly handle: number;
  readonly value?: number;
  readonly gasLimit?: bigint;
  readonly flags?: number;
}

/** Memory that scripts may use: 64 KiB from here. */
export const ROOM = 0x10000;
/** Beyond any memory. */
export const BEYOND = 0xffff_ff00;

/** Arguments are in the order of the Wasm signature, the result pointer first where there is one. */
export class Script {
  readonly #parts: Uint8Array[] = [];
  /** Number of parts up to the end of each call. */
  readonly #calls: number[] = [];

  /** Logs the error number, 4 bytes. */
  call(syscall: ScriptSyscall, ...args: (number | bigint)[]): this {
    this.#step(scriptSyscalls.indexOf(syscall), args);
    this.#calls.push(this.#parts.length);
    return this;
  }

  /** For each call a script that does the same up to it and then aborts, without a message. */
  *aborting(exitCode: number): Iterable<Script> {
    for (const end of this.#calls) {
      const script = new Script();
      script.#parts.push(...this.#parts.slice(0, end));
      yield script.call("vm.exit", exitCode, 0, 0, 0);
    }
  }

  /** Runs the next call so many times; only the last error number is logged. */
  repeat(times: number): this {
    return this.#step(Operation.Repeat, [times]);
  }

  /**
   * Sends another script to an actor that runs it; logs the error numbers of block_create and send.send. The
   * address, the block's handle and what the send answers are written to memory at `out`, the script to
   * `data`.
   *
   * @param options.handle of the block that carries it
   */
  send(to: Uint8Array, other: Script, options: ScriptSend): this {
    const { out, data, handle, value = 0, gasLimit = -1n, flags = 0 } = options;
    const params = other.bytes();
    return this.write(out, to)
      .write(data, params)
      .call("ipld.block_create", out + 32, CBOR, data, params.length)
      .call("send.send", out + 64, out, to.length, RUN, handle, 0, value, gasLimit, flags);
  }

  /** Copies bytes to memory. */
  write(at: number, data: Uint8Array): this {
    this.#step(Operation.Write, [at, data.length]);
    this.#parts.push(data);
    return this;
  }

  /** Logs bytes of memory. */
  read(at: number, length: number): this {
    return this.#step(Operation.Read, [at, length]);
  }

  fill(at: number, byte: number, length: number): this {
    return this.#step(Operation.Fill, [at, byte, length]);
  }

  /** Logs a byte of memory, 4 bytes; by an instruction, where `read` is a bulk operation. */
  load(at: number): this {
    return this.#step(Operation.Load, [at]);
  }

  /** As `load`. */
  store(at: number, byte: number): this {
    return this.#step(Operation.Store, [at, byte]);
  }

  /** Grows memory by pages of 64 KiB and logs the size before, or -1. */
  grow(pages: number): this {
    return this.#step(Operation.Grow, [pages]);
  }

  /** Returns this block handle instead of the log. */
  return(handle: number): this {
    return this.#step(Operation.Return, [handle]);
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #step(operation: number, args: readonly (number | bigint)[]): this {
    const step = Buffer.alloc(2 + 8 * args.length);
    step[0] = operation;
    step[1] = args.length;
    for (const [index, value] of args.entries()) {
      step.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), 2 + 8 * index);
    }
    this.#parts.push(step);
    return this;
  }
}

/** Reads a script's log from front to back. */
export class Log {
  #position = 0;
  readonly #view: DataView;

  constructor(readonly data: Uint8Array) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }

  bytes(length: number): Uint8Array {
    const from = this.#skip(length);
    return this.data.slice(from, from + length);
  }

  get rest(): number {
    return this.data.length - this.#position;
  }

  #skip(length: number): number {
    const from = this.#position;
    this.#position += length;
    return from;
  }
}
