/** `fvm devnet`: a chain in files. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { firstHeader } from "../../src/chain/history/chain-tipset.js";
import { readChainNetwork } from "../../src/chain/networks/network-file.js";
import { writeCar } from "../../src/ipld/index.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { skipLoudly } from "../support/skip.js";
import { fvm } from "./capture.js";

const SMALL = ["--miners", "3", "--accounts", "2", "--messages", "4"];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-devnet-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);
const digestOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("bad options", () => {
  test.each([
    ["--out FILE is missing", []],
    ["--out is", ["--out", "/no/such/folder/a.car"]],
    ["--states is some", ["--out", "a.car", "--states", "some"]],
    ["--tipsets is 0", ["--out", "a.car", "--tipsets", "0"]],
    ["--null-rounds is 51", ["--out", "a.car", "--null-rounds", "51"]],
    ["--mix: all weights are 0", ["--out", "a.car", "--mix", "send:0"]],
    [
      "--mix: dance:3 is neither usual, mainnet nor KIND:WEIGHT",
      ["--out", "a.car", "--mix", "send:1,dance:3"],
    ],
    ["--providers is many", ["--out", "a.car", "--providers", "many"]],
    ["--network-upgrade is 28, not N@EPOCH", ["--out", "a.car", "--network-upgrade", "28"]],
    ["UNKNOWN_NETWORK_VERSION", ["--out", "a.car", "--network-version", "15"]],
    ["BUNDLE_NOT_FOUND", ["--out", "a.car", "--bundle", "nowhere"]],
  ])("%s", async (complaint, argv) => {
    const { status, notes } = await fvm("devnet", ...argv);
    expect(notes).toContain(complaint);
    expect(notes).not.toContain("\n");
    expect(status).toBe(2);
  });
});

if (devnetVersions([28]).length === 0) skipLoudly("fvm devnet: no bundle v18 of mainnet");
else {
  const make = (name: string, ...argv: string[]) =>
    fvm("devnet", "--tipsets", "6", "--json", "--out", file(name), ...SMALL, ...argv);

  test("the same seed writes the same bytes, another one others", async () => {
    const [one, again, other] = [
      await make("one.car"),
      await make("again.car"),
      await make("other.car", "--seed", "other"),
    ];
    expect([one.status, again.status, other.status]).toEqual([0, 0, 0]);
    const digests = (name: string) => ["car", "network.json"].map((end) => digestOf(file(`${name}.${end}`)));
    expect(digests("again")).toEqual(digests("one"));
    for (const [i, digest] of digests("other").entries()) expect(digest).not.toBe(digests("one")[i]);
  });

  test("the summary and the network's file say what was made", async () => {
    const { answer } = await make("told.car", "--network-out", file("net.json"), "--block-delay", "4");
    const summary = JSON.parse(answer);
    expect(summary).toMatchObject({ networkVersion: 28, tipsets: 6, snapshot: file("told.car") });
    const network = readChainNetwork(JSON.parse(readFileSync(file("net.json"), "utf8")));
    expect(network).toMatchObject({ name: "devnet", chainId: 31_415_926, blockDelay: 4, bundle: "mainnet" });
  });

  test("--genesis begins with the state of a first block", async () => {
    const other = await makeDevnet();
    const blocks = [...(other.blockstore as MemoryBlockstore)];
    writeFileSync(file("genesis.car"), writeCar({ roots: other.genesis.key, blocks }));
    const { status, answer } = await make("after.car", "--genesis", file("genesis.car"));
    expect(status).toBe(0);
    expect(JSON.parse(answer)).toMatchObject({ tipsets: 6 });
    const { parentStateRoot } = firstHeader(other.genesis);
    for (const [name, kept, complaint] of [
      ["rootless", [], "the CAR lacks its root"],
      [
        "stateless",
        blocks.filter(({ cid }) => cid !== parentStateRoot),
        "the CAR lacks the state of the first block",
      ],
    ] as const) {
      writeFileSync(file(`${name}.car`), writeCar({ roots: other.genesis.key, blocks: kept }));
      const { status: failed, notes } = await make("after.car", "--genesis", file(`${name}.car`));
      expect(notes).toContain(complaint);
      expect(failed).toBe(2);
    }
  });

  test("--genesis takes a snapshot with the whole chain", async () => {
    expect((await make("snapshot.car", "--states", "all")).status).toBe(0);
    const { status, answer } = await make("after.car", "--genesis", file("snapshot.car"), "--seed", "after");
    expect(status).toBe(0);
    expect(JSON.parse(answer)).toMatchObject({ tipsets: 6 });
  });

  test("Ctrl-C leaves no file", async () => {
    const before = process.listenerCount("SIGINT");
    const running = fvm("devnet", "--tipsets", "100000", "--out", file("never.car"), ...SMALL);
    while (process.listenerCount("SIGINT") === before) await setTimeout(20);
    await setTimeout(1000);
    process.emit("SIGINT");
    expect((await running).status).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith("never"))).toEqual([]);
  });
}
