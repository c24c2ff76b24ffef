import { type BlockCache, cacheParts } from "../../blockstore/block-cache.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import {
  type NativeBlocks,
  type NativeEngine,
  type NativeEngineConfig,
  type NativeKernel,
  type NativeKernelConfig,
  type NativeStack,
  Word,
} from "../../native/addon.js";
import { native } from "../../native/index.js";
import { oncePer } from "../../util/once-per.js";
import { writeU64, writeU128 } from "../../util/words.js";
import { ControlBlock } from "../kernel/control-block.js";
import type { DebugSink, MachineContext } from "../kernel/machine-context.js";
import type { NetworkVersion } from "../network/version.js";
import type { Manifest } from "../state-tree/manifest.js";
import { engineTag } from "./code-cache.js";

/** A running actor can be cancelled after each slice: some milliseconds. */
const SLICE_MILLIGAS = 100_000_000_000;

/** The native side of a network version, which all its machines share. */
export interface NativeNetwork extends NativeSide {
  /** The list of builtin actors whose code was last found in the engine or in this store. */
  readonly complete: WeakMap<Blockstore, Cid>;
}

/** The native side that network versions share if C++ cannot tell them apart, such as equal ones that were derived apart. */
interface NativeSide {
  readonly engine: NativeEngine;
  /** Tells the engine apart from others in the code cache. */
  readonly tag: string;
  /** By syscall table, each made when a machine first needs it. */
  readonly kernels: WeakMap<SyscallTable, NativeKernel>;
}
type SyscallTable = NetworkVersion["syscalls"]["syscalls"];

/** By all that C++ is told. As engines, they live as long as the process. */
const sides = new Map<string, NativeSide>();

const usual = oncePer((network: NetworkVersion) => newNativeNetwork(network, network.engine));
const observed = oncePer((network: NetworkVersion) =>
  newNativeNetwork(network, { ...network.engine, stopsExactly: true }),
);

/** @param isObserved for machines whose messages are observed */
export function nativeNetwork(network: NetworkVersion, isObserved = false): NativeNetwork {
  return isObserved ? observed(network) : usual(network);
}

function newNativeNetwork(network: NetworkVersion, engine: NativeEngineConfig): NativeNetwork {
  const key = JSON.stringify([engine, kernelSettings(network)]);
  let side = sides.get(key);
  if (side === undefined) {
    side = { engine: native.engine(engine), tag: engineTag(engine), kernels: new WeakMap() };
    sides.set(key, side);
  }
  return { ...side, complete: new WeakMap() };
}

function kernelSettings({
  nativePrices,
  rules,
  maxStackMemoryBytes,
}: NetworkVersion): Omit<NativeKernelConfig, "syscalls"> {
  return {
    prices: nativePrices,
    rules: rules.native,
    maxStackMemoryBytes,
    sliceMilligas: SLICE_MILLIGAS,
  };
}

/**
 * @param syscalls one of the network version's tables
 * @param isObserved as above
 */
export function nativeKernel(
  network: NetworkVersion,
  syscalls: SyscallTable,
  isObserved = false,
): NativeKernel {
  const { engine, kernels } = nativeNetwork(network, isObserved);
  const known = kernels.get(syscalls);
  if (known !== undefined) return known;
  const made = native.kernel(engine, { syscalls, ...kernelSettings(network) });
  kernels.set(syscalls, made);
  return made;
}

const actorTypes = oncePer(({ entries }: Manifest) => native.actorTypes(entries.map(([, code]) => code)));

/** Native halves that are kept for each kernel and cache. */
const MAX_SPARES = 8;

const spares = new WeakMap<NativeKernel, WeakMap<BlockCache, NativeHalf[]>>();

function sparesOf(kernel: NativeKernel, cache: BlockCache): NativeHalf[] {
  const known = spares.get(kernel)?.get(cache);
  if (known !== undefined) return known;
  const made: NativeHalf[] = [];
  const byCache = spares.get(kernel) ?? new WeakMap<BlockCache, NativeHalf[]>();
  spares.set(kernel, byCache.set(cache, made));
  return made;
}

/**
 * What a machine has in C++: its write buffer and its native stack. Making them, above all the 64 KiB of the
 * control block, takes as long as all the rest of a machine, so a closed one leaves them to the next with the
 * same kernel and cache.
 */
export class NativeHalf {
  readonly stack: NativeStack;
  readonly control: ControlBlock;
  private readonly besides = new Map<NativeKernel, NativeHalf>();

  private constructor(
    kernel: NativeKernel,
    readonly buffer: NativeBlocks,
    /** Where it waits for the next machine. */
    private readonly spares: NativeHalf[] | undefined,
  ) {
    this.stack = native.stack(kernel, this.buffer);
    this.control = new ControlBlock(this.stack.control);
  }

  static take(kernel: NativeKernel, cache: BlockCache): NativeHalf {
    const spares = sparesOf(kernel, cache);
    return spares.pop() ?? new NativeHalf(kernel, cacheParts(cache).newBuffer(), spares);
  }

  /** Another stack over the same write buffer, which stays with it. */
  beside(kernel: NativeKernel): NativeHalf {
    const half = this.besides.get(kernel) ?? new NativeHalf(kernel, this.buffer, undefined);
    this.besides.set(kernel, half);
    return half;
  }

  /** Readies the stack for messages. */
  open({ version }: NetworkVersion, context: MachineContext, isObserved: boolean): void {
    const { words } = this.control;
    const at = Word.PAYLOAD;
    // The answer to network.context, packed. Source: shared/src/sys/out.rs.
    writeU64(words, at, context.epoch);
    writeU64(words, at + 2, context.timestamp);
    writeU128(words, at + 4, context.baseFee);
    writeU64(words, at + 8, context.chainId);
    words[at + 10] = version;
    writeU128(words, at + 11, context.circulatingSupply ?? 0n);
    writeU128(words, at + 15, context.baseFee);
    words[at + 19] = context.circulatingSupply === undefined ? 0 : 1;
    this.stack.open(actorTypes(context.manifest), isObserved);
  }

  /** @param isUnused nobody will look at it again, so that the next machine can have it */
  close(isUnused: boolean): void {
    this.stack.close();
    if (this.spares === undefined) return;
    this.buffer.clear();
    if (isUnused && this.spares.length < MAX_SPARES) this.spares.push(this);
  }
}

/** What actors may import from this machine. */
export function machineSyscalls(
  { syscalls, actorDebugging }: NetworkVersion,
  { debug }: { readonly debug?: DebugSink | undefined },
) {
  return actorDebugging || debug !== undefined ? syscalls.debugging : syscalls.syscalls;
}
