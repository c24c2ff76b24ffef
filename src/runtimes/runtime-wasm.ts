import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Cid, cidFromParts, cidText, parseCid } from "../encoding/cid.js";
import { BLAKE2B_256, RAW } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import { native } from "../native/index.js";
import { NETWORK_ACTORS, type NetworkActorName, RUNTIMES, type Runtime, type RuntimeName } from "./table.js";

const folder = new URL("../../dist/actors/", import.meta.url);

/** CID of a runtime's actor: the code of its contracts. */
export function runtimeCode(name: RuntimeName): Cid {
  return parseCid(RUNTIMES[name].code);
}

/** The runtime whose contracts have this code, if it is one of ours. */
export function runtimeOfCode(code: Cid): RuntimeName | undefined {
  return NAMES.get(code);
}

const NAMES: ReadonlyMap<Cid, RuntimeName> = new Map(
  (Object.keys(RUNTIMES) as RuntimeName[]).map((name) => [runtimeCode(name), name]),
);

/** Wasm of a runtime's actor, from the package. Throws `FvmError` RUNTIME_UNUSABLE if it is not there, or another. */
export function runtimeWasm(name: RuntimeName): Uint8Array {
  return wasmOf(name, RUNTIMES[name]);
}

/** Wasm of an actor for networks in memory. Throws as `runtimeWasm`. */
export function networkActorWasm(name: NetworkActorName): Uint8Array {
  return wasmOf(name, NETWORK_ACTORS[name]);
}

function wasmOf(runtime: string, { file, code }: Runtime): Uint8Array {
  const path = fileURLToPath(new URL(file, folder));
  const refuse = (reason: string, cause?: unknown) =>
    new FvmError(
      "RUNTIME_UNUSABLE",
      { runtime, file: path, reason, remedy: "npm run build:actors" },
      { cause },
    );
  let wasm: Uint8Array;
  try {
    wasm = new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw refuse("it cannot be read", cause);
  }
  const digest = native.hash(BLAKE2B_256, wasm) as Uint8Array;
  const found = cidText(cidFromParts(RAW, BLAKE2B_256, digest));
  if (found !== code) throw refuse(`its CID is ${found}, not ${code}`);
  return wasm;
}
