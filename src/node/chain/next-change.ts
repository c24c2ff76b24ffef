import type { NodeChain } from "./node-chain.js";

/** The next change of the head from now on. */
export function nextChange(chain: NodeChain): {
  readonly promise: Promise<void>;
  readonly forget: () => void;
} {
  let forget = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    forget = chain.onChange(() => resolve());
  });
  return { promise, forget: () => forget() };
}
