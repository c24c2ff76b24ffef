import type { Draw } from "./draw.js";

/** Bytes of a proof of spacetime. */
const WINDOW_POST = 192;
/** Bytes of an aggregate of few PoReps. */
const AGGREGATE = 14_000;

/** Bytes that stand for a proof, which nobody can make without storage. */
export function proofBytes(draw: Draw, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) bytes.set(draw.bytes().subarray(0, length - at), at);
  return bytes;
}

/** Stands for a proof of spacetime of a partition. */
export function windowPost(draw: Draw): Uint8Array {
  return proofBytes(draw, WINDOW_POST);
}

/** Stands for an aggregate of PoReps. */
export function aggregateProof(draw: Draw): Uint8Array {
  return proofBytes(draw, AGGREGATE);
}
