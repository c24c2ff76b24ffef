/**
 * Builds the runtimes' actors into dist/actors, from pinned sources by pinned tools of npm, and checks that they are
 * the very ones that `src/runtimes/table.ts` names. Results are kept outside the project, by all that they come from.
 *
 *   node scripts/build-actors.mjs [--print]     prints the CIDs instead of checking them
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blake2b } from "@noble/hashes/blake2.js";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { NETWORK_ACTORS, RUNTIMES } from "../dist/runtimes/table.js";
import { buildEbpfActor, buildInitActor } from "./lib/ebpf-actor.mjs";
import { BuildError, projectRoot, runScript, say } from "./lib/run.mjs";
import { buildSesActor } from "./lib/ses-actor.mjs";

/** By the names of the table. */
const BUILDERS = { ebpf: buildEbpfActor, init: buildInitActor, javascript: buildSesActor };

const RAW = 0x55;
const BLAKE2B_256 = 0xb220;

await runScript(async () => {
  const prints = process.argv.includes("--print");
  const folder = join(projectRoot, "dist", "actors");
  mkdirSync(folder, { recursive: true });
  for (const [name, { file, code }] of Object.entries({ ...RUNTIMES, ...NETWORK_ACTORS })) {
    const wasm = await BUILDERS[name]();
    const made = CID.createV1(RAW, create(BLAKE2B_256, blake2b(wasm, { dkLen: 32 }))).toString();
    if (prints) say(`${name}: ${made}, ${wasm.length} bytes`);
    else if (made !== code) {
      throw new BuildError(
        `The actor of ${name} is ${made} now, not ${code}. If that is meant, src/runtimes/table.ts has to say so.`,
      );
    }
    writeFileSync(join(folder, file), wasm);
  }
  cpSync(join(projectRoot, "actors", "ebpf", "include"), join(folder, "include"), { recursive: true });
});
