import { readBlocks } from "../blockstore/access.js";
import type { Blockstore } from "../blockstore/blocks.js";
import { HostFault } from "../errors.js";
import type { BlockAccess } from "../ipld/block-access.js";
import { METHOD_CONSTRUCTOR } from "../message/methods.js";
import type { CallTrace, MessageTrace } from "../vm/trace/trace.js";
import { readContractState } from "./contract-state.js";
import { decodeProgram } from "./ebpf/program.js";
import { decodeJavaScriptProgram } from "./javascript/contract.js";
import { runtimeOfCode } from "./runtime-wasm.js";
import type { RuntimeName } from "./table.js";

interface NamedMethod {
  readonly number: number;
  readonly name: string;
}

/** Methods of a program, from its block. */
const METHODS_OF: Readonly<Record<RuntimeName, (block: Uint8Array) => readonly NamedMethod[]>> = {
  ebpf: (block) => decodeProgram(block).methods,
  javascript: (block) => decodeJavaScriptProgram(block).methods,
};

/**
 * The trace with the names of the methods of contracts of our runtimes that it calls, from their programs.
 *
 * Contracts whose blocks the store lacks, such as those that the message itself has created, have none.
 *
 * @throws as `readBlocks`, but for missing blocks
 */
export async function withMethodNames(trace: MessageTrace, store: Blockstore): Promise<MessageTrace> {
  const methodNames = new Map<number, string>();
  for (const call of contractCalls(trace)) {
    for (const { number, name } of await methodsOf(call, store)) methodNames.set(number, name);
  }
  return methodNames.size === 0 ? trace : { ...trace, methodNames };
}

/** Calls of contracts, one for each state that is seen. */
function contractCalls({ call }: MessageTrace): Iterable<CallTrace> {
  const found = new Map<string, CallTrace>();
  const open = call === undefined ? [] : [call];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { callee, method } = next;
    // Before its constructor a contract has no program.
    if (
      callee !== undefined &&
      method !== METHOD_CONSTRUCTOR &&
      runtimeOfCode(callee.state.code) !== undefined
    ) {
      found.set(callee.state.state, next);
    }
    for (const step of next.steps) if (step.kind === "call") open.push(step.call);
  }
  return found.values();
}

async function methodsOf({ callee }: CallTrace, store: Blockstore): Promise<readonly NamedMethod[]> {
  if (callee === undefined) return [];
  const { code, state } = callee.state;
  const runtime = runtimeOfCode(code);
  if (runtime === undefined) return [];
  const read = (blocks: BlockAccess) =>
    METHODS_OF[runtime](blocks.get(readContractState(blocks, state).program));
  try {
    return await readBlocks(store, read);
  } catch (error) {
    if (error instanceof HostFault && error.code === "BLOCK_NOT_FOUND") return [];
    throw error;
  }
}
