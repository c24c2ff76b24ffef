import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { type Address, blsAddress, idAddress } from "../../../src/address/address.js";
import { DRAND, MOCK_BEACON } from "../../../src/chain/networks/beacons.js";
import { SignatureBatch } from "../../../src/chain/signatures/batch.js";
import { mockEntry } from "../../../src/chain/signatures/beacon.js";
import { aggregateSignatures, SigningKey } from "../../../src/chain/signatures/keys.js";
import { drawElectionProof, drawTicket, signBlock, signMessage } from "../../../src/chain/signatures/sign.js";
import { verifyAggregate, verifyMessage, verifySignature } from "../../../src/chain/signatures/verify.js";
import type { Signature } from "../../../src/chain/types/signature.js";
import type { Message } from "../../../src/message/message.js";
import { native } from "../../../src/native/index.js";
import { plainHeader } from "../../support/plain-header.js";
import { plainMessage } from "../../support/plain-network.js";

/** More than one unit of work has. */
const MANY = 270;
const CHAIN_ID = 314;
const INVOKE_EVM = 3844450837;

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const text = (number: number) => Uint8Array.of(number, number >> 8, 7);
const keys = Array.from({ length: MANY }, (_, i) => SigningKey.fromSeed("bls", String(i)));
const keyAt = (i: number) => keys[i % keys.length] as SigningKey;

interface Case {
  readonly signature: Signature;
  readonly key: Address;
  readonly bytes: Uint8Array;
}

const bls = (data: Uint8Array): Signature => ({ type: "bls", data });

/** Signatures of all kinds and faults. */
function cases(): Case[] {
  const secp = SigningKey.fromSeed("secp256k1", "a");
  const good = keys.map((key, i) => ({ signature: key.sign(text(i)), key: key.address, bytes: text(i) }));
  const [one] = good as [Case];
  const IDENTITY = bls(Uint8Array.of(0xc0, ...new Uint8Array(95)));
  // Points whose x is a small number are hardly ever in the subgroup, if there are any.
  const strangers = Array.from({ length: 8 }, (_, x) => x + 1).flatMap((x) => [
    { ...one, signature: bls(Uint8Array.of(0x80, ...new Uint8Array(94), x)) },
    { ...one, key: blsAddress(Uint8Array.of(0x80, ...new Uint8Array(46), x)) },
  ]);
  return [
    ...good,
    { ...one, bytes: text(1) },
    { ...one, key: keyAt(1).address },
    { ...one, signature: keyAt(1).sign(text(0)) },
    { ...one, signature: IDENTITY },
    { ...one, key: blsAddress(Uint8Array.of(0xc0, ...new Uint8Array(47))) },
    { ...one, signature: bls(new Uint8Array(96)) },
    { ...one, signature: bls(one.signature.data.subarray(1)) },
    { ...one, signature: { ...one.signature, type: "secp256k1" } },
    ...strangers,
    { signature: secp.sign(text(1)), key: secp.address, bytes: text(1) },
    { signature: secp.sign(text(1)), key: secp.address, bytes: text(2) },
    { signature: { type: "secp256k1", data: new Uint8Array(65) }, key: secp.address, bytes: text(2) },
    { signature: keyAt(3).sign(new Uint8Array()), key: keyAt(3).address, bytes: new Uint8Array() },
    ...good.slice(0, 40),
    // One key for many: every seventh signature is wrong.
    ...Array.from({ length: 40 }, (_, i) => ({
      signature: keyAt(5).sign(text(i % 7 === 3 ? 0 : i + 100)),
      key: keyAt(5).address,
      bytes: text(i + 100),
    })),
  ];
}

/** The aggregate of so many messages. */
function aggregate(count: number, senderCount: number) {
  const senders = Array.from({ length: count }, (_, i) => keyAt(i % senderCount));
  const messages = senders.map(({ address }, nonce) =>
    plainMessage({ from: address, to: idAddress(1), nonce }),
  );
  const signatures = messages.map(
    (message, i) => signMessage(message, keyAt(i % senderCount), { chainId: CHAIN_ID }).signature,
  );
  return {
    signature: aggregateSignatures(signatures),
    messages,
    addresses: senders.map(({ address }) => address),
  };
}

describe("a batch", () => {
  test("says of each signature what the functions for one say", async () => {
    const batch = new SignatureBatch();
    const all = cases();
    for (const { signature, key, bytes } of all) batch.addSignature(signature, key, bytes);
    const outcomes = all.map(({ signature, key, bytes }) => verifySignature(signature, key, bytes));
    expect(outcomes.filter((isValid) => isValid).length).toBe(MANY + 2 + 40 + 34);
    expect(await batch.verify()).toEqual([...outcomes.keys()].filter((place) => !outcomes[place]));
  });

  test.each([
    [1, 1],
    [2, 2],
    [10, 3],
    [31, 31],
    [32, 32],
    [33, 33],
    [100, 9],
  ])("checks the aggregate of %i messages by %i senders", async (count, senderCount) => {
    const { signature, messages, addresses } = aggregate(count, senderCount);
    const foreign = addresses.with(-1, keyAt(senderCount).address);
    const malformed = addresses.with(0, blsAddress(new Uint8Array(48)));
    const repeated = messages.with(0, messages.at(-1) as Message);
    const inputs: Parameters<typeof verifyAggregate>[] = [
      [signature, messages, addresses],
      [signature, messages, foreign],
      [signature, messages, malformed],
      [signature, repeated, addresses],
      [bls(new Uint8Array(96)), messages, addresses],
      [keyAt(0).sign(text(1)), messages, addresses],
      [undefined, messages, addresses],
    ];
    const batch = new SignatureBatch();
    for (const input of inputs) batch.addAggregate(...input);
    batch.addAggregate(signature, [], []);
    const outcomes = inputs.map((input) => verifyAggregate(...input));
    expect(outcomes.slice(0, 2)).toEqual([true, false]);
    const failed = [...outcomes.keys()].filter((place) => !outcomes[place]);
    expect(await batch.verify()).toEqual(failed);
  });

  test("checks blocks that have messages in common", async () => {
    const { messages, addresses } = aggregate(40, 12);
    const signatures = messages.map(
      (message, i) => signMessage(message, keyAt(i % 12), { chainId: CHAIN_ID }).signature,
    );
    const block = (from: number, to: number) =>
      [
        aggregateSignatures(signatures.slice(from, to)),
        messages.slice(from, to),
        addresses.slice(from, to),
      ] as const;
    const [all, many, few] = [block(0, 40), block(5, 40), block(0, 7)];
    const batch = new SignatureBatch();
    for (const [, sent, senders] of [all, many, few]) {
      for (const [signature] of [all, many, few]) batch.addAggregate(signature, sent, senders);
    }
    expect(await batch.verify()).toEqual([1, 2, 3, 5, 6, 7]);
  });

  test("knows false signatures that make up for each other", async () => {
    const signatures = keys.slice(0, 2).map((key, i) => key.sign(text(i)));
    const [one, two] = signatures as [Signature, Signature];
    const sum = aggregateSignatures([one, two]);
    const batch = new SignatureBatch();
    // Their product is one, without random powers.
    batch.addSignature(sum, keyAt(0).address, text(0));
    batch.addSignature(bls(Uint8Array.of(0xc0, ...new Uint8Array(95))), keyAt(1).address, text(1));
    batch.addSignature(two, keyAt(0).address, text(0));
    batch.addSignature(one, keyAt(1).address, text(1));
    expect(await batch.verify()).toEqual([0, 1, 2, 3]);
  });

  test("checks messages of every kind", async () => {
    const batch = new SignatureBatch();
    const sent = (["bls", "secp256k1", "delegated"] as const).flatMap((type) => {
      const key = SigningKey.fromSeed(type, "sender");
      const message = plainMessage({ from: key.address, to: idAddress(1), method: INVOKE_EVM });
      const signed = signMessage(message, key, { chainId: CHAIN_ID });
      const altered = { ...signed, message: { ...message, nonce: 99 } };
      return [signed, altered].map((one) => ({ one, key: key.address }));
    });
    for (const { one, key } of sent) batch.addMessage(one, key, CHAIN_ID);
    expect(sent.map(({ one, key }) => verifyMessage(one, key, CHAIN_ID))).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(await batch.verify()).toEqual([1, 3, 5]);
  });

  test("checks blocks: signature, ticket, election proof", async () => {
    const beacon = { round: 3, data: Uint8Array.of(1) };
    const draw = { header: { miner: idAddress(1000), height: 7 }, beacon };
    const header = signBlock(
      plainHeader({
        ...draw.header,
        ticket: drawTicket(draw, text(2), keyAt(0)),
        electionProof: { winCount: 1, vrfProof: drawElectionProof(draw, keyAt(0)) },
      }),
      keyAt(0),
    );
    const batch = new SignatureBatch();
    for (const { address: worker } of [keyAt(0), keyAt(1)]) {
      batch.addBlock(header, worker);
      batch.addTicket({ header, worker, beacon }, text(2));
      batch.addElectionProof({ header, worker, beacon });
    }
    batch.addBlock({ ...header, blockSignature: undefined }, keyAt(0).address);
    expect(batch.addTicket({ header, worker: keyAt(0).address, beacon }, text(3))).toBe(7);
    expect(await batch.verify()).toEqual([3, 4, 5, 6, 7]);
  });

  test("copies what it is given", async () => {
    const signature = keyAt(0).sign(text(0));
    const bytes = text(0);
    const batch = new SignatureBatch();
    batch.addSignature(signature, keyAt(0).address, bytes);
    bytes.fill(9);
    signature.data.fill(9);
    expect(await batch.verify()).toEqual([]);
  });

  test("can be empty, and asked again", async () => {
    const batch = new SignatureBatch();
    expect(await batch.verify()).toEqual([]);
    batch.addSignature(keyAt(0).sign(text(0)), keyAt(0).address, text(1));
    const [first, again] = await Promise.all([batch.verify(), batch.verify()]);
    expect([first, again, batch.size]).toEqual([[0], [0], 1]);
  });

  test("refuses what is no signature when it is added", () => {
    const batch = new SignatureBatch();
    expect(() => batch.addSignature({ type: "bls" } as Signature, keyAt(0).address, text(0))).toThrow(
      "signature",
    );
    expect(() => batch.addMessage({} as never, keyAt(0).address, CHAIN_ID)).toThrow("INVALID_OPTION");
    expect(() => batch.addBlock(plainHeader(), "x" as Address)).toThrow("INVALID_ADDRESS");
    expect(() => batch.addBeaconEntry({ round: -1, data: text(0) }, text(0), MOCK_BEACON)).toThrow(
      "entry.round",
    );
    expect(batch.size).toBe(0);
  });
});

describe("entries of beacons", () => {
  const previous = hex(
    "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
  );
  const mainnet = {
    round: 72785,
    data: hex(
      "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
    ),
  };
  const quicknet = [
    {
      round: 2,
      data: hex(
        "b6b6a585449b66eb12e875b64fcbab3799861a00e4dbf092d99e969a5eac57dd3f798acf61e705fe4f093db926626807",
      ),
    },
    {
      round: 1000,
      data: hex(
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
      ),
    },
  ] as const;

  test("as drand has published them", async () => {
    const batch = new SignatureBatch();
    batch.addBeaconEntry(mainnet, previous, DRAND.mainnet);
    for (const entry of quicknet) batch.addBeaconEntry(entry, new Uint8Array(), DRAND.quicknet);
    // Unchained ones do not depend on the one before.
    batch.addBeaconEntry(quicknet[1], previous, DRAND.quicknet);
    expect(await batch.verify()).toEqual([]);
    // Everything else that is checked with them stays what it is.
    batch.addBeaconEntry(mainnet, mainnet.data, DRAND.mainnet);
    batch.addBeaconEntry({ ...mainnet, round: 72786 }, previous, DRAND.mainnet);
    batch.addBeaconEntry(mainnet, previous, DRAND.incentinet);
    batch.addBeaconEntry({ ...quicknet[0], round: 3 }, previous, DRAND.quicknet);
    batch.addBeaconEntry({ ...quicknet[0], data: quicknet[1].data }, previous, DRAND.quicknet);
    batch.addBeaconEntry(mainnet, previous, DRAND.quicknet);
    batch.addBeaconEntry({ round: 2, data: new Uint8Array(48) }, previous, DRAND.quicknet);
    batch.addSignature(keyAt(0).sign(text(0)), keyAt(0).address, text(0));
    expect(await batch.verify()).toEqual([4, 5, 6, 7, 8, 9, 10]);
  });

  test("of keys that are none are not the beacon's, and the others stay what they are", async () => {
    const [entry] = quicknet;
    const { quicknet: beacon } = DRAND;
    for (const publicKey of [new Uint8Array(96), beacon.publicKey.slice().fill(1, 10)]) {
      const batch = new SignatureBatch();
      batch.addBeaconEntry(entry, new Uint8Array(), { ...beacon, publicKey });
      expect(await batch.verify()).toEqual([0]);
      batch.addSignature(keyAt(0).sign(text(0)), keyAt(0).address, text(1));
      batch.addSignature(keyAt(0).sign(text(0)), keyAt(0).address, text(0));
      batch.addBeaconEntry(entry, new Uint8Array(), beacon);
      expect(await batch.verify()).toEqual([0, 1]);
    }
  });

  test("of the mock beacon", async () => {
    const batch = new SignatureBatch();
    batch.addBeaconEntry(mockEntry(101), previous, MOCK_BEACON);
    batch.addBeaconEntry({ ...mockEntry(101), round: 102 }, previous, MOCK_BEACON);
    expect(await batch.verify()).toEqual([1]);
  });
});

describe("the end of the waiting", () => {
  const large = () => {
    const batch = new SignatureBatch();
    const signature = keyAt(0).sign(text(0));
    for (let i = 0; i < 2000; i++) batch.addSignature(signature, keyAt(0).address, text(i));
    return batch;
  };

  test("comes with the signal's reason", async () => {
    const batch = large();
    await expect(batch.verify({ signal: AbortSignal.abort("before") })).rejects.toBe("before");
    const controller = new AbortController();
    const pending = batch.verify({ signal: controller.signal });
    setTimeout(() => controller.abort("meanwhile"), 5);
    await expect(pending).rejects.toBe("meanwhile");
    await expect(batch.verify({ signal: "now" as never })).rejects.toThrow("option: 'signal'");
  });

  const fixture = fileURLToPath(new URL("../fixtures/checking.mjs", import.meta.url));

  test("may be that of a worker", async () => {
    for (let i = 0; i < 4; i++) {
      const worker = new Worker(fixture);
      await new Promise((resolve) => worker.once("message", resolve));
      expect(await worker.terminate()).toBe(1);
    }
  });

  test("may be that of the process", () => {
    expect(spawnSync(process.execPath, [fixture, "exit"]).status).toBe(7);
  });
});

test("packed checks that are malformed are refused", () => {
  const [BLS, IN_G1, SECP] = [0, 1, 2];
  for (const bytes of [
    [BLS],
    [9, 1, 0, 0, 0],
    [BLS, 0, 0, 0, 0, ...new Uint8Array(96)],
    [SECP, 2, 0, 0, 0, ...new Uint8Array(200)],
    [IN_G1, 2, 0, 0, 0, ...new Uint8Array(400)],
    [BLS, 255, 255, 255, 255, ...new Uint8Array(96)],
    [BLS, 1, 0, 0, 0, ...new Uint8Array(96 + 48), 255, 255, 255, 255],
  ]) {
    expect(() => native.signatures(Uint8Array.from(bytes))).toThrow("packed checks");
  }
  expect(native.signatures(new Uint8Array()).verdicts()).toEqual(new Uint8Array());
});
