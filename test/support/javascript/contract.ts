/** Contracts of the JavaScript runtime on a test network. */
import { decode, encode } from "@ipld/dag-cbor";
import { idAddress } from "../../../src/address/address.js";
import { readBlocks } from "../../../src/blockstore/access.js";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import type { BlockAccess } from "../../../src/ipld/block-access.js";
import { type ContractState, readContractState } from "../../../src/runtimes/contract-state.js";
import { javaScriptConstructorParams } from "../../../src/runtimes/javascript/contract.js";
import { runtimeWasm } from "../../../src/runtimes/runtime-wasm.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { TestChain, type TestMessage } from "../chain.js";
import { TestNet } from "../net.js";

const INIT = 1;
const EXEC = 2;

/** Outcome of a call: a value, or how it ended and what it said. */
export interface Outcome {
  readonly exitCode: number;
  readonly value: unknown;
  readonly text: string;
  readonly gas: number;
}

/** A network that has the JavaScript actor's code. */
export class JavaScriptNet {
  private constructor(readonly chain: TestChain) {}

  static async create(options: Parameters<typeof TestChain.on>[1] = {}): Promise<JavaScriptNet> {
    const net = await TestNet.create({ contracts: { javascript: runtimeWasm("javascript") } });
    return new JavaScriptNet(await TestChain.on(net, options));
  }

  async tryDeploy(source: string, params?: unknown): Promise<ApplyResult> {
    const own = params === undefined ? undefined : encode(params);
    return this.chain.send({
      to: INIT,
      method: EXEC,
      params: this.chain.net.execParams("javascript", javaScriptConstructorParams(source, own)),
    });
  }

  /** Creates a contract; its ID. */
  async deploy(source: string, params?: unknown): Promise<number> {
    const result = await this.tryDeploy(source, params);
    const { exitCode, text } = outcomeOf(result);
    if (exitCode !== 0) throw new Error(`the contract's constructor ended with ${exitCode}: ${text}`);
    const [address] = decode<[Uint8Array, Uint8Array]>(result.receipt.returnData);
    return idOf(address);
  }

  async call(
    id: number,
    method: string,
    params?: unknown,
    fields: Partial<TestMessage> = {},
  ): Promise<Outcome> {
    const own = params === undefined ? {} : { params: encode(params) };
    return outcomeOf(
      await this.chain.send({ to: id, method: exportedMethodNumber(method), ...own, ...fields }),
    );
  }

  /** Result of a function, as the only method of a contract of its own. */
  async run(body: string, params?: unknown): Promise<Outcome> {
    const id = await this.deploy(`import * as fvm from "fvm:actor";\nexport const Run = ${body};`);
    return this.call(id, "Run", params);
  }

  /** State of the contract, and the blocks behind it, in a function that reads them. */
  async read<T>(id: number, read: (blocks: BlockAccess, state: ContractState) => T): Promise<T> {
    const { chain } = this;
    const actor = await chain.machine.getActor(idAddress(id));
    if (actor === undefined) throw new Error(`there is no actor ${id}`);
    await chain.machine.flush();
    return readBlocks(chain.net.store, (blocks) => read(blocks, readContractState(blocks, actor.state)));
  }

  close(): void {
    this.chain.close();
  }
}

export function outcomeOf({ receipt, failure }: ApplyResult): Outcome {
  const { exitCode, returnData, gasUsed } = receipt;
  const text = failure?.kind === "backtrace" ? (failure.backtrace.frames[0]?.text ?? "") : "";
  const value = returnData.length > 0 ? decode(returnData) : undefined;
  return { exitCode, value, text, gas: Number(gasUsed) };
}

/** ID of an f0 address in bytes. */
function idOf(address: Uint8Array): number {
  return address.subarray(1).reduceRight((id, byte) => id * 128 + (byte & 0x7f), 0);
}
