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

/** Actors that networks in memory need besides. */
export const NETWORK_ACTORS = {
  init: { file: "init.wasm", code: "bafk2bzacecl62lqxzvgc74k3fxn4d2jsnoo4mo25uv2liqajhlowli6isycmw" },
} as const satisfies Readonly<Record<string, Runtime>>;

export type NetworkActorName = keyof typeof NETWORK_ACTORS;
