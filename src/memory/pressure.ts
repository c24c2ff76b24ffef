/** Memory is given back before it runs out. */
import { readFileSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
import { sharedDecodedBlocks } from "../ipld/decoded-blocks.js";
import { trimMemory, usableBytes } from "./kept-memory.js";

/** Milliseconds from one look to the next; a look takes some ten microseconds. */
const LOOK_MS = 1000;
/** Milliseconds after something was given back: what is needed has to come back first. */
const REST_MS = 10_000;
/** Part of what there is, from which on memory is short. */
const SHORT = 7 / 8;

/** Bytes that are in use, and that there are. */
export interface MemoryFacts {
  /** Part of the process, without files: the system takes those back by itself. */
  readonly process: number;
  readonly usable: number;
  /** Heap of this thread's JavaScript. */
  readonly heap: number;
  readonly heapLimit: number;
}

let nextLook = 0;

/**
 * Gives back what can be made again if the process or this thread's heap has nearly used up its memory. Looks once in a
 * second, whoever calls it how often.
 */
export function relieveMemory(now = performance.now(), look = memoryFacts): void {
  if (now < nextLook) return;
  const facts = look();
  const isProcessShort = facts.process > SHORT * facts.usable;
  const isHeapShort = facts.heap > SHORT * facts.heapLimit;
  nextLook = now + (isProcessShort || isHeapShort ? REST_MS : LOOK_MS);
  if (isProcessShort) trimMemory();
  else if (isHeapShort) sharedDecodedBlocks.clear();
}

function memoryFacts(): MemoryFacts {
  const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics();
  return { process: processBytes(), usable: usableBytes(), heap, heapLimit };
}

function processBytes(): number {
  if (process.platform !== "linux") return process.memoryUsage.rss();
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
  return kibibytes === undefined ? process.memoryUsage.rss() : Number(kibibytes) * 1024;
}
