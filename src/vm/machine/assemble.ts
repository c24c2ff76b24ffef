import type { Blocks } from "../../blockstore/blocks.js";
import type { NativeStack } from "../../native/addon.js";
import { AutomaticCreation } from "../call-manager/automatic-creation.js";
import { CallManager } from "../call-manager/call-manager.js";
import { CallStack } from "../call-manager/call-stack.js";
import { ChargedState } from "../call-manager/charged-state.js";
import { Checkpoint } from "../call-manager/checkpoint.js";
import { KernelCalls } from "../call-manager/kernel-calls.js";
import { contextWriter } from "../call-manager/message-context.js";
import { MessageScope } from "../call-manager/message-scope.js";
import { type CodeSource, NativeFrames } from "../call-manager/native-frames.js";
import { Executor } from "../executor/executor.js";
import type { KernelExterns } from "../externs/externs.js";
import { type ControlBlock, SyscallAnswer, SyscallArguments } from "../kernel/control-block.js";
import { handlersOf } from "../kernel/index.js";
import { KernelContext } from "../kernel/kernel-context.js";
import type { MachineContext } from "../kernel/machine-context.js";
import type { NetworkVersion } from "../network/version.js";
import type { KernelProofs } from "../proofs/replaying.js";
import type { StateTree } from "../state-tree/state-tree.js";
import { NativeObservations } from "../trace/native-observations.js";
import type { Observer } from "../trace/observation.js";
import { Recorder } from "../trace/recorder.js";
import { machineSyscalls } from "./native-stack.js";

export interface MachineParts {
  readonly network: NetworkVersion;
  readonly context: MachineContext;
  readonly tree: StateTree;
  readonly blocks: Blocks;
  readonly stack: NativeStack;
  readonly control: ControlBlock;
  readonly code: CodeSource;
  readonly externs: KernelExterns;
  readonly proofs: KernelProofs;
  readonly missingBlocks: "host-fault" | "receipt";
  /** Undefined = nobody observes, and nothing is noted. */
  readonly observer: Observer | undefined;
}

/** Puts an executor together: everything that lives as long as the machine. */
export function assembleExecutor(parts: MachineParts): Executor {
  const { network, context, tree, blocks, stack, control, code, externs, proofs, missingBlocks, observer } =
    parts;
  const { rules, priceList: prices } = network;
  const { signedGasCharge } = rules.native;
  const recorder =
    observer &&
    new Recorder(observer, new NativeObservations(stack, prices, signedGasCharge), {
      networkVersion: network.version,
      epoch: context.epoch,
      builtins: context.manifest.entries,
    });
  const { manifest, baseFee } = context;
  const syscalls = machineSyscalls(network, context);
  const idle = MessageScope.idle();

  const state = new ChargedState(tree, manifest, prices, rules.calls.chargesStateAccess, idle.gas, recorder);
  const receivers = new AutomaticCreation(rules.calls, prices, state, manifest);
  const args = new SyscallArguments(stack, control);
  const answer = new SyscallAnswer(stack, control);
  const writeContext = contextWriter(syscalls, context.epoch, network.version);
  const frames = new NativeFrames(stack, control, answer, writeContext, code);
  const calls = new CallStack({ rules, prices, state, receivers, frames, recorder }, idle);
  const kernelCalls = new KernelCalls(calls, state, stack, control.words, blocks, recorder);
  const kernel = new KernelContext(network, context, args, answer, externs, proofs, kernelCalls, idle.gas);
  const manager = new CallManager({
    calls,
    checkpoint: new Checkpoint(tree.journal, recorder),
    stack,
    words: control.words,
    args,
    blocks,
    context: kernel,
    handlers: handlersOf(syscalls),
    missingBlocks,
    recorder,
  });
  const preflight = { tree, manifest, rules: rules.executor, prices, baseFee };
  return new Executor({ preflight, rules, state, calls, manager, kernel, recorder });
}
