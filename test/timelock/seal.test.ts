/** Sealed bytes, opened by us and by drand's own library. */
import { type ChainClient, defaultChainOptions } from "drand-client";
import { Buffer as TlockBuffer, timelockDecrypt, timelockEncrypt } from "tlock-js";
import { describe, expect, test, vi } from "vitest";
import { DRAND } from "../../src/chain/networks/beacons.js";
import { drandInfo } from "../../src/chain/networks/drand-info.js";
import { CHAIN_NETWORKS } from "../../src/chain/networks/networks.js";
import { OwnBeacon } from "../../src/chain/signatures/own-beacon.js";
import type { BeaconEntry } from "../../src/chain/types/header.js";
import { SHA2_256 } from "../../src/encoding/codecs.js";
import { native } from "../../src/native/index.js";
import { armor, lockRound, open, seal } from "../../src/timelock/index.js";
import { hex, hexBytes } from "../../src/util/bytes.js";

const own = OwnBeacon.fromSeed("time locks", {
  name: "test",
  blockDelay: 30,
  genesis: { timestamp: 1_700_000_000 },
});
const { beacon } = own;
const entryOf = (round: bigint) => own.entry(round);
const text = Buffer.from("nobody knows yet");
const sealed = await seal(text, { beacon, round: 1000 });
const armored = await armor(sealed);

/** The beacon, as drand's client knows it. */
const client: ChainClient = {
  options: { ...defaultChainOptions, disableBeaconVerification: false },
  latest: () => client.get(1),
  get: async (round) => {
    const { data } = own.entry(round);
    return { round, randomness: hex(native.hash(SHA2_256, data) as Uint8Array), signature: hex(data) };
  },
  chain: () => ({ baseUrl: "", info: async () => drandInfo(beacon) as never }),
};

async function reasonOf(opening: Promise<unknown>): Promise<unknown> {
  const error = await opening.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "INVALID_SEALED" });
  return (error as { details: { reason: string } }).details.reason;
}

test.each([0, 1, 100_000])("%d bytes come out as they went in", async (length) => {
  const content = Buffer.alloc(length, "x");
  const bytes = await seal(content, { beacon, round: 2n ** 60n });
  expect(Buffer.from(await open(bytes, { beacon, entryOf })).equals(content)).toBe(true);
});

describe("tlock-js", () => {
  // It says what it gets.
  vi.spyOn(console, "log").mockImplementation(() => undefined);

  test("opens what is sealed here", async () => {
    expect((await timelockDecrypt(armored, client)).toString()).toBe(text.toString());
  });

  test("seals what is opened here", async () => {
    const theirs = await timelockEncrypt(77, TlockBuffer.from(text), client);
    const opened = await open(Buffer.from(theirs), { beacon, entryOf });
    expect(Buffer.from(opened).toString()).toBe(text.toString());
  });
});

test("armored bytes are opened, too", async () => {
  expect(armored).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  expect(Buffer.from(await open(Buffer.from(armored), { beacon, entryOf })).equals(text)).toBe(true);
});

describe("what does not open says why", () => {
  const wrongEntries: readonly [string, (round: bigint) => BeaconEntry][] = [
    ["of another round", () => own.entry(999)],
    ["of another round, under its name", (round) => ({ ...own.entry(999), round })],
    ["of no point", (round) => ({ round, data: new Uint8Array(48) })],
    ["of the identity", (round) => ({ round, data: Uint8Array.of(0xc0, ...new Uint8Array(47)) })],
    ["of other length", (round) => ({ round, data: new Uint8Array(96) })],
  ];
  test.each(wrongEntries)("an entry %s", async (_, wrong) => {
    expect(await reasonOf(open(sealed, { beacon, entryOf: wrong }))).toMatch(
      /^the entry of round \d+ does not open it$/,
    );
  });

  test("another beacon", async () => {
    expect(await reasonOf(open(sealed, { beacon: DRAND.quicknet, entryOf }))).toBe(
      `it is sealed to the beacon ${hex(beacon.hash)}`,
    );
  });

  test("no entry yet: what its source throws", async () => {
    const early = new Error("too early");
    const opening = open(sealed, {
      beacon,
      entryOf: () => {
        throw early;
      },
    });
    await expect(opening).rejects.toBe(early);
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["junk", Buffer.from("junk")],
    ["half of an armor", Buffer.from(armored.slice(0, 200))],
    [
      "no round",
      Buffer.from(Buffer.from(sealed).toString("latin1").replace("tlock 1000", "tlock zero"), "latin1"),
    ],
    [
      "another recipient",
      Buffer.from(Buffer.from(sealed).toString("latin1").replace("tlock", "other"), "latin1"),
    ],
  ])("%s", async (_, bytes) => {
    expect(await reasonOf(open(bytes, { beacon, entryOf }))).not.toBe("");
  });

  test("each byte that differs", async () => {
    // One of each part: version, round, hash, point, masks, code, nonce, content.
    const places = [3, 30, 60, 120, 250, 290, sealed.length - 40, sealed.length - 1];
    for (const place of places) {
      const altered = sealed.slice();
      altered[place] = (altered[place] as number) ^ 1;
      await reasonOf(open(altered, { beacon, entryOf }));
    }
  });
});

test("an entry that quicknet has published opens what is sealed to its round, and nothing else", async () => {
  const entry = {
    round: 1000,
    data: hexBytes(
      "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    ),
  };
  const bytes = await seal(text, { beacon: DRAND.quicknet, round: 1000 });
  const opened = await open(bytes, { beacon: DRAND.quicknet, entryOf: () => entry });
  expect(Buffer.from(opened).equals(text)).toBe(true);
  const later = await seal(text, { beacon: DRAND.quicknet, round: 1001 });
  await reasonOf(open(later, { beacon: DRAND.quicknet, entryOf: () => entry }));
});

describe("the round of an epoch", () => {
  test("is the one that its blocks have to know", () => {
    expect(lockRound(CHAIN_NETWORKS.mainnet, 6_216_200)).toEqual({
      beacon: DRAND.quicknet,
      round: 30_663_002,
    });
  });

  test("of a chained beacon is no key", () => {
    expect(() => lockRound(CHAIN_NETWORKS.mainnet, 100_000)).toThrow(/the beacon of epoch 100000 is chained/);
  });

  test("of the mock is no key", () => {
    const mock = { ...CHAIN_NETWORKS.mainnet, beacons: [{ epoch: 0, beacon: { kind: "mock" } }] } as const;
    expect(() => lockRound(mock, 5)).toThrow(/anybody can make/);
  });
});
