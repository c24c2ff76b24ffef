/** A small chain in a folder, for tests of queues; the program that validates it, and its workers. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DevnetTraffic } from "../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../src/chain/devnet/traffic/mix.js";
import { firstHeader } from "../../src/chain/history/chain-tipset.js";
import { ChainStore } from "../../src/chain/store/chain-store.js";
import { exportSnapshot } from "../../src/chain/store/export-snapshot.js";
import { importSnapshot } from "../../src/chain/store/import-snapshot.js";
import { actorsIn } from "../../src/tools/bundles/actors-source.js";
import { bundleFolders } from "../../src/tools/bundles/folders.js";
import { temporaryFolder } from "./chain-folder.js";
import { devnetVersions, makeDevnet } from "./devnet.js";
import { hasRedis } from "./redis.js";
import { skipLoudly } from "./skip.js";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Whether there is what it takes; if not, says that tests are skipped. */
export function canQueue(name: string): boolean {
  const lack = hasRedis
    ? devnetVersions([28]).length > 0
      ? undefined
      : "no bundle v18 of mainnet"
    : "no redis-server";
  if (lack !== undefined) skipLoudly(`${name}: ${lack}`);
  return lack === undefined;
}

export interface Answered {
  readonly status: number | null;
  readonly answer: string;
  readonly notes: string;
}

/** Runs `fvm` in a process of its own. */
export function run(...argv: readonly string[]): Answered {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { encoding: "utf8" });
  return { status, answer: stdout, notes: stderr };
}

/**
 * Makes a chain of some tipsets in a folder.
 *
 * @param wrongAfter tipsets after which a block says another state than the one before has led to
 * @returns the folder
 */
export async function chainFolder(tipsets: number, wrongAfter?: number): Promise<string> {
  const devnet = await makeDevnet({ miners: 2 });
  const traffic = new DevnetTraffic(devnet, { seed: "queue", messages: 4, mix: USUAL_MIX, nullRounds: 10 });
  const { parentStateRoot } = firstHeader(devnet.head);
  for (let i = 1; i <= tipsets; i++) {
    if (i === wrongAfter) await devnet.mine({ edit: (header) => ({ ...header, parentStateRoot }) });
    else await traffic.mine();
  }
  const data = join(temporaryFolder(), "data");
  const store = await ChainStore.open(data, { network: devnet.networkFile, create: true });
  const file = join(temporaryFolder(), "chain.car");
  await exportSnapshot(devnet.chain, devnet.head, file);
  await importSnapshot(store, file, { actors: actorsIn(bundleFolders(undefined)) });
  await store.close();
  return data;
}

/** A copy of a folder. */
export function copyOf(data: string): string {
  const copy = join(temporaryFolder(), "data");
  cpSync(data, copy, { recursive: true });
  return copy;
}

/** `fvm` in a process that goes on. */
export class Running {
  readonly notes: string[] = [];
  answer = "";
  readonly #child: ChildProcess;
  readonly ended: Promise<Answered>;

  constructor(...argv: readonly string[]) {
    this.#child = spawn(process.execPath, [program, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.answer += text;
    });
    createInterface(this.#child.stderr as NonNullable<ChildProcess["stderr"]>).on("line", (line) =>
      this.notes.push(line),
    );
    this.ended = once(this.#child, "close").then(([status]) => ({
      status,
      answer: this.answer,
      notes: this.notes.join("\n"),
    }));
  }

  end(signal: NodeJS.Signals): Promise<Answered> {
    this.#child.kill(signal);
    return this.ended;
  }
}
