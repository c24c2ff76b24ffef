/** Makes test vectors of tipsets whose messages depend on each other. The reference says what comes out. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { openBundle } from "#src/tools/bundles/bundle.js";
import { bundleFolders, findBundle } from "#src/tools/bundles/folders.js";
import { pinnedManifest } from "#src/tools/bundles/pins.js";
import { NEWEST_VERSION, networkVersion } from "#src/vm/network/version.js";
import { BenchError } from "./bench-error.js";
import { buildPeer } from "./compare/contender.js";
import { absentBlocks } from "./conflicts/absent.js";
import type { Case } from "./conflicts/case.js";
import { cases } from "./conflicts/cases.js";
import { compileContracts } from "./conflicts/contracts.js";
import { draftText } from "./conflicts/draft.js";
import { makeFirstState } from "./conflicts/first-state.js";
import { recordDrafts, writeVector } from "./conflicts/record.js";
import { Script } from "./conflicts/script.js";
import { countOption, note, readOptions, runProgram } from "./program.js";

const HELP = `npm run bench:conflicts -- --out DIR [--network-version N] [--only TEXT]

Makes test vectors of tipsets whose messages depend on each other, for executing them in parallel: balances that others
change, nonces, creations, deletions, absent blocks, rewards, and many calls of few contracts. The state is a small
network's with the builtin actors of mainnet; what has to come out is what the reference computes (Rust crates fvm 4.8.4
and 3.14.2), which the first run builds.

  --out DIR            Where the vectors go.
  --network-version N  18 to 28. Default: the newest.
  --only TEXT          Cases whose name contains it.

Cases:
${cases.map(({ name }) => `  ${name}`).join("\n")}`;

const OPTIONS = {
  out: { type: "string" },
  "network-version": { type: "string", default: `${NEWEST_VERSION}` },
  only: { type: "string", default: "" },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  if (values.out === undefined) throw new BenchError("--out names no folder");
  const version = countOption("network-version", values["network-version"]);
  const chosen = cases.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0) throw new BenchError(`no case has ${values.only} in its name`);
  const folder = resolve(values.out);
  mkdirSync(folder, { recursive: true });
  note("building the reference");
  const peer = buildPeer();
  const drafts = await draftsOf(chosen, version);
  note("the reference computes");
  for (const [name, text] of await recordDrafts(drafts, peer)) {
    console.log(`${name} ${(writeVector(folder, name, text) / 1000).toFixed(0)} kB`);
  }
}

/** Drafts of cases at a network version, by their names. */
async function draftsOf(chosen: readonly Case[], version: number): Promise<ReadonlyMap<string, string>> {
  const { actorsVersion } = networkVersion(version);
  const name = { version: actorsVersion, network: "mainnet" };
  const bundle = openBundle(findBundle(bundleFolders(), name), pinnedManifest(name));
  const contracts = compileContracts();
  const drafts = new Map<string, string>();
  for (const { name, funds = {}, absent = [], write } of chosen) {
    const id = `${name}-nv${version}`;
    const state = await makeFirstState(bundle, version, contracts, funds);
    const script = new Script(state, contracts);
    write(script);
    const { tipsets } = script;
    const missing = await absentBlocks(state, actorsVersion, absent);
    drafts.set(id, draftText({ id, bundle, actorsVersion, state, absent: missing, tipsets }));
  }
  return drafts;
}

runProgram(main);
