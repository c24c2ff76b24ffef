/** One actor, written in Wasm text, and what comes of calling it. */
import { assemble } from "../../actors/build.mjs";
import { idAddress } from "../../src/address/address.js";
import type { Cid } from "../../src/encoding/cid.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import { Machine } from "../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../src/vm/machine/options.js";
import { keyAddress, type PlainNetwork, plainMessage, plainNetwork } from "./plain-network.js";

const alice = keyAddress(1);

/** Where an actor has the words that it returns. */
export const RESULTS = 0x1000;

export interface OneActorText {
  /** Imports. */
  readonly imports?: string;
  /** Initial pages of the memory. Default 1. */
  readonly pages?: number;
  /** More definitions: data, tables, functions. */
  readonly more?: string;
  /** First instructions of `invoke`. */
  readonly body: string;
  /** Bytes at `RESULTS` that it then returns. Default 0. */
  readonly returns?: number;
}

/** Binary of an actor. */
export function actorOf({ imports = "", pages = 1, more = "", body, returns = 0 }: OneActorText) {
  return assemble(`(module
    (import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))
    ${imports}
    (memory (export "memory") ${pages})
    ${more}
    (func (export "invoke") (param i32) (result i32)
      ${body}
      (drop (call $create (i32.const 0) (i64.const 0x55) (i32.const ${RESULTS}) (i32.const ${returns})))
      (i32.load (i32.const 0))))`);
}

/** Text that keeps an i32 as the n-th word of the results. */
export function keep(n: number, value: string): string {
  return `(i32.store (i32.const ${RESULTS + 4 * n}) ${value})`;
}

export class OneActor {
  private constructor(
    readonly net: PlainNetwork,
    /** Names of the actors, in the order of their codes. */
    readonly ids: readonly number[],
  ) {}

  /** @param texts of the actor that is called, and of others */
  static async of(...texts: readonly OneActorText[]): Promise<OneActor> {
    const net = await plainNetwork([alice], await Promise.all(texts.map(actorOf)));
    return new OneActor(net, net.ids);
  }

  machine(network: MachineOptions["network"], options: Partial<MachineOptions> = {}): Promise<Machine> {
    const { stateRoot, store } = this.net;
    return Machine.create({ network, stateRoot, blockstore: store, epoch: 10, ...options });
  }

  /** @param which of the actors is called */
  async call(
    network: MachineOptions["network"],
    options: Partial<MachineOptions> & { readonly gasLimit?: number; readonly which?: number } = {},
  ): Promise<ApplyResult> {
    const { gasLimit = 10 ** 10, which = 0, ...others } = options;
    const machine = await this.machine(network, others);
    try {
      const to = idAddress(this.ids[which] as number);
      return await machine.execute(plainMessage({ from: alice, to, method: 2, gasLimit, value: 0n }));
    } finally {
      machine.close();
    }
  }

  /** Binary CID of an actor's code. */
  async code(which: number): Promise<Cid> {
    const machine = await this.machine(28);
    const actor = await machine.getActor(idAddress(this.ids[which] as number));
    machine.close();
    if (actor === undefined) throw new Error(`no actor ${which}`);
    return actor.code;
  }
}

/** The words that an actor returned, signed. */
export function words({ receipt }: ApplyResult): number[] {
  if (receipt.exitCode !== 0) throw new Error(`exit code ${receipt.exitCode}`);
  return [...new Int32Array(Uint8Array.from(receipt.returnData).buffer)];
}
