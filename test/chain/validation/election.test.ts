import { describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../../src/address/address.js";
import type { ChainTipset } from "../../../src/chain/history/chain-tipset.js";
import { CHAIN_NETWORKS } from "../../../src/chain/networks/networks.js";
import type { MinerStanding, NetworkPower, PowerClaim } from "../../../src/chain/rules/election-states.js";
import { winCount } from "../../../src/chain/rules/win-count.js";
import { checkElection } from "../../../src/chain/validation/election-checks.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { plainHeader } from "../../support/plain-header.js";

const MINER = idAddress(1000);
const WORKER = "\x03worker" as Address;
const LEAST = CHAIN_NETWORKS.mainnet.leastPower;
const EPOCH = 5_000_000;

/** Answers of the three states to an election's questions. */
interface Answers {
  readonly claim: PowerClaim | undefined;
  readonly standing: MinerStanding | undefined;
  readonly power: NetworkPower;
}

type StateName = "now" | "old" | "before";

const able: Answers = {
  claim: { raw: LEAST, qualityAdjusted: LEAST },
  standing: { workerAddress: idAddress(100), worker: WORKER, feeDebt: 0n, faultElapsed: -1 },
  power: { qualityAdjusted: 2n * LEAST, minersAboveLeast: 4 },
};

const stateAt = (name: StateName) => ({ root: name as string as Cid, network: 28 });

/** The election of a miner that is able to mine, but for these answers. */
async function election(answers: Partial<Record<StateName, Partial<Answers>>>, wins?: number) {
  const of = ({ root }: { readonly root: Cid }) => ({ ...able, ...answers[root as string as StateName] });
  const states = {
    claim: async (state: ReturnType<typeof stateAt>) => of(state).claim,
    miner: async (state: ReturnType<typeof stateAt>) => of(state),
    power: async (state: ReturnType<typeof stateAt>) => of(state).power,
  };
  const vrfProof = Uint8Array.of(1);
  const expected = winCount(vrfProof, LEAST, 2n * LEAST);
  const header = plainHeader({ miner: MINER, electionProof: { vrfProof, winCount: wins ?? expected } });
  const setting = {
    network: CHAIN_NETWORKS.mainnet,
    base: { epoch: EPOCH, key: [], headers: [] } satisfies ChainTipset,
    parentState: stateAt("now"),
    lookback: { state: stateAt("old"), before: stateAt("before") },
  };
  return checkElection(states, header, setting, undefined);
}

const standing = (changes: Partial<MinerStanding>) => ({
  standing: { ...(able.standing as MinerStanding), ...changes },
});
const few: NetworkPower = { ...able.power, minersAboveLeast: 3 };
const small: PowerClaim = { raw: LEAST - 1n, qualityAdjusted: LEAST };

describe("a miner", () => {
  test("may mine, and its worker signs", async () => {
    expect(await election({})).toEqual({ worker: WORKER });
  });
  test("may mine with less power than enough if few have that", async () => {
    expect(await election({ before: { claim: small, power: few } })).toEqual({ worker: WORKER });
  });
  test("may mine right after a punishment", async () => {
    expect(await election({ now: standing({ faultElapsed: EPOCH - 1 }) })).toEqual({ worker: WORKER });
  });

  test.each([
    ["MINER_UNKNOWN", "has no claim", { now: { claim: undefined } }],
    ["MINER_NOT_ELIGIBLE", "too little power", { before: { claim: small } }],
    ["MINER_NOT_ELIGIBLE", "too little power", { before: { claim: undefined } }],
    ["MINER_NOT_ELIGIBLE", "too little power", { before: { claim: { ...small, raw: 0n }, power: few } }],
    ["MINER_NOT_ELIGIBLE", "it has no power", { now: { claim: { raw: LEAST, qualityAdjusted: 0n } } }],
    ["MINER_NOT_ELIGIBLE", "owes 7 attoFIL", { now: standing({ feeDebt: 7n }) }],
    ["MINER_NOT_ELIGIBLE", `up to epoch ${EPOCH}`, { now: standing({ faultElapsed: EPOCH }) }],
    ["MINER_NOT_ELIGIBLE", "no storage miner", { now: { standing: undefined } }],
    ["MINER_NOT_ELIGIBLE", "no power or worker", { old: { claim: undefined } }],
    ["MINER_NOT_ELIGIBLE", "no power or worker", { old: standing({ worker: undefined }) }],
  ] as const)("is refused as %s: %s", async (code, text, answers) => {
    const { refusal } = await election(answers);
    expect(refusal?.code).toBe(code);
    expect(refusal?.text).toContain(text);
  });

  test("has won as often as its share of the power then says", async () => {
    const power = { ...able.power, qualityAdjusted: 1000n * LEAST };
    const expected = winCount(Uint8Array.of(1), LEAST, power.qualityAdjusted);
    const { refusal } = await election({ old: { power } }, 14);
    expect(refusal).toMatchObject({ code: "WIN_COUNT", details: { expected, found: 14 } });
    expect((await election({}, 14)).refusal).toMatchObject({ code: "WIN_COUNT", details: { found: 14 } });
  });
});
