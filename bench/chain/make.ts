import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isFvmError } from "#src/errors.js";
import { bundleFolders, findBundle, findGenesis } from "#src/tools/bundles/folders.js";
import { NEWEST_VERSION } from "#src/vm/network/version.js";
import { BenchError } from "../bench-error.js";
import { runProcess } from "../compare/run-process.js";
import { note } from "../program.js";

/** A chain that is made: its snapshot, with the first state only, and its network's file. */
export interface MadeChain {
  readonly folder: string;
  readonly car: string;
  readonly network: object;
  /** After genesis. */
  readonly tipsets: number;
  /** Its beginning and its messages, in words. */
  readonly source: string;
}

/** How a chain is made. */
export interface MakeOptions {
  readonly tipsets: number;
  /** Drawn for a tipset, on average. */
  readonly messages: number;
  /** As `fvm devnet --mix` takes it. */
  readonly mix: string;
  readonly beginning: Beginning;
}

/** The first state of a chain. */
export interface Beginning {
  /** A CAR as `fvm devnet --genesis` takes it; undefined: a state of nobody else. */
  readonly genesis: string | undefined;
  /** Network whose builtin actors it runs. */
  readonly bundle: string;
  readonly networkVersion: number;
}

/** A real network whose first state is taken if it is there. */
const REAL = {
  name: "butterflynet-nv27",
  bundle: "butterflynet",
  networkVersion: 27,
  actorsVersion: 17,
} as const;
/** A state of nobody but the chain's people. */
export const OWN_BEGINNING: Beginning = {
  genesis: undefined,
  bundle: "mainnet",
  networkVersion: NEWEST_VERSION,
};

/** The first state of a real network, if the bundle folders have it and its actors; else one of its own. */
export function usualBeginning(): Beginning {
  const folders = bundleFolders();
  const { name, bundle, networkVersion, actorsVersion } = REAL;
  try {
    findBundle(folders, { version: actorsVersion, network: bundle });
    return { genesis: findGenesis(folders, name), bundle, networkVersion };
  } catch (error) {
    if (!isFvmError(error, "BUNDLE_NOT_FOUND")) throw error;
    note(`${name}.car or its actors are not there: the chain begins with a state of its own`);
    return OWN_BEGINNING;
  }
}

/**
 * Makes a chain by `fvm devnet`, in a process of its own, of the same messages each time. Throws `BenchError`.
 *
 * @param program the built command
 */
export async function makeChain(program: string, folder: string, options: MakeOptions): Promise<MadeChain> {
  const { tipsets, messages, mix, beginning } = options;
  const { genesis, bundle, networkVersion } = beginning;
  const [car, networkFile] = [join(folder, "chain.car"), join(folder, "network.json")];
  const values = {
    seed: "bench",
    tipsets,
    messages,
    mix,
    accounts: 20,
    states: 1,
    bundle,
    "network-version": networkVersion,
    out: car,
    "network-out": networkFile,
    ...(genesis !== undefined && { genesis }),
  };
  const argv = Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const onNote = (text: string) => note(text.trimEnd());
  const { status, stderr } = await runProcess(process.execPath, [program, "devnet", ...argv], process.env, {
    onNote,
  });
  if (status !== 0) throw new BenchError(`fvm devnet: ${stderr.trim()}`);
  const first = genesis === undefined ? "a state of its own" : `the first state of ${genesis}`;
  return {
    folder,
    car,
    network: JSON.parse(readFileSync(networkFile, "utf8")) as object,
    tipsets,
    source: `messages ${mix}, on ${first}, network version ${networkVersion}, actors of ${bundle}`,
  };
}
