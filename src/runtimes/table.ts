/** The actors that make other runtimes part of a network: each interprets programs, which its contracts keep in their state. */
export interface Runtime {
  /** Name of the Wasm that the package has in `dist/actors`. */
  readonly file: string;
  /** CID of that Wasm, as text: the code of the runtime's contracts. */
  readonly code: string;
}

/** Programs that a network can have contracts in, besides Wasm and the EVM's. */
export type RuntimeName = "javascript" | "ebpf";

/** By name. Builds fail if their result has another CID. */
export const RUNTIMES = {
  javascript: {
    file: "javascript.wasm",
    code: "bafk2bzacecklvjuvopmeixznmk72uv7vd5chtw6g4zabjx67c3dcifb6h5qmo",
  },
  ebpf: { file: "ebpf.wasm", code: "bafk2bzacecg52qa75ppv43nx254dduy7q7atugdvr2qwuncp66tifznhf5mbu" },
} as const satisfies Readonly<Record<RuntimeName, Runtime>>;

/** Actors that networks in memory need besides. */
export const NETWORK_ACTORS = {
  init: { file: "init.wasm", code: "bafk2bzacedfnisvsph65wsrizdjupbscveyvrq7lxcgtz6zzqkf2izvesjdeo" },
} as const satisfies Readonly<Record<string, Runtime>>;

export type NetworkActorName = keyof typeof NETWORK_ACTORS;
