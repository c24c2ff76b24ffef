import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ADDRESS_PROTOCOL, addressPayload, addressProtocol, idAddress } from "../../src/address/address.js";
import { firstHeader } from "../../src/chain/history/chain-tipset.js";
import { snapshotMetadataCodec } from "../../src/chain/types/snapshot-metadata.js";
import { cidText } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { varint } from "../../src/encoding/varint.js";
import { decodeCertificate } from "../../src/finality/certificate.js";
import { certificateJson } from "../../src/finality/json.js";
import { type PowerTable, powerTableCid, powerTableCodec } from "../../src/finality/power-table.js";
import { openSnapshotFinality } from "../../src/finality/snapshot.js";
import { powerTableOf } from "../../src/finality/state-table.js";
import { tipsetHeaders } from "../../src/finality/tipset.js";
import { CertificateChain, verifyCertificates } from "../../src/finality/verify.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { CborWriter, encodeCbor } from "../../src/ipld/cbor.js";
import { native } from "../../src/native/index.js";
import { concatBytes, latin1Bytes, NO_BYTES } from "../../src/util/bytes.js";
import { fvm } from "../cli/capture.js";
import { temporaryFile, temporaryFolder } from "../support/chain-folder.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { TestSigners } from "../support/finality.js";
import { skipLoudly } from "../support/skip.js";
import { SmallChain } from "../support/small-chain.js";

const chain = SmallChain.of(8);
const refused = (reason: string) => expect.objectContaining({ details: expect.objectContaining({ reason }) });

describe("a chain of certificates", () => {
  test("follows changes of the table", () => {
    const signers = new TestSigners(5);
    const trusted = signers.state;
    const newcomer = signers.join(7, 3n);
    const certificates = [
      signers.certify(chain.tipsets.slice(1, 3), [newcomer]),
      signers.certify(chain.tipsets.slice(3, 4), [{ participant: 1000, power: -5n, key: NO_BYTES }]),
      signers.certify([], [], [0]),
      signers.certify(chain.tipsets.slice(4)),
    ];
    const { finalized, nextInstance, table, base } = verifyCertificates(trusted, certificates);
    expect(finalized.map(tipsetHeaders)).toEqual(chain.tipsets.slice(2).map(({ key }) => key));
    expect({ nextInstance, table, base }).toEqual({
      nextInstance: 4,
      table: signers.table,
      base: finalized.at(-1),
    });
  });

  test("stays where it was when a certificate is refused", () => {
    const signers = new TestSigners(4);
    const follower = new CertificateChain(signers.state);
    const certificate = signers.certify(chain.tipsets.slice(1, 3));
    const before = follower.state;
    const wrong = certificate.slice();
    wrong[wrong.length - 2] = (wrong.at(-2) as number) ^ 1;
    expect(() => follower.append(wrong)).toThrow(refused("signature"));
    expect(follower.state).toBe(before);
    follower.append(certificate);
    expect(() => follower.append(certificate)).toThrow(refused("instance"));
  });

  test("takes no certificate of another network, or checked with another table", () => {
    const signers = new TestSigners(4);
    const { state } = signers;
    const certificate = signers.certify(chain.tipsets.slice(1, 3));
    const others = new TestSigners(4, "other").table;
    expect(() => verifyCertificates({ ...state, network: "other" }, [certificate])).toThrow(
      refused("signature"),
    );
    expect(() => verifyCertificates({ ...state, table: others }, [certificate])).toThrow(
      refused("signature"),
    );
    const few = new TestSigners(4).certify(chain.tipsets.slice(1, 3), [], [0, 1]);
    expect(() => verifyCertificates(state, [few])).toThrow(refused("quorum"));
  });

  test("refuses every change of a single byte", () => {
    const signers = new TestSigners(3);
    const { state } = signers;
    const certificate = signers.certify(chain.tipsets.slice(1, 3));
    for (let at = 0; at < certificate.length; at++) {
      const changed = certificate.slice();
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      expect(() => verifyCertificates(state, [changed]), `byte ${at}`).toThrow("INVALID_CERTIFICATE");
    }
  });
});

function snapshot(items: readonly Uint8Array[]): Uint8Array {
  const f3 = concatBytes(...items.flatMap((item) => [latin1Bytes(varint(item.length)), item]));
  const cid = native.cidOf(DAG_CBOR, f3);
  const metadata = encodeCbor(snapshotMetadataCodec, {
    version: 2,
    headTipsetKey: chain.head.key,
    f3Data: cid,
  });
  const root = native.cidOf(DAG_CBOR, metadata);
  return writeCar({
    roots: [root],
    blocks: [{ cid: root, data: metadata }, { cid, data: f3 }, ...chain.store],
  });
}

function snapshotHeader(first: number, last: number, table: PowerTable): Uint8Array {
  const writer = new CborWriter().array(4).u64(1).u64(first).u64(last);
  powerTableCodec.encode(table, writer);
  return writer.finish();
}

describe("certificates of a snapshot", () => {
  const signers = new TestSigners(4);
  const { table } = signers;
  const certificates = [1, 4].map((from) => signers.certify(chain.tipsets.slice(from, from + 3)));
  const car = snapshot([snapshotHeader(0, 1, table), ...certificates]);

  test("are read with the table of the first", async () => {
    const found = await openSnapshotFinality(temporaryFile("chain.car", car));
    expect(found).toMatchObject({ firstInstance: 0, latestInstance: 1, table });
    const read: Uint8Array[] = [];
    for await (const certificate of found?.certificates ?? []) read.push(certificate);
    expect(read).toEqual(certificates);
  });

  test("need not be there", async () => {
    expect(await openSnapshotFinality(temporaryFile("chain.car", chain.car()))).toBeUndefined();
  });

  test("end with an error if they are cut off", async () => {
    const cut = snapshot([snapshotHeader(0, 1, table)]).slice();
    expect(await openSnapshotFinality(temporaryFile("chain.car", cut))).toMatchObject({ table });
    const open = openSnapshotFinality(temporaryFile("chain.car", snapshot([Uint8Array.of(1)])));
    await expect(open).rejects.toMatchObject({ code: "INVALID_SNAPSHOT" });
  });

  test("are checked by the program", async () => {
    const file = temporaryFile("chain.car", car);
    const cid = ["--table-cid", cidText(powerTableCid(table))];
    const { status, answer } = await fvm("finality", "verify", file, "--network", "test", ...cid, "--json");
    expect({ status, ...JSON.parse(answer) }).toMatchObject({
      status: 0,
      certificates: 2,
      nextInstance: 2,
      finalized: 5,
      head: { epoch: chain.tipsets[6]?.epoch, key: chain.tipsets[6]?.key.map(cidText) },
    });
    expect(await fvm("finality", "verify", file, "--network", "test")).toMatchObject({
      status: 2,
      notes: expect.stringContaining("--table-cid CID is missing"),
    });
    expect(await fvm("finality", "verify", file, "--network", "mainnet")).toMatchObject({
      status: 2,
      notes: expect.stringContaining("the power table is"),
    });
  });

  test("are checked by the program as JSON and as blocks, with a table of one's own", async () => {
    const folder = temporaryFolder();
    const file = (name: string, data: string | Uint8Array) => {
      writeFileSync(join(folder, name), data);
      return join(folder, name);
    };
    const tableJson = table.map(({ participant, power, key }) => ({
      ID: participant,
      Power: `${power}`,
      PubKey: Buffer.from(key).toString("base64"),
    }));
    const options = ["--network", "test", "--table", file("table.json", JSON.stringify(tableJson))];
    const json = JSON.stringify(certificates.map((bytes) => certificateJson(decodeCertificate(bytes))));
    for (const input of [file("a.json", json), file("b.cbor", concatBytes(...certificates))]) {
      const { status, answer } = await fvm("finality", "verify", input, ...options);
      expect({ status, answer }).toEqual({
        status: 0,
        answer: expect.stringContaining("2, next is instance 2"),
      });
    }
    const broken = file("c.cbor", concatBytes(certificates[0] as Uint8Array, certificates[0] as Uint8Array));
    expect(await fvm("finality", "verify", broken, ...options)).toEqual({
      status: 1,
      answer: expect.stringMatching(
        /certificates +1, next[\s\S]*refused +instance 1, instance: it is of instance 0/,
      ),
      notes: "",
    });
  });
});

const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("power tables of states: the builtin actors are not on this machine");

describe.skipIf(!isDevnet)("the power table of a state", () => {
  let table: PowerTable;

  beforeAll(async () => {
    const { chain: made, head, networkFile } = await makeDevnet();
    const state = { root: firstHeader(head).parentStateRoot, network: 28 };
    const leastPower = BigInt((networkFile as { leastPower?: number }).leastPower ?? 2048);
    table = await powerTableOf(made.blockstore, state, { epoch: head.epoch, leastPower });
  });

  test("has the miners and their workers' keys in order", () => {
    expect(table.length).toBe(3);
    for (const [i, { participant, power, key }] of table.entries()) {
      expect(power).toBeGreaterThan(0n);
      expect(key.length).toBe(48);
      const before = table[i - 1];
      expect(before === undefined || before.power > power || before.participant < participant).toBe(true);
      expect(addressProtocol(idAddress(participant))).toBe(ADDRESS_PROTOCOL.ID);
      expect(addressPayload(idAddress(participant)).length).toBeGreaterThan(0);
    }
  });
});
