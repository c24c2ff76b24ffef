import { writeU64, writeU128 } from "../kernel/words.js";
import type { NativeBlocks, NativeEngine, NativeKernel, NativeStack } from "../native/addon.js";
import { native } from "../native/index.js";
import type { NetworkVersion } from "../network/version.js";
import { engineTag } from "./code-cache.js";
import type { MachineContext } from "./context.js";

/** A running actor can be cancelled after each slice: some milliseconds. */
const SLICE_MILLIGAS = 100_000_000_000;

/** The native side of a network version, which all its machines share. */
export interface NativeNetwork {
  readonly engine: NativeEngine;
  /** Tells the engine apart from others in the code cache. */
  readonly tag: string;
  /** By syscall table, each made when a machine first needs it. */
  readonly kernels: Map<SyscallTable, NativeKernel>;
}
type SyscallTable = NetworkVersion["syscalls"]["syscalls"];

const networks = new WeakMap<NetworkVersion, NativeNetwork>();

export function nativeNetwork(network: NetworkVersion): NativeNetwork {
  const known = networks.get(network);
  if (known !== undefined) return known;
  const made = {
    engine: native.engine(network.engine),
    tag: engineTag(network.engine),
    kernels: new Map<SyscallTable, NativeKernel>(),
  };
  networks.set(network, made);
  return made;
}

/** @param syscalls one of the network version's tables */
export function nativeKernel(network: NetworkVersion, syscalls: SyscallTable): NativeKernel {
  const { engine, kernels } = nativeNetwork(network);
  const known = kernels.get(syscalls);
  if (known !== undefined) return known;
  const { rules, nativePrices, maxStackMemoryBytes } = network;
  const made = native.kernel(engine, {
    syscalls,
    prices: nativePrices,
    rules: rules.native,
    maxStackMemoryBytes,
    sliceMilligas: SLICE_MILLIGAS,
  });
  kernels.set(syscalls, made);
  return made;
}

export function createNativeStack(
  network: NetworkVersion,
  context: MachineContext,
  blocks: NativeBlocks,
): NativeStack {
  return native.stack(
    nativeKernel(network, machineSyscalls(network, context)),
    blocks,
    networkContext(network, context),
    amount(context.circulatingSupply),
    amount(context.baseFee),
  );
}

/** What actors may import from this machine. */
export function machineSyscalls({ syscalls }: NetworkVersion, { debug }: MachineContext) {
  return debug === undefined ? syscalls.syscalls : syscalls.debugging;
}

/** The answer to network.context, packed. Source: shared/src/sys/out.rs. */
function networkContext({ version }: NetworkVersion, context: MachineContext): Uint8Array {
  const words = new Uint32Array(11);
  writeU64(words, 0, context.epoch);
  writeU64(words, 2, context.timestamp);
  writeU128(words, 4, context.baseFee);
  writeU64(words, 8, context.chainId);
  words[10] = version;
  return new Uint8Array(words.buffer);
}

function amount(attoFil: bigint): Uint8Array {
  const words = new Uint32Array(4);
  writeU128(words, 0, attoFil);
  return new Uint8Array(words.buffer);
}
