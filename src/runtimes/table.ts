/** The actors that make other runtimes part of a network: each interprets programs, which its contracts keep in their state. */
export interface Runtime {
  /** Name of the Wasm that the package has in `dist/actors`. */
  readonly file: string;
  /** CID of that Wasm, as text: the code of the runtime's contracts. */
  readonly code: string;
}

/** By name. Builds fail if their result has another CID. */
export const RUNTIMES = {
  ebpf: { file: "ebpf.wasm", code: "bafk2bzacebjguv5fbxhsncbioylyw52qpz6rhfmdq4fxb745i7m3wmcamli7m" },
} as const satisfies Readonly<Record<string, Runtime>>;

export type RuntimeName = keyof typeof RUNTIMES;
