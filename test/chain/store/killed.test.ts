/** Processes that are ended in the middle of their work. Runs the built package. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { openFolder, temporaryFile, temporaryFolder } from "../../support/chain-folder.js";
import { skipLoudly } from "../../support/skip.js";
import { SmallChain } from "../../support/small-chain.js";

const script = fileURLToPath(new URL("fixtures/work.mjs", import.meta.url));
const kills = fileURLToPath(new URL("fixtures/kills.mjs", import.meta.url));

interface Line {
  readonly stage: string;
  readonly blocks?: number;
}

/** Runs until a line fits, and then ends the process the hard way. Answers all lines. */
async function killedAt(
  args: readonly string[],
  isLast: (line: Line, count: number) => boolean,
): Promise<Line[]> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    if (isLast(line, lines.length)) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return lines;
}

const never = () => false;

/** More blocks than are stored at once, those of the chain among the others. */
const chain = SmallChain.of(20);
chain.litter(45_000);
for (let i = 0; i < 20; i++) chain.grow();
const file = temporaryFile("chain.car", chain.car());
const network = temporaryFile("network.json", Buffer.from(JSON.stringify(chain.network)));

test.each([1, 2])("an import that is killed after step %i goes on where it was", async (step) => {
  const folder = join(temporaryFolder(), "data");
  const lines = await killedAt(["import", folder, network, file], (_, count) => count === step);
  const reported = lines.filter(({ stage }) => stage === "read").at(-1)?.blocks ?? 0;
  expect(reported).toBeGreaterThan(0);
  expect(reported).toBeLessThan(chain.store.size);

  const store = await openFolder(chain.network, folder);
  const written = [...chain.store].slice(0, reported);
  expect(written.filter(({ cid }) => !store.blockstore.has(cid))).toEqual([]);
  const result = await importSnapshot(store, file);
  expect(result.blocks).toBeLessThanOrEqual(chain.store.size - reported);
  expect(result).toMatchObject({ head: 39, change: "first" });
  expect([...chain.store].filter(({ cid }) => !store.blockstore.has(cid))).toEqual([]);
});

test.each([
  ["while it marks", (line: Line) => line.stage === "mark"],
  ["while it sweeps", (line: Line) => line.stage === "sweep"],
])("a collection of garbage that is killed %s loses nothing, and goes on", async (_, isLast) => {
  const folder = join(temporaryFolder(), "data");
  await killedAt(["import", folder, network, file], never);
  const lines = await killedAt(["gc", folder, network, "5"], isLast);
  expect(lines.at(-1)?.stage).not.toBe("done");

  const needed = [...chain.tipsets.flatMap(({ key }) => key), firstHeader(chain.head).parentStateRoot];
  const store = await openFolder(chain.network, folder);
  expect(needed.filter((cid) => !store.blockstore.has(cid))).toEqual([]);
  await store.close();
  expect((await killedAt(["gc", folder, network, "5"], never)).at(-1)?.stage).toBe("done");
  const later = await openFolder(chain.network, folder);
  expect(needed.filter((cid) => !later.blockstore.has(cid))).toEqual([]);
  expect(later.database.stat().blocks).toBeLessThan(1000);
});

test("20 processes that are killed at random moments lose nothing", { timeout: 600_000 }, async () => {
  const child = spawn(process.execPath, [kills, "20"], { stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors] = await Promise.all([child.stdout, child.stderr].map((stream) => stream.toArray()));
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode, String(errors)).toBe(0);
  if (String(output).includes("validate is skipped"))
    skipLoudly("killed validations: there are no builtin actors");
  expect(String(output)).toMatch(
    /import \d+, gc \d+,( validate \d+, validateBeside \d+,)? flush \d+; nothing is lost\n$/,
  );
});
