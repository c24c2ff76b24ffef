import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ChainStore } from "#src/chain/store/chain-store.js";
import { importSnapshot } from "#src/chain/store/import-snapshot.js";
import { actorsIn } from "#src/tools/bundles/actors-source.js";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { BenchError } from "../bench-error.js";
import { runProcess } from "../compare/run-process.js";
import { note } from "../program.js";
import type { ChainTimes, Work, WorkResult } from "./result.js";

const WORKS: readonly Work[] = ["executed", "validated", "stored", "checked"];
const script = fileURLToPath(new URL("./work.js", import.meta.url));

/** A chain as it is measured: its snapshot, with the first state only, and its network's file. */
export interface MeasuredChain {
  /** For folders that come and go. */
  readonly folder: string;
  readonly car: string;
  readonly network: object;
  /** After genesis. */
  readonly tipsets: number;
}

/**
 * Takes turns, each in a process and a folder of its own. What comes out is compared with the headers each time. Throws
 * `BenchError`.
 */
export async function measureChain(chain: MeasuredChain, rounds: number): Promise<ChainTimes> {
  const base = join(chain.folder, "imported");
  const store = await ChainStore.open(base, { create: true, network: chain.network });
  await importSnapshot(store, chain.car, { actors: actorsIn(bundleFolders()) });
  await store.close();
  const results: Record<Work, WorkResult[]> = { executed: [], stored: [], checked: [], validated: [] };
  for (let round = 0; round < rounds; round++) {
    note(`round ${round + 1} of ${rounds}`);
    for (const work of WORKS) results[work].push(await measure(work, base));
  }
  const best = (work: Work) => results[work].reduce((a, b) => (a.wall < b.wall ? a : b));
  const validated = best("validated");
  return {
    tipsets: chain.tipsets,
    messages: validated.messages,
    executed: best("executed"),
    stored: best("stored"),
    checked: best("checked"),
    validated,
  };
}

async function measure(work: Work, base: string): Promise<WorkResult> {
  const folder = `${base}-${work}`;
  cpSync(base, folder, { recursive: true });
  try {
    const { status, stdout, stderr } = await runProcess(process.execPath, [script, work, folder]);
    if (status !== 0) throw new BenchError(`${work}: ${stderr.trim()}`);
    return JSON.parse(stdout) as WorkResult;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
