import type { MessageTrace } from "../../vm/trace/trace.js";
import { ethereumTrace, type TraceContext } from "./ethereum-trace.js";
import { foldFrames } from "./fold-frames.js";
import type { EthFrame } from "./frame.js";
import { hexOf } from "./hex.js";

const SELECTOR_BYTES = 4;

/**
 * How often functions of contracts were called, as Geth's `4byteTracer` counts it: by selector and number of bytes that
 * follow, such as `0x27dc297e-128`. Methods of native actors have no selectors, so they are not counted; a contract that
 * is called like one is, because that is what it is given. Source: go-ethereum eth/tracers/native/4byte.go.
 */
export function fourByteTracer(trace: MessageTrace, context: TraceContext = {}): Record<string, number> {
  const counts = new Map<string, number>();
  const { top } = ethereumTrace(trace, context);
  if (top !== undefined) {
    foldFrames<void>(top, (frame) => {
      const key = keyOf(frame);
      if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function keyOf({ type, input, isNative, isContract, isSelfDestruction }: EthFrame): string | undefined {
  if (isSelfDestruction || type === "CREATE" || type === "CREATE2" || input.length < SELECTOR_BYTES)
    return undefined;
  if (isNative && !isContract) return undefined;
  return `${hexOf(input.subarray(0, SELECTOR_BYTES))}-${input.length - SELECTOR_BYTES}`;
}
