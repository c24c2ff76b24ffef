/**
 * `fvm chain validate`, on chains that a Lotus node has made and on one of our own that is wrong. It runs the built
 * package, whose threads are files.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import type { DevnetChain } from "../../src/chain/devnet/devnet-chain.js";
import { DevnetTraffic } from "../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../src/chain/devnet/traffic/mix.js";
import { type ChainTipset, firstHeader } from "../../src/chain/history/chain-tipset.js";
import type * as Built from "../../src/chain/index.js";
import { type ExportOptions, exportSnapshot } from "../../src/chain/store/export-snapshot.js";
import type { ValidationProgress } from "../../src/chain/sync/validate-chain.js";
import type { BlockHeader } from "../../src/chain/types/header.js";
import { messageCid } from "../../src/chain/types/signed-message.js";
import { type Cid, cidText, toCid } from "../../src/encoding/cid.js";
import { readActor } from "../../src/inspect/state/read-actor.js";
import { readCar } from "../../src/ipld/car/car.js";
import { writeCar } from "../../src/ipld/car/write.js";
import type { Message } from "../../src/message/message.js";
import { SingletonId } from "../../src/vm/state-tree/actor-state.js";
import { temporaryFolder } from "../support/chain-folder.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { executableLotusChains } from "../support/lotus-node.js";
import { fileOf } from "../support/lotus-recording.js";
import { skipLoudly } from "../support/skip.js";
import { fvm } from "./capture.js";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const built = new URL("../../dist/chain/index.js", import.meta.url).href;
const { ChainStore, validateStore } = (await import(built)) as typeof Built;
const SLOW = { timeout: 120_000 };

const chains = executableLotusChains();
if (chains.length === 0)
  skipLoudly("importing and validating chains of a Lotus node: they are not on this machine");

/** Imports a recording into a folder of its own. */
async function imported(name: string, file: string): Promise<string> {
  const data = join(temporaryFolder(), "data");
  const network = fileOf(name, "network.json");
  const { status, notes } = await fvm(
    "chain",
    "import",
    fileOf(name, file),
    "--data",
    data,
    "--network",
    network,
  );
  expect(status, notes).toBe(0);
  return data;
}

function validate(data: string, ...more: string[]) {
  const argv = [program, "chain", "validate", "--data", data, ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  return { status, answer: stdout.trimEnd(), notes: stderr };
}

function validated(data: string, ...more: string[]) {
  const { status, answer, notes } = validate(data, "--json", ...more);
  expect(status, notes).toBe(0);
  return JSON.parse(answer);
}

describe.each(chains)("the chain %s", (name) => {
  test("is valid, in this thread and in several", SLOW, async () => {
    const data = await imported(name, "full.car.zst");
    const result = validated(data, "--jobs", "2");
    expect(result).toMatchObject({ from: 0, ok: true });
    expect(result.remembered).toBe(0);
    expect(validated(data, "--again")).toEqual(result);
    // Counted, not executed; the head is.
    expect(validated(data)).toEqual({ ...result, remembered: result.tipsets - 1 });
  });
});

describe.skipIf(chains.length === 0)("a chain without states", () => {
  test("is executed from genesis, and goes on where it was interrupted", SLOW, async () => {
    const data = await imported("nv28", "snapshot.car.zst");
    const store = await ChainStore.open(data);
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = ({ tipsets }: ValidationProgress) => tipsets === 20 && controller.abort(reason);
    const running = validateStore(store, { signal: controller.signal, onProgress });
    await expect(running).rejects.toBe(reason);
    const [range] = store.validated;
    expect(range?.from).toBe(0);
    expect(range?.to).toBeGreaterThan(10);
    await store.close();
    const result = validated(data);
    expect(result).toMatchObject({ from: 0, to: 149, ok: true, tipsets: 126, messages: 415 });
    expect(validated(data)).toEqual({ ...result, remembered: 125 });
    const { answer } = validate(data);
    expect(answer).toBe(
      "epochs 0 to 149 are valid: 126 tipsets, 415 messages; 125 tipsets found right before (--again executes them)\n" +
        "not checked: winning PoSts",
    );
  });

  test("is validated in ranges", SLOW, async () => {
    const data = await imported("nv28", "snapshot.car.zst");
    expect(validated(data, "--to", "20")).toMatchObject({ from: 0, to: 20 });
    expect(validated(data, "--from", "10", "--to", "20")).toMatchObject({ from: 10, to: 20 });
    const refused = validate(data, "--from", "50", "--to", "60");
    expect(refused).toMatchObject({ status: 2, notes: expect.stringContaining("CHAIN_INCOMPLETE") });
    expect(validate(data, "--to", "5000").status).toBe(2);
    expect(validate(data, "--from", "x").status).toBe(2);
  });
});

const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("validating a wrong chain: the builtin actors are not on this machine");

/** Imports a snapshot of a chain into a folder of its own. @param lost a block that is not in it */
async function importedDevnet(devnet: DevnetChain, options: ExportOptions = {}, lost?: Cid): Promise<string> {
  const folder = temporaryFolder();
  const car = join(folder, "chain.car");
  const network = join(folder, "network.json");
  const data = join(folder, "data");
  writeFileSync(network, JSON.stringify(devnet.networkFile));
  await exportSnapshot(devnet.chain, devnet.head, car, options);
  if (lost !== undefined) {
    const { roots, blocks } = readCar(readFileSync(car));
    expect(blocks.some(({ cid }) => cid === lost)).toBe(true);
    writeFileSync(car, writeCar({ roots, blocks: blocks.filter(({ cid }) => cid !== lost) }));
  }
  const { status, notes } = await fvm("chain", "import", car, "--data", data, "--network", network);
  expect(status, notes).toBe(0);
  return data;
}

describe.skipIf(!isDevnet)("a snapshot without old messages", () => {
  test(
    "is validated from where states and messages are there; other beginnings are refused",
    SLOW,
    async () => {
      const devnet = await makeDevnet();
      const traffic = new DevnetTraffic(devnet, { seed: "a", messages: 4, mix: USUAL_MIX, nullRounds: 0 });
      const epochs: number[] = [];
      for (let i = 0; i < 8; i++) epochs.push((await traffic.mine()).epoch);
      const data = await importedDevnet(devnet, { states: 3, skipOldMessages: true });
      const { from } = validated(data);
      expect(epochs.indexOf(from)).toBeGreaterThan(3);
      for (const early of [epochs[0], epochs[2], from - 1]) {
        const { status, notes } = validate(data, "--from", `${early}`, "--again");
        expect(status).toBe(2);
        expect(notes).toContain(`CHAIN_INCOMPLETE { epoch: ${early}, missing: '`);
        expect(notes).toContain(`from: ${from}, remedy: `);
      }
    },
  );
});

describe.skipIf(!isDevnet)("a chain with a hole in the middle", () => {
  test.each([
    ["a message", "header or message", [], 5, messageOf],
    ["a part of the state", "block of a state", ["--from", "3"], 4, partOfState],
  ])(
    "%s that is lost is named, with the epoch and what to do",
    SLOW,
    async (_, missing, more, from, pick) => {
      const devnet = await makeDevnet();
      const traffic = new DevnetTraffic(devnet, { seed: "a", messages: 8, mix: USUAL_MIX, nullRounds: 0 });
      for (let i = 0; i < 6; i++) await traffic.mine();
      const tipset = (await devnet.chain.tipsetAt(3, devnet.head, "after")) as ChainTipset;
      const lost = await pick(devnet, tipset);
      const data = await importedDevnet(devnet, {}, lost);
      const { status, answer, notes } = validate(data, ...more);
      expect({ status, answer }).toEqual({ status: 2, answer: "" });
      expect(notes).toMatch(/^fvm: CHAIN_INCOMPLETE .*$/m);
      expect(notes).toContain(
        `{ epoch: 3, missing: '${missing}', cid: '${cidText(lost)}', from: ${from}, ` +
          `remedy: '--from ${from}, or fvm chain import FILE --data DIR of a snapshot that has it' }`,
      );
    },
  );

  async function messageOf(devnet: DevnetChain, tipset: ChainTipset): Promise<Cid> {
    const lists = await devnet.chain.messages(tipset);
    return messageCid(lists.flatMap(({ bls }) => bls)[0] as Message);
  }

  /** State of the cron actor: each tipset reads it, and none writes it again. */
  async function partOfState(devnet: DevnetChain, tipset: ChainTipset): Promise<Cid> {
    const at = { root: firstHeader(tipset).parentStateRoot, network: 28 };
    return (await readActor(devnet.blockstore, at, idAddress(SingletonId.Cron))).stateRoot;
  }
});

const ABSENT = toCid("bafy2bzacebc4qlgbcplb5e47o5gf6tvuv37iah2rz43ce3ixvsvo2ubzpizls");
describe.skipIf(!isDevnet)("roots that cannot be compared", () => {
  test.each<[string, (header: BlockHeader) => Partial<BlockHeader>, string, string]>([
    [
      "receipts that are none",
      ({ messages }) => ({ parentMessageReceipts: messages }),
      "RECEIPTS_ROOT",
      "is no list of receipts",
    ],
    [
      "receipts that are absent",
      () => ({ parentMessageReceipts: ABSENT }),
      "RECEIPTS_ROOT",
      "lacks the list of receipts",
    ],
    ["a state that is none", ({ messages }) => ({ parentStateRoot: messages }), "STATE_ROOT", "is no state"],
  ])("the difference of %s is told", SLOW, async (_, edit, code, hint) => {
    const devnet = await makeDevnet();
    await devnet.mine();
    const { epoch } = await devnet.mine({ edit: (header) => ({ ...header, ...edit(header) }) });
    const data = await importedDevnet(devnet);
    const { status, answer } = validate(data, "--json");
    expect(status).toBe(1);
    const { difference } = JSON.parse(answer);
    expect(difference).toMatchObject({ epoch, code, hints: [expect.stringContaining(hint)] });
    expect(difference).not.toHaveProperty("state");
    const text = validate(data);
    expect(text.answer).toContain(hint);
    expect(text.answer).not.toContain("state, from");
  });
});

describe.skipIf(!isDevnet)("a block without a winning PoSt", () => {
  test("is refused, although proofs are not checked", SLOW, async () => {
    const devnet = await makeDevnet();
    const { epoch } = await devnet.mine({ edit: (header) => ({ ...header, winPoStProof: [] }) });
    const data = await importedDevnet(devnet);
    const { status, answer } = validate(data);
    expect(status).toBe(1);
    expect(answer).toMatch(new RegExp(`^epoch ${epoch}: winning PoSt of t0\\d+ is missing`));
  });
});

describe.skipIf(!isDevnet)("a chain with a wrong block", () => {
  test("is valid up to there, and the block is named and explained", SLOW, async () => {
    const devnet = await makeDevnet();
    await devnet.mine();
    await devnet.mine();
    const before = firstHeader(devnet.head).parentStateRoot;
    const edit = (header: BlockHeader) => ({ ...header, parentStateRoot: before });
    const wrong = await devnet.mine({ edit });
    await devnet.mine();
    const data = await importedDevnet(devnet);
    const { status, answer } = validate(data, "--json");
    expect(status).toBe(1);
    const { difference, ...counts } = JSON.parse(answer);
    expect(counts).toMatchObject({ ok: false, tipsets: 2, messages: 0, from: 0 });
    expect(difference).toMatchObject({
      epoch: wrong.epoch,
      tipset: wrong.key.map(cidText),
      block: cidText(wrong.key[0] as Cid),
      code: "STATE_ROOT",
      details: { found: cidText(before) },
    });
    expect(difference.state.actors.map(({ id }: { id: string }) => id)).toContain("t02");
    expect(difference.changedBy.t02.join()).toContain("the reward of block");
    const few = validate(data, "--limit", "2");
    expect(few.status).toBe(1);
    expect(few.answer.match(/^ {4}t0\d+ \S+: changed$/gm)).toHaveLength(2);
    const left = difference.state.actors.length - 2;
    const rest = `^ {4}and ${left} more actors: [1-9] storageminer changed, 1 storagemarket changed$`;
    expect(few.answer).toMatch(new RegExp(rest, "m"));
    const text = validate(data);
    expect(text.status).toBe(1);
    expect(text.answer).toContain(`epoch ${wrong.epoch}: root of the parent's state is ${cidText(before)}`);
    expect(text.answer).toMatch(/t02 reward: changed/);
  });
});
