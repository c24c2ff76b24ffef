import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { ElectionStates, type PowerClaim } from "../../../src/chain/rules/election-states.js";
import { winCount } from "../../../src/chain/rules/win-count.js";
import { mockEntry } from "../../../src/chain/signatures/beacon.js";
import { drawElectionProof, drawTicket } from "../../../src/chain/signatures/sign.js";
import type { BeaconEntry, BlockHeader, ElectionProof } from "../../../src/chain/types/header.js";
import type { BlockRefusalCode } from "../../../src/chain/validation/refusal.js";
import { Ground } from "../../support/altered-blocks.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const isThere = devnetVersions([28]).length > 0;
if (!isThere) skipLoudly("blocks that break rules: the builtin actors are not on this machine");
const ground = isThere ? await Ground.make() : (undefined as never);

/** Fields that are signed again unless there are headers. */
type Altered = Partial<BlockHeader> | readonly BlockHeader[];
type Alter = (header: BlockHeader) => Altered | Promise<Altered>;

const ALTERED: readonly (readonly [BlockRefusalCode, string, Alter])[] = [
  ["BASE_FEE", "another base fee", (header) => ({ parentBaseFee: header.parentBaseFee + 1n })],
  ["BEACON", "no entries", () => ({ beaconEntries: [] })],
  [
    "BEACON",
    "an entry of another round",
    (header) => ({ beaconEntries: [...header.beaconEntries, mockEntry(1)] }),
  ],
  ["BEACON", "an entry that is not the beacon's", (header) => ({ beaconEntries: madeUp(header) })],
  [
    "BLOCK_SIGNATURE",
    "another's signature",
    (header) => [ground.altered(header, {}, ground.otherWorker(header))],
  ],
  ["BLS_AGGREGATE", "a short aggregate", () => ({ blsAggregate: { type: "bls", data: new Uint8Array(95) } })],
  ["DUPLICATE_MINER", "a second block", (header) => [header, ground.altered(header, { forkSignaling: 1 })]],
  [
    "ELECTION_PROOF",
    "the proof of another epoch",
    async (header) => ({ electionProof: await otherProof(header) }),
  ],
  ["LOOKBACK", "1,000 null rounds", (header) => later(header, 1000)],
  ["MALFORMED_MESSAGES", "no messages", (header) => ({ messages: header.parentStateRoot })],
  [
    "MINER_ADDRESS",
    "a key as miner",
    (header) => [ground.altered({ ...header, miner: keyOf(header) }, {}, by(header))],
  ],
  [
    "MINER_UNKNOWN",
    "an unknown miner",
    (header) => [ground.altered({ ...header, miner: idAddress(99) }, {}, by(header))],
  ],
  ["MISSING_FIELD", "no election proof", () => ({ electionProof: undefined })],
  ["MISSING_FIELD", "no aggregate", () => ({ blsAggregate: undefined })],
  ["MISSING_FIELD", "no signature", (header) => [{ ...header, blockSignature: undefined }]],
  ["NOT_AFTER_PARENT", "its parents' epoch", () => ({ height: ground.base.epoch })],
  ["PARENT_WEIGHT", "another weight", (header) => ({ parentWeight: header.parentWeight + 1n })],
  ["RECEIPTS_ROOT", "other receipts", (header) => ({ parentMessageReceipts: header.messages })],
  ["STATE_ROOT", "another state", (header) => ({ parentStateRoot: header.messages })],
  ["TICKET", "a ticket that follows from no other", (header) => ({ ticket: otherTicket(header) })],
  ["TIMESTAMP", "another time", (header) => ({ timestamp: Number(header.timestamp) + 1 })],
  ["WIN_COUNT", "more wins", (header) => ({ electionProof: withWins(header, 1) })],
  ["WIN_COUNT", "no wins", (header) => ({ electionProof: withWins(header, -100) })],
];

const by = (header: BlockHeader) => ground.workerOf(header);
const keyOf = (header: BlockHeader) => ground.workerOf(header).address;
const beaconOf = (header: BlockHeader) => header.beaconEntries.at(-1) as BeaconEntry;

function madeUp({ beaconEntries }: BlockHeader): BeaconEntry[] {
  return [
    ...beaconEntries.slice(0, -1),
    { ...(beaconEntries.at(-1) as BeaconEntry), data: new Uint8Array(32) },
  ];
}

function later(header: BlockHeader, epochs: number): Partial<BlockHeader> {
  return { height: Number(header.height) + epochs, timestamp: Number(header.timestamp) + 30 * epochs };
}

function withWins({ electionProof }: BlockHeader, more: number): ElectionProof {
  const { vrfProof, winCount: wins } = electionProof as ElectionProof;
  return { vrfProof, winCount: Number(wins) + more };
}

/** A proof that wins, though not this election. */
async function otherProof(header: BlockHeader): Promise<ElectionProof> {
  const { genesis, chain } = ground.devnet;
  const states = new ElectionStates(chain.blockstore, {});
  const at = { root: firstHeader(genesis).parentStateRoot, network: 28 };
  const power = (await states.claim(at, header.miner, undefined)) as PowerClaim;
  const total = await states.power(at, undefined);
  for (let height = 1; ; height++) {
    const draw = { header: { miner: header.miner, height }, beacon: beaconOf(header) };
    const vrfProof = drawElectionProof(draw, by(header));
    const wins = winCount(vrfProof, power.qualityAdjusted, total.qualityAdjusted);
    if (wins > 0 && height !== header.height) return { vrfProof, winCount: wins };
  }
}

function otherTicket(header: BlockHeader): Uint8Array {
  return drawTicket({ header, beacon: beaconOf(header) }, undefined, by(header));
}

describe.skipIf(!isThere)("a header", () => {
  test.each(ALTERED)("is refused as %s with %s", async (code, _, alter) => {
    const header = await ground.block();
    const made = await alter(header);
    const found = await ground.refusalOf(Array.isArray(made) ? made : ground.altered(header, made as object));
    expect(found?.code, found?.text).toBe(code);
    expect(found?.text).not.toContain("\n");
  });

  test("is refused if it comes from the future", async () => {
    const header = await ground.block();
    const before = (seconds: number) => ({ now: () => Number(header.timestamp) - seconds });
    expect(await ground.refusalOf(header, before(1))).toBeUndefined();
    expect((await ground.refusalOf(header, before(2)))?.code).toBe("FROM_THE_FUTURE");
  });
});
