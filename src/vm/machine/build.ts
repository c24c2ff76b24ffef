import { BlockCache, cacheParts } from "../../blockstore/block-cache.js";
import { Blocks } from "../../blockstore/blocks.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { retrying } from "../../ipld/retrying.js";
import { relieveMemory } from "../../memory/pressure.js";
import { u64 } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import type { Executor } from "../executor/executor.js";
import { noAnswers } from "../externs/no-answers.js";
import { ReplayingExterns } from "../externs/replaying.js";
import type { MachineContext } from "../kernel/machine-context.js";
import { type NetworkVersion, networkVersion } from "../network/version.js";
import { ReplayingProofs } from "../proofs/replaying.js";
import { rejectProofs } from "../proofs/verifier.js";
import { EMPTY_ARRAY_BLOCK } from "../state-tree/actor-state.js";
import type { StateDiff } from "../state-tree/state-diff.js";
import type { StateTree } from "../state-tree/state-tree.js";
import { Tracer } from "../trace/trace.js";
import { assembleExecutor, type MachineParts } from "./assemble.js";
import { requireRoots } from "./changed-state.js";
import { CodeCache } from "./code-cache.js";
import { CodeLoader } from "./code-loader.js";
import { type Amendment, loadState } from "./load.js";
import { machineSyscalls, NativeHalf, nativeKernel, nativeNetwork } from "./native-stack.js";
import type { MachineOptions } from "./options.js";

/** A machine's parts. */
export interface MachineBody {
  readonly network: NetworkVersion;
  readonly context: MachineContext;
  readonly tree: StateTree;
  readonly blocks: Blocks;
  readonly executor: Executor;
  /** Parts of the executor. */
  readonly parts: MachineParts;
  readonly code: CodeLoader;
  /** To be released with the machine. */
  readonly native: NativeHalf;
}

export interface TracingExecutor {
  readonly executor: Executor;
  readonly tracer: Tracer;
  /** To be released before that of the machine. */
  readonly native: NativeHalf;
}

/**
 * Loads state, checks that all that is needed is there, and puts the parts together.
 *
 * @param options as `checkedMachineOptions` returns them
 * @param changes those of the options, checked
 * @param writers blocks of the machines in `blocksOf`
 * @param amendment of the state that the options give
 */
export function* buildMachine(
  options: MachineOptions,
  changes: readonly StateDiff[],
  writers: readonly Blocks[],
  amendment: Amendment | undefined,
): Waits<MachineBody> {
  const network = typeof options.network === "number" ? networkVersion(options.network) : options.network;
  const blockCache = options.blockCache ?? BlockCache.shared;
  const syscalls = machineSyscalls(network, options);
  const kernel = nativeKernel(network, syscalls, options.observer !== undefined);
  relieveMemory();
  const native = NativeHalf.take(kernel, blockCache);
  let isMade = false;
  try {
    const body = yield* buildOver(native, network, blockCache, options, changes, writers, amendment);
    isMade = true;
    return body;
  } finally {
    // A late block may still find its way into the cache, and nowhere else.
    if (!isMade) native.close(true);
  }
}

function* buildOver(
  native: NativeHalf,
  network: NetworkVersion,
  blockCache: BlockCache,
  options: MachineOptions,
  changes: readonly StateDiff[],
  writers: readonly Blocks[],
  amendment: Amendment | undefined,
): Waits<MachineBody> {
  const { rules } = network;
  const isObserved = options.observer !== undefined;
  const blocks = new Blocks(native.buffer, options.blockstore, cacheParts(blockCache).decoded);
  blocks.signal = options.signal;
  // The state of new actors; many stores have never seen it.
  blocks.put(DAG_CBOR, EMPTY_ARRAY_BLOCK);
  for (const writer of writers) blocks.adopt(writer);
  if (writers.length === 0 && changes.length > 0) yield* requireRoots(blocks, changes);
  const { stateRoot } = options;
  const { tree, manifest, builtins } = yield* loadState(blocks, network, {
    stateRoot,
    changes,
    manifest: options.manifest,
    amendment,
  });

  const cache = options.codeCache === undefined ? CodeCache.standard() : options.codeCache || undefined;
  const { loadsUnlistedCode } = rules.calls;
  const { engine, tag, complete } = nativeNetwork(network, isObserved);
  const { requiresCode = false } = options;
  const code = new CodeLoader(
    { engine, tag },
    cache,
    blocks,
    manifest,
    { loadsUnlisted: loadsUnlistedCode, requiresCode },
    network.redirects,
  );
  if (!requiresCode && complete.get(options.blockstore) !== builtins) {
    yield* retrying(() => code.requireBuiltins());
    complete.set(options.blockstore, builtins);
  }

  const { circulatingSupply: supply = 0n } = options;
  const context: MachineContext = Object.freeze({
    epoch: options.epoch,
    timestamp: u64(options.timestamp ?? 0),
    baseFee: options.baseFee ?? 0n,
    circulatingSupply: typeof supply === "bigint" ? supply : undefined,
    chainId: u64(options.chainId ?? 0),
    initialStateRoot: stateRoot,
    manifest,
    debug: options.debug,
  });
  native.open(network, context, isObserved);
  const externs = new ReplayingExterns(
    options.externs ?? noAnswers,
    typeof supply === "bigint" ? () => supply : supply,
    options.epoch,
  );
  const proofs = new ReplayingProofs(options.proofs ?? rejectProofs);
  const { missingBlocks = "host-fault" } = options;
  const { stack, control } = native;
  const { observer } = options;
  const parts = {
    network,
    context,
    tree,
    blocks,
    stack,
    control,
    code,
    externs,
    proofs,
    missingBlocks,
    observer,
  };
  const executor = assembleExecutor(parts);
  blocks.signal = undefined;
  return { network, context, tree, blocks, executor, parts, code, native };
}

/** Makes an executor of the same state that traces. A machine runs one message at a time, so they take turns. */
export function tracingExecutor({
  network,
  context,
  parts,
  code,
  native: own,
}: MachineBody): TracingExecutor {
  const native = own.beside(nativeKernel(network, machineSyscalls(network, context), true));
  native.open(network, context, true);
  const { stack, control } = native;
  const tracer = new Tracer(parts.observer);
  const { observer } = tracer;
  const traced = { ...parts, stack, control, code: code.with(nativeNetwork(network, true)), observer };
  return { executor: assembleExecutor(traced), tracer, native };
}
