/** Contracts of the eBPF runtime on a test network. */
import { decode } from "@ipld/dag-cbor";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import { constructorParams, type EbpfProgram } from "../../../src/runtimes/ebpf/program.js";
import { runtimeWasm } from "../../../src/runtimes/runtime-wasm.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { TestChain } from "../chain.js";
import { TestNet } from "../net.js";
import { assemble } from "./assembler.js";

const INIT = 1;
const EXEC = 2;
/** The one method of a program of a single function. */
export const RUN = exportedMethodNumber("Run");

/** A network that has the eBPF actor's code. */
export async function ebpfChain(): Promise<TestChain> {
  return TestChain.on(await TestNet.create({ contracts: { ebpf: runtimeWasm("ebpf") } }));
}

/** A program of one function, `Run`, as text. */
export function programOf(text: string, parts: Partial<EbpfProgram> = {}): EbpfProgram {
  return programOfCode(assemble(text), parts);
}

export function programOfCode(code: Uint8Array, parts: Partial<EbpfProgram> = {}): EbpfProgram {
  const { data = new Uint8Array() } = parts;
  return {
    code,
    readOnlyData: new Uint8Array(),
    data,
    dataSize: data.length,
    methods: [{ number: RUN, entry: 0, name: "Run" }],
    ...parts,
  };
}

/** Creates a contract; its ID. */
export async function deploy(chain: TestChain, program: EbpfProgram, params?: Uint8Array): Promise<number> {
  const { receipt } = await tryDeploy(chain, program, params);
  if (receipt.exitCode !== 0) throw new Error(`the contract's constructor ended with ${receipt.exitCode}`);
  const [address] = decode<[Uint8Array, Uint8Array]>(receipt.returnData);
  return idOf(address);
}

export function tryDeploy(chain: TestChain, program: EbpfProgram, params?: Uint8Array): Promise<ApplyResult> {
  return chain.send({
    to: INIT,
    method: EXEC,
    params: chain.net.execParams("ebpf", constructorParams(program, params)),
  });
}

/** ID of an f0 address in bytes. */
function idOf(address: Uint8Array): number {
  return address.subarray(1).reduceRight((id, byte) => id * 128 + (byte & 0x7f), 0);
}
