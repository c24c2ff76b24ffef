/** Messages of chains that a Lotus node has made: shown, and executed again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decompress } from "fzstd";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import type { Chain } from "../../src/chain/history/chain.js";
import type { ChainTipset } from "../../src/chain/history/chain-tipset.js";
import { messageCid, signedMessageCid } from "../../src/chain/types/signed-message.js";
import { cidText } from "../../src/encoding/cid.js";
import { readCar } from "../../src/ipld/car/car.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { executableLotusChains, openLotusNode } from "../support/lotus-node.js";
import { fileOf } from "../support/lotus-recording.js";
import { skipLoudly } from "../support/skip.js";
import { bundleFile } from "../support/test-data.js";
import { fvm } from "./capture.js";

const NAME = "nv28";
const isThere = executableLotusChains().includes(NAME);
if (!isThere) skipLoudly("a Lotus node's chain: it is not on this machine");

interface Sample {
  /** Kind of signature, method and epoch. */
  readonly name: string;
  readonly cid: string;
  readonly epoch: number;
}

/** One message of each kind of signature and method, the last there is. */
async function samples(chain: Chain, tipsets: readonly ChainTipset[]): Promise<Sample[]> {
  const found = new Map<string, Sample>();
  for (const tipset of tipsets) {
    for (const { bls, secp } of await chain.messages(tipset)) {
      for (const message of bls)
        note("bls", Number(message.method), cidText(messageCid(message)), tipset.epoch);
      for (const signed of secp) {
        const { message, signature } = signed;
        note(signature.type, Number(message.method), cidText(signedMessageCid(signed)), tipset.epoch);
      }
    }
  }
  return [...found.values()];

  function note(kind: string, method: number, cid: string, epoch: number): void {
    found.set(`${kind} ${method}`, { name: `${kind}, method ${method}`, cid, epoch });
  }
}

describe.skipIf(!isThere)("a message of a chain", async () => {
  const { chain, tipsets } = isThere ? await openLotusNode(NAME) : { chain: undefined, tipsets: [] };
  const kinds = chain === undefined ? [] : await samples(chain, tipsets.slice(0, -1));
  let folder: string;
  let full: string[];
  let snapshot: string[];
  let data: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fvm-message-"));
    const bundles = join(bundleFile("v18/builtin-actors-testing-fake-proofs.car") as string, "../..");
    const network = ["--network", fileOf(NAME, "network.json"), "--bundles", bundles];
    const car = (name: string) => {
      const file = join(folder, `${name}.car`);
      writeFileSync(file, decompress(readFileSync(fileOf(NAME, `${name}.car.zst`))));
      return file;
    };
    full = ["--store", car("full"), ...network];
    snapshot = ["--store", car("snapshot"), ...network];
    data = ["--data", join(folder, "data")];
    const imported = await fvm("chain", "import", join(folder, "full.car"), ...data, ...network);
    expect(imported).toMatchObject({ status: 0 });
  });
  // Each command is a process of its own, which finds nothing in memory.
  beforeEach(() => BlockCache.shared.clear());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("comes in many kinds", () => {
    expect(kinds.length).toBeGreaterThan(15);
  });

  test.each(kinds)("$name is shown, and comes out the same", async ({ cid, epoch }) => {
    const shown = await fvm("message", "show", cid, ...full, "--json");
    expect(shown).toMatchObject({ status: 0, notes: "" });
    const facts = JSON.parse(shown.answer);
    expect(facts).toMatchObject({ cid, epoch, receipt: { exitCode: expect.any(Number) } });
    const replayed = await fvm("message", "replay", cid, ...full, "--json");
    expect(replayed).toMatchObject({ status: 0, notes: "" });
    const replay = JSON.parse(replayed.answer);
    expect(replay).toMatchObject({ ...facts, equal: true, replayed: facts.receipt, differences: [] });
    expect(replay.trace.message ?? replay.trace).toBeDefined();
  });

  const [contract] = kinds.filter(({ name }) => name === "delegated, method 3844450837");
  const { cid, epoch } = contract ?? { cid: "", epoch: 0 };

  test("is shown with its Ethereum transaction and its events", async () => {
    const { answer, status } = await fvm("message", "show", cid, ...full);
    expect(status).toBe(0);
    expect(answer).toMatch(/^transaction +0x[0-9a-f]{64}, eip1559$/m);
    expect(answer).toMatch(/^method +InvokeEVM \(3844450837\)$/m);
    expect(answer).toMatch(/^receipt +exit 0 \(OK\), 2,935,469 gas$/m);
    expect(answer).toMatch(/^params: 0xec73ae46/m);
    expect(answer.match(/^event of f01020: /gm)).toHaveLength(4);
  });

  test("is found in a folder, whose blocks stay as they are", async () => {
    const before = await fvm("chain", "info", ...data, "--json");
    const { answer, status } = await fvm("message", "replay", cid, ...data, "--params");
    expect(status).toBe(0);
    expect(answer).toContain("InvokeEVM");
    expect(answer).toContain("  the receipt is the chain's");
    expect(await fvm("chain", "info", ...data, "--json")).toEqual(before);
  });

  test("goes into a page", async () => {
    const html = join(folder, "message.html");
    const { status, notes } = await fvm("message", "replay", cid, ...full, "--html", html);
    expect({ status, notes }).toEqual({ status: 0, notes: `${html} written` });
    expect(readFileSync(html, "utf8")).toContain("InvokeEVM");
  });

  test("of a snapshot without old states is shown as far as it is there", async () => {
    const [old] = kinds.filter(({ name }) => name === "secp256k1, method 2");
    const { answer, status } = await fvm("message", "show", old?.cid ?? "", ...snapshot);
    expect(status).toBe(0);
    expect(answer).toMatch(/^receipt +not in the store$/m);
    expect(answer).toContain("is not in the store: data are not decoded\nparams: 0x");
    const replayed = await fvm("message", "replay", old?.cid ?? "", ...snapshot);
    expect(replayed).toMatchObject({ status: 2, answer: "" });
    expect(replayed.notes).toContain(`the state before epoch ${old?.epoch} is not in the store`);
  });

  test("without a receipt is replayed all the same", async () => {
    const { answer, status } = await fvm("message", "replay", cid, ...snapshot);
    expect(status).toBe(0);
    expect(answer).toContain("nothing to compare with: the receipt is not in the store");
  });

  test("in the head is not executed yet", async () => {
    const { key } = tipsets.find((tipset) => tipset.epoch === epoch) as ChainTipset;
    const { blocks } = readCar(readFileSync(join(folder, "full.car")));
    const file = join(folder, "head.car");
    writeFileSync(file, writeCar({ roots: key, blocks }));
    const { answer, status } = await fvm("message", "show", cid, "--store", file, ...full.slice(2));
    expect(status).toBe(0);
    expect(answer).toMatch(/^receipt +not executed yet$/m);
  });

  test.each([
    [
      "that there is not",
      ["bafy2bzaceda5ozdt2oc6gizfxrbfqqkvwcigjr2eyjn7bmqj55zh3at2wpuk6"],
      "MESSAGE_NOT_FOUND",
    ],
    ["whose CID is none", ["x"], "INVALID_CID"],
  ])("%s is named", async (_, args, code) => {
    const { status, notes } = await fvm("message", "show", ...args, ...full);
    expect({ status, notes }).toMatchObject({ status: 2, notes: expect.stringContaining(code) });
  });

  test.each([
    ["no chain", [], "--data DIR or --store FILE.car names the chain"],
    ["no network", ["--store", "x.car"], "--network is missing"],
    ["two answers", ["--data", "x", "--json", "--html", "x.html"], "--html goes without --json"],
  ])("with %s is refused", async (_, args, text) => {
    const { status, notes } = await fvm("message", "replay", cid || "x", ...args);
    expect({ status, notes }).toMatchObject({ status: 2, notes: expect.stringContaining(text) });
    expect(epoch).toBeGreaterThan(0);
  });
});
