/** A machine on a test network. */
import { decode } from "@ipld/dag-cbor";
import { idAddress } from "../../src/address/address.js";
import type { Message } from "../../src/message/message.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import { type ExecuteOptions, Machine } from "../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../src/vm/machine/options.js";
import { addressOf, type Forwarded, type Person, type TestNet } from "./net.js";

const EPOCH = 100;
const GAS_LIMIT = 10_000_000_000;

/** `caller`'s report of its send. */
export interface Sent {
  readonly errno: number;
  readonly exitCode: number;
  readonly data: Uint8Array;
}

export interface TestMessage extends Partial<Omit<Message, "to" | "from">> {
  readonly from?: Person;
  readonly to: Uint8Array | number;
}

/** A machine on a test network. Counts the nonces of the messages that it sends. */
export class TestChain {
  private readonly nonces = new Map<string, number>();

  private constructor(
    readonly net: TestNet,
    readonly machine: Machine,
  ) {}

  static async on(net: TestNet, options: Partial<MachineOptions> = {}): Promise<TestChain> {
    const machine = await Machine.create({
      network: net.version,
      stateRoot: net.stateRoot,
      blockstore: net.store,
      epoch: EPOCH,
      timestamp: 30 * EPOCH,
      baseFee: 100n,
      circulatingSupply: (1n << 64n) + 7n,
      chainId: 314,
      externs: net.externs,
      ...options,
    });
    return new TestChain(net, machine);
  }

  /** A message from Alice, unless told otherwise, who pays no fees. */
  message({ from = this.net.alice, to, ...fields }: TestMessage): Message {
    return {
      version: 0,
      from: addressOf(from.address),
      to: typeof to === "number" ? idAddress(to) : addressOf(to),
      nonce: this.nonces.get(from.name) ?? 0,
      value: 0n,
      gasLimit: GAS_LIMIT,
      gasFeeCap: 0n,
      gasPremium: 0n,
      method: 0,
      params: new Uint8Array(),
      ...fields,
    };
  }

  /** Executes it. */
  async send(fields: TestMessage, options: ExecuteOptions = {}): Promise<ApplyResult> {
    const message = this.message(fields);
    const result = await this.machine.execute(message, options);
    // A message that fails preflight changes nothing; an implicit one has no nonce.
    if (result.failure?.kind !== "preflight" && options.kind !== "implicit") {
      this.nonces.set((fields.from ?? this.net.alice).name, Number(message.nonce) + 1);
    }
    return result;
  }

  /** Has the actor `caller` send a message. */
  async forward(send: Forwarded, gasLimit = GAS_LIMIT): Promise<{ apply: ApplyResult; sent: Sent }> {
    const params = this.net.forwardParams(send);
    const apply = await this.send({ to: this.net.id("caller"), method: 2, params, gasLimit });
    if (apply.receipt.exitCode !== 0)
      return { apply, sent: { errno: -1, exitCode: -1, data: new Uint8Array() } };
    const [errno, exitCode, data] = decode<[number, number, Uint8Array]>(apply.receipt.returnData);
    return { apply, sent: { errno, exitCode, data } };
  }

  close(): void {
    this.machine.close();
  }
}
