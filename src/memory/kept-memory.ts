/** The list of what a process keeps for later, and why. */
import { totalmem } from "node:os";
import { BlockCache } from "../blockstore/block-cache.js";
import { sharedDecodedBlocks } from "../ipld/decoded-blocks.js";
import type { NativeKept } from "../native/addon.js";
import { native } from "../native/index.js";
import { isCount } from "../util/check.js";
import { checkOption } from "../util/options.js";

/** One thing that is kept. */
export interface KeptMemory {
  readonly name: "blocks" | "decoded" | "code" | "memories" | "stacks";
  /** Whether all threads of the process have it together, or this figure is that of the calling thread alone. */
  readonly scope: "process" | "thread";
  /** Reason to keep it, in words. */
  readonly why: string;
  readonly bytes: number;
  /** Bound of its own, in bytes; undefined if it is bounded otherwise, as `why` says. */
  readonly maxBytes: number | undefined;
}

/** Memory that is kept for later. All figures are bytes. */
export interface MemoryUsage {
  readonly kept: readonly KeptMemory[];
  /** Sum over `kept`, and over what other threads have decoded. */
  readonly bytes: number;
  /** Bound for blocks and the decoded values of all threads together. */
  readonly maxBytes: number;
}

/** A part of the process that keeps something. */
interface Keeper extends Pick<KeptMemory, "name" | "scope" | "why"> {
  bytes(kept: NativeKept): number;
  maxBytes(): number | undefined;
}

const KEEPERS: readonly Keeper[] = [
  {
    name: "blocks",
    scope: "process",
    why: "blocks that machines have read or written, so that stores are not asked again; the oldest unused ones go first",
    bytes: () => BlockCache.shared.bytes,
    maxBytes: () => BlockCache.shared.maxBytes,
  },
  {
    name: "decoded",
    scope: "thread",
    why: "values and tree nodes that this thread has decoded from blocks; about three times the bytes of their blocks",
    bytes: () => sharedDecodedBlocks.bytes,
    maxBytes: () => sharedDecodedBlocks.maxBytes,
  },
  {
    name: "code",
    scope: "process",
    why: "compiled actors, each once: compiling takes up to a second, so they stay as long as the process",
    bytes: ({ code }) => code,
    maxBytes: () => undefined,
  },
  {
    name: "memories",
    scope: "process",
    why: "memories of ended invocations, ready for the next ones: as many as calls were deep, at most 1,024",
    bytes: ({ memories }) => memories,
    maxBytes: () => undefined,
  },
  {
    name: "stacks",
    scope: "process",
    why: "stacks of ended invocations, as memories; released with them",
    bytes: ({ stacks }) => stacks,
    maxBytes: () => undefined,
  },
];

/** Memory that the process and this thread keep for later. Takes as long as a message: not for each one. */
export function memoryUsage(): MemoryUsage {
  const counted = native.keptBytes();
  const kept = KEEPERS.map(({ name, scope, why, bytes, maxBytes }) => ({
    name,
    scope,
    why,
    bytes: bytes(counted),
    maxBytes: maxBytes(),
  }));
  const others = Math.max(0, counted.decoded - sharedDecodedBlocks.bytes);
  return { kept, bytes: kept.reduce((sum, { bytes }) => sum + bytes, others), maxBytes: counted.limit };
}

/**
 * Gives back what can be made again: all that `memoryUsage` lists but compiled code, and what the C library holds free.
 * Other threads forget what they have decoded as soon as they decode a megabyte more. Results stay what they are; the
 * next messages take longer.
 *
 * @returns bytes that were given back of what `memoryUsage` lists
 */
export function trimMemory(): number {
  const before = memoryUsage().bytes;
  BlockCache.shared.clear();
  native.trimMemory();
  return Math.max(0, before - memoryUsage().bytes);
}

/**
 * Bounds blocks and the decoded values of all threads together, in the whole process. Decoded values may take half of
 * it, blocks what they leave; bounds of their own (`BlockCache.shared`) hold besides. Less takes effect at once for
 * blocks, and in each thread as `trimMemory` does. Default: a quarter of the memory that the process may use.
 *
 * @param maxBytes for both
 * @throws FvmError INVALID_OPTION
 */
export function limitMemory(maxBytes: number): void {
  checkOption("maxBytes", maxBytes, isCount);
  native.limitMemory(maxBytes, false);
}

/** Bytes that the process may use: those of its container, if it has a limit, else of the machine. */
export function usableBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

native.limitMemory(Math.floor(usableBytes() / 4), true);
