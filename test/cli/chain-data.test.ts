/** Commands on the states and messages of a chain in a folder. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { formatAddress } from "../../src/address/text.js";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import type { DevnetChain } from "../../src/chain/devnet/devnet-chain.js";
import { DevnetTraffic } from "../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../src/chain/devnet/traffic/mix.js";
import { readReceipts } from "../../src/chain/execution/read-receipts.js";
import { type ChainTipset, firstHeader } from "../../src/chain/history/chain-tipset.js";
import { exportSnapshot } from "../../src/chain/store/export-snapshot.js";
import { encodeSignedMessage, signedMessageCid } from "../../src/chain/types/signed-message.js";
import { cidParts, cidText } from "../../src/encoding/cid.js";
import { encodeMessage } from "../../src/message/message.js";
import type { Receipt } from "../../src/message/receipt.js";
import { hex } from "../../src/util/bytes.js";
import { temporaryFolder } from "../support/chain-folder.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { skipLoudly } from "../support/skip.js";
import { fvm } from "./capture.js";

const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("states of a chain's folder: the builtin actors are not on this machine");

describe.skipIf(!isDevnet)("a chain in a folder", () => {
  let devnet: DevnetChain;
  let tipsets: ChainTipset[];
  let car: string;
  let network: string;
  let data: string[];

  beforeAll(async () => {
    devnet = await makeDevnet();
    const traffic = new DevnetTraffic(devnet, { seed: "d", messages: 9, mix: USUAL_MIX, nullRounds: 40 });
    tipsets = [devnet.head];
    for (let i = 0; i < 8; i++) tipsets.push(await traffic.mine());
    const folder = temporaryFolder();
    [car, network] = [join(folder, "chain.car"), join(folder, "network.json")];
    data = ["--data", join(folder, "data")];
    writeFileSync(network, JSON.stringify(devnet.networkFile));
    // The states of the first epochs are not in it.
    await exportSnapshot(devnet.chain, devnet.head, car, { states: devnet.head.epoch - epochOf(3) });
    expect(await fvm("chain", "import", car, ...data, "--network", network)).toMatchObject({ status: 0 });
  });
  // Each command is a process of its own, which finds nothing in memory.
  beforeEach(() => BlockCache.shared.clear());

  const epochOf = (index: number) => (tipsets.at(index) as ChainTipset).epoch;
  const rootOf = (index: number) => cidText(firstHeader(tipsets.at(index) as ChainTipset).parentStateRoot);
  const json = async (...args: string[]) => {
    const { status, answer, notes } = await fvm(...args, "--json");
    expect({ status, notes }).toEqual({ status: 0, notes: "" });
    return JSON.parse(answer);
  };

  test("tells of a tipset", async () => {
    const [tipset, next] = tipsets.slice(-3) as [ChainTipset, ChainTipset];
    const header = firstHeader(tipset);
    const info = await json("chain", "info", ...data, "--epoch", `${tipset.epoch}`);
    const lists = await devnet.chain.messages(tipset);
    expect(info).toEqual({
      epoch: tipset.epoch,
      time: new Date(Number(header.timestamp) * 1000).toISOString(),
      networkVersion: 28,
      blocks: tipset.key.map((cid, i) => ({
        cid: cidText(cid),
        miner: formatAddress(tipset.headers[i]?.miner as never, "t"),
        messages: (lists[i]?.bls.length ?? 0) + (lists[i]?.secp.length ?? 0),
      })),
      parents: header.parents.map(cidText),
      baseFee: `${header.parentBaseFee}`,
      weight: `${header.parentWeight}`,
      messages: expect.any(Number),
      stateRoot: cidText(header.parentStateRoot),
      receiptsRoot: cidText(header.parentMessageReceipts),
      hasState: true,
      after: {
        epoch: next.epoch,
        stateRoot: cidText(firstHeader(next).parentStateRoot),
        receiptsRoot: cidText(firstHeader(next).parentMessageReceipts),
      },
      isValidated: false,
    });
    const { answer } = await fvm("chain", "info", ...data, "--epoch", `${tipset.epoch}`);
    expect(answer).toContain(`state ${rootOf(-3)}, which is there`);
    expect(answer).toMatch(/^base fee +\d+ attoFIL$/m);
  });

  test("tells of null rounds, old states, the head and what comes after it", async () => {
    const index = tipsets.findIndex(({ epoch }, i) => i > 0 && epoch > epochOf(i - 1) + 1);
    expect(index).toBeGreaterThan(0);
    const nullRound = epochOf(index) - 1;
    const { answer } = await fvm("chain", "info", ...data, "--epoch", `${nullRound}`);
    expect(answer).toContain(`epoch ${epochOf(index - 1)}, `);
    expect(answer).toContain(`the last one before the null round of epoch ${nullRound}`);
    const old = await fvm("chain", "info", ...data, "--epoch", `${epochOf(2)}`);
    expect(old.answer).toContain(`state ${rootOf(2)}, which is not there`);
    const head = await fvm("chain", "info", ...data, "--epoch", `${epochOf(-1)}`);
    expect(head.answer).toContain("it is the head");
    expect(await fvm("chain", "info", ...data, "--epoch", `${epochOf(-1) + 1}`)).toMatchObject({ status: 2 });
  });

  test("has actors to look at, as a CAR file has", async () => {
    const files = ["--store", car];
    expect(await json("state", "get", "f05", ...data)).toEqual(
      await json("state", "get", rootOf(-1), "t05", ...files),
    );
    const epoch = ["--epoch", `${epochOf(-3)}`];
    expect(await json("state", "get", "f02", ...data, ...epoch)).toEqual(
      await json("state", "get", rootOf(-3), "t02", ...files),
    );
    expect(await json("state", "get", rootOf(-3), "f02", ...data)).toEqual(
      await json("state", "get", rootOf(-3), "t02", ...files),
    );
    const { answer } = await fvm("state", "list", ...data, ...epoch);
    const ofCar = await fvm("state", "list", rootOf(-3), ...files);
    expect(answer).toBe(ofCar.answer.replaceAll(/\bf(?=[0-4])/g, "t"));
  });

  test("has differences that its tipsets make", async () => {
    const roots = [rootOf(-3), rootOf(-2)];
    const expected = await json("state", "diff", ...roots, ...data);
    expect(await json("state", "diff", ...data, "--epoch", `${epochOf(-3)}`)).toEqual({
      epoch: `${epochOf(-3)}`,
      ...expected,
    });
    // The head's own are not known yet.
    expect(await json("state", "diff", ...data)).toMatchObject({ before: rootOf(-2), after: rootOf(-1) });
    expect(await fvm("state", "diff", ...data, "--epoch", `${epochOf(-1)}`)).toMatchObject({ status: 2 });
  });

  test("has messages that come out as in the chain, each first one of a tipset", async () => {
    let count = 0;
    for (const [i, tipset] of tipsets.slice(0, -1).entries()) {
      if (i < 4) continue;
      const { bls: [bare] = [], secp: [signed] = [] } = (await devnet.chain.messages(tipset))[0] ?? {};
      const encoded = bare === undefined ? signed && encodeSignedMessage(signed) : encodeMessage(bare);
      if (encoded === undefined) continue;
      const header = firstHeader(tipsets[i + 1] as ChainTipset);
      const [receipt] = await readReceipts(devnet.blockstore, header.parentMessageReceipts);
      const message = ["--message", hex(encoded)];
      const args = [...data, "--epoch", `${tipset.epoch}`, ...message];
      const { exitCode, gasUsed } = receipt as Receipt;
      const traced = await json("trace", ...args);
      expect(traced.receipt).toMatchObject({ exitCode, gasUsed });
      const { answer, status } = await fvm("simulate", ...args);
      expect(status).toBe(0);
      expect(answer).toContain(`${gasUsed.toLocaleString("en")} gas`);
      const gas = await json("gas", ...args);
      expect(gas.messages).toBe(1);
      count++;
    }
    expect(count).toBeGreaterThan(1);
  });

  test("has messages that are found by the hash of Ethereum's tools", async () => {
    let [transactions, others] = [0, 0];
    for (const tipset of tipsets.slice(4, -1)) {
      for (const signed of (await devnet.chain.messages(tipset)).flatMap(({ secp }) => secp)) {
        const cid = signedMessageCid(signed);
        const shown = await json("message", "show", cidText(cid), ...data);
        const hash = shown.ethereum?.hash ?? `0x${hex(cidParts(cid).digest)}`;
        if (shown.ethereum === undefined) others++;
        else transactions++;
        expect(await json("message", "show", hash, ...data)).toEqual(shown);
      }
      if (transactions > 0 && others > 0) break;
    }
    expect(Math.min(transactions, others)).toBeGreaterThan(0);
    const absent = await fvm("message", "show", `0x${"7".repeat(64)}`, ...data);
    expect(absent).toMatchObject({ status: 2, notes: expect.stringContaining("MESSAGE_NOT_FOUND") });
  });

  test.each<[name: string, args: string[], text: string]>([
    [
      "an epoch after the head",
      ["state", "get", "f05", "--epoch", "999"],
      "--epoch is 999, and the head's is ",
    ],
    [
      "an epoch beside a root",
      ["state", "list", "bafy2bzaceda5", "--epoch", "1"],
      "--epoch goes with --data, and",
    ],
    ["a network beside the chain's", ["state", "list", "--network", "28"], "--network goes with ROOT"],
    ["two stores", ["state", "list", "--store", "x.car"], "--data and --store: one of both"],
    ["no message", ["simulate"], "--message is missing"],
    [
      "a network",
      ["message", "show", `0x${"7".repeat(64)}`, "--network", "mainnet"],
      "--network goes with --store",
    ],
  ])("%s is named", async (_, args, text) => {
    const { status, notes } = await fvm(...args, ...data);
    expect({ status, notes }).toMatchObject({ status: 2, notes: expect.stringContaining(text) });
  });
});
