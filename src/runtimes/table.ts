/** The actors that make other runtimes part of a network: each interprets programs, which its contracts keep in their state. */
export interface Runtime {
  /** Name of the Wasm that the package has in `dist/actors`. */
  readonly file: string;
  /** CID of that Wasm, as text: the code of the runtime's contracts. */
  readonly code: string;
}

/** By name. Builds fail if their result has another CID. */
export const RUNTIMES = {
  ebpf: { file: "ebpf.wasm", code: "bafk2bzacedmsaemxqbkxcfooqeo436rkzbdzl7svu2iykbxlo4xt2ibw2fxxy" },
} as const satisfies Readonly<Record<string, Runtime>>;

export type RuntimeName = keyof typeof RUNTIMES;
