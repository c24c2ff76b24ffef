/** `fvm prove` on a chain's folder, and `fvm verify`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readBlocks } from "../../src/blockstore/access.js";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import { DevnetTraffic } from "../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../src/chain/devnet/traffic/mix.js";
import type { ChainTipset } from "../../src/chain/history/chain-tipset.js";
import { exportSnapshot } from "../../src/chain/store/export-snapshot.js";
import { readMessageCids } from "../../src/chain/types/message-meta.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { encodePowerTable } from "../../src/finality/power-table.js";
import { concatBytes } from "../../src/util/bytes.js";
import { fvm } from "../cli/capture.js";
import { temporaryFolder } from "../support/chain-folder.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { TestSigners } from "../support/finality.js";
import { skipLoudly } from "../support/skip.js";

const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("proofs of a chain's folder: the builtin actors are not on this machine");

describe.skipIf(!isDevnet)("proofs of a chain in a folder", () => {
  let tipsets: ChainTipset[];
  let message: string;
  let prove: string[];
  let trust: string[];
  let network: string;
  let out: string;

  beforeAll(async () => {
    const devnet = await makeDevnet();
    const traffic = new DevnetTraffic(devnet, { seed: "c", messages: 9, mix: USUAL_MIX, nullRounds: 20 });
    tipsets = [devnet.head];
    for (let i = 0; i < 6; i++) tipsets.push(await traffic.mine());
    const folder = temporaryFolder();
    const car = join(folder, "chain.car");
    network = join(folder, "network.json");
    out = join(folder, "bundle.car");
    const data = join(folder, "data");
    writeFileSync(network, JSON.stringify(devnet.networkFile));
    await exportSnapshot(devnet.chain, devnet.head, car, { states: devnet.head.epoch, receipts: true });
    expect(await fvm("chain", "import", car, "--data", data, "--network", network)).toMatchObject({
      status: 0,
    });
    const signers = new TestSigners(4);
    const [table, certificates] = [join(folder, "table.cbor"), join(folder, "certificates.cbor")];
    writeFileSync(table, encodePowerTable(signers.table));
    writeFileSync(certificates, concatBytes(signers.certify(tipsets.slice(3)), signers.certify([])));
    trust = ["--network", "test", "--table", table];
    prove = ["--data", data, "--certificates", certificates, "--out", out, ...trust];
    const headers = tipsets.slice(2, -1).flatMap((tipset) => tipset.headers);
    const cids = await readBlocks(devnet.blockstore, (blocks) =>
      headers.flatMap(({ messages }) => readMessageCids(blocks, messages).secp),
    );
    message = cidText(cids.at(-1) as Cid);
  });
  beforeEach(() => BlockCache.shared.clear());

  async function verified(...options: string[]) {
    const { status, answer, notes } = await fvm("verify", out, ...trust, ...options, "--json");
    return { status, notes, ...JSON.parse(answer) };
  }

  test("tell of states and messages", async () => {
    expect(await fvm("prove", "state", "f01", ...prove)).toMatchObject({ status: 0, notes: "" });
    expect(await verified()).toMatchObject({
      status: 0,
      claims: [{ kind: "actor", epoch: tipsets.at(-1)?.epoch, actor: { id: 1 } }],
    });
    for (const kind of ["message", "receipt"]) {
      expect(await fvm("prove", kind, message, ...prove)).toMatchObject({ status: 0, notes: "" });
      expect(await verified()).toMatchObject({ status: 0, claims: [{ kind, exitCode: expect.any(Number) }] });
    }
  });

  test("tell of executions, which are executed again", async () => {
    expect(await fvm("prove", "execution", ...prove)).toMatchObject({ status: 0, notes: "" });
    expect(await verified("--chain", network)).toMatchObject({ status: 0, claims: [{ kind: "execution" }] });
    expect(await verified()).toMatchObject({ status: 1, claims: [{ fault: { link: "execution" } }] });
  });

  test("end with a line if something is wrong", async () => {
    expect(await fvm("prove", "state", "f01", ...prove, "--epoch", "9999")).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/^fvm: NO_PROOF .*no certificate makes epoch 9999 final/),
    });
    await fvm("prove", "state", "f01", ...prove);
    const bytes = readFileSync(out);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    writeFileSync(out, bytes);
    expect(await fvm("verify", out, ...trust)).toMatchObject({
      status: 1,
      answer: expect.stringMatching(/^refused: INVALID_PROOF .*does not have its hash/),
    });
  });
});
