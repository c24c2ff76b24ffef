import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { firstHeader } from "../../src/chain/history/chain-tipset.js";
import { cidText } from "../../src/encoding/cid.js";
import { temporaryFile, temporaryFolder } from "../support/chain-folder.js";
import { SmallChain } from "../support/small-chain.js";
import { fvm } from "./capture.js";

/** A snapshot, its network's file, and a folder that is not there yet. */
function prepared(chain = SmallChain.of(9)): {
  chain: SmallChain;
  car: string;
  network: string;
  data: string;
} {
  const folder = temporaryFolder();
  const network = join(folder, "network.json");
  writeFileSync(network, JSON.stringify(chain.network));
  return { chain, car: temporaryFile("chain.car", chain.car()), network, data: join(folder, "data") };
}

test("import, info, gc", async () => {
  const { chain, car, network, data } = prepared();
  const imported = await fvm("chain", "import", car, "--data", data, "--network", network);
  expect(imported).toMatchObject({
    status: 0,
    answer: `head at epoch 8, the folder's first; ${chain.store.size} blocks read, ${chain.store.size} of them new`,
  });
  expect(imported.notes).toMatch(/^builtin actors v18 of small are missing: /);

  const info = await fvm("chain", "info", "--data", data, "--json");
  expect(JSON.parse(info.answer)).toMatchObject({
    network: "small",
    genesis: cidText(chain.tipsets[0]?.key[0] as never),
    head: {
      epoch: 8,
      key: chain.head.key.map(cidText),
      time: "1970-01-12T13:50:40.000Z",
      networkVersion: 28,
      stateRoot: cidText(firstHeader(chain.head).parentStateRoot),
    },
    headers: { from: 0, to: 8 },
    states: [{ from: 0, to: 8 }],
    validated: [],
    blocks: chain.store.size,
    missingActors: [{ networkVersion: 28, actorsVersion: 18, network: "small" }],
    unfinished: [],
  });
  expect((await fvm("chain", "info", "--data", data)).answer).toMatch(/^states +0-8$/m);

  const gc = await fvm("chain", "gc", "--data", data, "--states", "2", "--json");
  expect(JSON.parse(gc.answer)).toMatchObject({ kept: expect.any(Number), freed: expect.any(Number) });
  expect((await fvm("chain", "info", "--data", data)).answer).toMatch(/^states +0, 7-8$/m);
});

test("export, and a copy without garbage", async () => {
  const { chain, car, network, data } = prepared();
  await fvm("chain", "import", car, "--data", data, "--network", network);
  const folder = temporaryFolder();
  const out = join(folder, "out.car");
  const exported = await fvm(
    "chain",
    "export",
    out,
    "--data",
    data,
    "--states",
    "3",
    "--epoch",
    "6",
    "--format",
    "2",
  );
  expect(exported).toMatchObject({
    status: 0,
    answer: expect.stringMatching(/^head at epoch 6, states of 3 epochs; \d+ blocks of /),
  });
  await fvm("chain", "gc", "--data", data, "--states", "5");
  const recent = join(folder, "recent.car");
  const few = await fvm("chain", "export", recent, "--data", data, "--states", "6");
  expect(few).toMatchObject({
    status: 2,
    notes: expect.stringMatching(/^fvm: --states is 6, and of those up to epoch 8 the folder has 5 /),
  });
  expect(await fvm("chain", "export", recent, "--data", data)).toMatchObject({ status: 0 });
  const late = await fvm("chain", "export", out, "--data", data, "--epoch", "99");
  expect(late).toMatchObject({
    status: 2,
    notes: expect.stringMatching(/^fvm: --epoch is 99, and the head's is 8/),
  });
  const other = join(folder, "other");
  const json = await fvm("chain", "import", out, "--data", other, "--network", network, "--json");
  expect(JSON.parse(json.answer)).toMatchObject({
    head: 6,
    states: [
      { from: 0, to: 0 },
      { from: 4, to: 6 },
    ],
  });

  const copy = join(folder, "copy");
  expect(await fvm("chain", "gc", "--data", data, "--states", "2", "--compact", copy)).toMatchObject({
    status: 0,
  });
  const info = async (at: string) => JSON.parse((await fvm("chain", "info", "--data", at, "--json")).answer);
  const [before, after] = [await info(data), await info(copy)];
  expect(after).toMatchObject({ head: { epoch: 8 }, states: before.states, blocks: before.blocks });
  expect(after.fileBytes).toBeLessThan(before.fileBytes);
  expect((await info(copy)).head.key).toEqual(chain.head.key.map(cidText));
});

test("a lighter fork is named with its weight, and taken if it is to be", async () => {
  const { chain, car, network, data } = prepared();
  await fvm("chain", "import", car, "--data", data, "--network", network);
  const fork = chain.forkAt(5);
  fork.grow({ salt: "fork", weight: 1n });
  fork.grow({ salt: "fork", weight: 1n });
  const forkCar = temporaryFile("fork.car", fork.car());
  const { answer } = await fvm("chain", "import", forkCar, "--data", data);
  const [light, heavy] = [fork, chain].map(({ head }) => firstHeader(head).parentWeight);
  expect(answer).toContain(
    `lighter than the folder's, and not taken (weights ${light} and ${heavy}; --take-head`,
  );
  const taken = await fvm("chain", "import", forkCar, "--data", data, "--take-head");
  expect(taken.answer).toContain(`head at epoch ${fork.head.epoch}, taken instead of the folder's`);
});

test("a network's file beside a snapshot is named", async () => {
  const { chain, network } = prepared();
  const car = join(dirname(network), "small.car");
  writeFileSync(car, chain.car());
  const beside = join(dirname(network), "small.network.json");
  writeFileSync(beside, JSON.stringify(chain.network));
  const { status, notes } = await fvm("chain", "import", car, "--data", join(dirname(network), "new"));
  expect(status).toBe(2);
  expect(notes).toContain(`try --network ${beside} `);
});

test("what a file's earlier import has read is said", async () => {
  const { chain, car, network, data } = prepared();
  await fvm("chain", "import", car, "--data", data, "--network", network);
  const { answer } = await fvm("chain", "import", car, "--data", data);
  const { size } = chain.store;
  expect(answer).toBe(
    `head at epoch 8, in the folder's chain already; 0 blocks read, 0 of them new, ${size} by earlier calls`,
  );
});

test("export as JSON", async () => {
  const { chain, car, network, data } = prepared();
  await fvm("chain", "import", car, "--data", data, "--network", network);
  const out = join(temporaryFolder(), "out.car");
  const { answer } = await fvm("chain", "export", out, "--data", data, "--json");
  expect(JSON.parse(answer)).toMatchObject({
    head: 8,
    key: chain.head.key.map(cidText),
    states: 9,
    version: 1,
    file: out,
  });
});

test("import as JSON", async () => {
  const { chain, car, network, data } = prepared();
  const { answer } = await fvm("chain", "import", car, "--data", data, "--network", network, "--json");
  expect(JSON.parse(answer)).toMatchObject({
    head: 8,
    change: "first",
    blocks: chain.store.size,
    added: chain.store.size,
    states: [{ from: 0, to: 8 }],
  });
});

describe("refused in one line:", () => {
  const { car, network, data } = prepared();

  test.each([
    ["no folder named", ["import", car], /^fvm: --data DIR is missing \(see fvm chain import --help\)$/],
    [
      "no such file",
      ["import", "/none.car", "--data", data],
      /^fvm: there is no file \/none.car \(see .*\)$/,
    ],
    ["a folder", ["import", "/tmp", "--data", data], /^fvm: FILE is \/tmp, a folder \(see .*\)$/],
    ["a file that is no CAR", ["import", network, "--data", data], /^fvm: INVALID_CAR .* 'not a CAR' }$/],
    [
      "a folder without --data",
      ["info", data],
      /^fvm: unexpected argument .*; a chain's folder is named by --data/,
    ],
    ["a file for a folder", ["info", "--data", car], /^fvm: --data is .*chain.car, a file and not a folder/],
    [
      "no such network",
      ["import", car, "--data", data, "--network", "moon"],
      /^fvm: --network is moon, which is neither mainnet, calibnet, butterflynet nor a file \(see .*\)$/,
    ],
    [
      "a network's file that is no JSON",
      ["import", car, "--data", data, "--network", car],
      /a file that is no JSON/,
    ],
    ["a genesis that nobody knows", ["import", car, "--data", data], /^fvm: UNKNOWN_GENESIS .*$/],
    ["another network", ["import", car, "--data", data, "--network", "calibnet"], /^fvm: OTHER_NETWORK .*$/],
    ["an epoch that is none", ["export", "x", "--data", data, "--epoch", "-1x"], /^fvm: .*--epoch.*$/],
    [
      "a copy onto a folder",
      ["gc", "--data", data, "--compact", "/tmp"],
      /^fvm: --compact is .tmp, which is there/,
    ],
    ["a folder that is not there", ["info", "--data", "/none"], /^fvm: NO_CHAIN .*$/],
    ["a folder of something else", ["info", "--data", "/"], /^fvm: NO_CHAIN .*$/],
  ])("%s", async (_, args, line) => {
    const { status, notes } = await fvm("chain", ...args);
    expect(notes).toMatch(line);
    expect(notes).not.toContain("\n");
    expect(status).toBe(2);
  });

  test("a chain without a head, until it has one", async () => {
    const empty = join(temporaryFolder(), "data");
    await fvm("chain", "import", car, "--data", empty);
    expect(await fvm("chain", "info", "--data", empty)).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/^fvm: CHAIN_EMPTY .*an import was not ended/),
    });
    expect(await fvm("chain", "import", car, "--data", empty, "--network", network)).toMatchObject({
      status: 0,
    });
  });
});

test("Ctrl-C ends an import, and the next call goes on", async () => {
  const large = SmallChain.of(3);
  large.litter(60_000);
  const { chain, car, network, data } = prepared(large);
  const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
  const args = ["chain", "import", car, "--data", data, "--network", network];
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let notes = "";
  child.stderr.on("data", (text) => {
    notes += text;
  });
  // The folder is there as soon as it has begun.
  while (!(await fvm("chain", "info", "--data", data)).notes.includes("CHAIN_EMPTY")) await tick();
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect({ code, notes }).toEqual({ code: 130, notes: "fvm: interrupted\n" });
  const { status, answer } = await fvm(...args);
  expect(status).toBe(0);
  expect(answer).toMatch(/ of them new(, [0-9,]+ by earlier calls)?$/);
  const info = await fvm("chain", "info", "--data", data, "--json");
  expect(JSON.parse(info.answer)).toMatchObject({ head: { epoch: 2 }, blocks: chain.store.size });
});

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
