import type { Address } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import type { Verdict } from "../../vm/proofs/verifier.js";
import { firstHeader } from "../history/chain-tipset.js";
import { lookbackEpoch } from "../history/lookback.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import type { ElectionStates } from "../rules/election-states.js";
import { weightAfter } from "../rules/weight.js";
import { type VrfInput, winningPostRandomness } from "../signatures/vrf.js";
import type { PoStProof } from "../types/header.js";
import { addBeaconEntries } from "./beacon-checks.js";
import { checkElection } from "./election-checks.js";
import type { PreparedBlock } from "./prepared-block.js";
import { type BlockRefusal, refusal } from "./refusal.js";
import type { Validation } from "./validation.js";

/** A winning PoSt to check, and what it depends on. */
export interface WinningPost {
  /** f0. */
  readonly miner: Address;
  readonly proofs: readonly PoStProof[];
  /** 32 bytes. */
  readonly randomness: Uint8Array;
  /** In which the miner's active sectors are, of which one is proved. */
  readonly state: StateAt;
  /** Network version of the parents' epoch: it says which kind of proof. */
  readonly networkVersion: number;
}

/** Checks a winning PoSt. */
export type WinningPostVerifier = (post: WinningPost) => Verdict | Promise<Verdict>;

/** Tools with which a block's mining is checked. */
export interface MiningRules {
  readonly network: ChainNetwork;
  readonly states: ElectionStates;
  /** Undefined: winning PoSts are not checked. */
  readonly verifyWinningPost: WinningPostVerifier | undefined;
}

/**
 * Why a block's miner could not make it: weight, election, beacon entries, winning PoSt. Adds the signatures of election
 * proof, ticket, beacon entries and block.
 */
export async function miningRefusal(
  rules: MiningRules,
  { prepared, facts, checks }: Validation,
  { cid: block, header }: PreparedBlock,
  signal: AbortSignal | undefined,
): Promise<BlockRefusal | undefined> {
  const { network, states } = rules;
  const { base, tipset } = prepared;
  const { lookback, parentState, beacon: previous } = facts;
  const { qualityAdjusted } = await states.power(parentState, signal);
  const expected = weightAfter(base.headers, qualityAdjusted);
  const { parentWeight: found } = header;
  if (found !== expected) return refusal("PARENT_WEIGHT", { expected, found });
  if (lookback === undefined) {
    return refusal("LOOKBACK", { epoch: lookbackEpoch(tipset.epoch), parent: base.epoch });
  }
  const setting = { network, base, parentState, lookback };
  const election = await checkElection(states, header, setting, signal);
  if (election.refusal !== undefined) return election.refusal;
  if (previous === undefined) return refusal("BEACON", { reason: "there is none to draw from" });
  const wrong = addBeaconEntries(checks, network, block, header, base.epoch, previous);
  if (wrong !== undefined) return wrong;
  const { worker } = election;
  const input = { header, worker, beacon: header.beaconEntries.at(-1) ?? previous };
  const name = { worker: formatAddress(worker, network.letter) };
  const refused = (code: "ELECTION_PROOF" | "TICKET" | "BLOCK_SIGNATURE") => () => ({
    block,
    refusal: refusal(code, name),
  });
  const { batch } = checks;
  checks.expect(batch.addElectionProof(input), refused("ELECTION_PROOF"));
  checks.expect(batch.addTicket(input, firstHeader(base).ticket), refused("TICKET"));
  checks.expect(batch.addBlock(header, worker), refused("BLOCK_SIGNATURE"));
  return winningPostRefusal(rules, input, lookback.state, networkVersionAt(network, base.epoch));
}

async function winningPostRefusal(
  { network, verifyWinningPost }: MiningRules,
  input: VrfInput,
  state: StateAt,
  networkVersion: number,
): Promise<BlockRefusal | undefined> {
  const { miner, winPoStProof: proofs } = input.header;
  if (proofs.length === 0) {
    return refusal("WINNING_POST", { miner: formatAddress(miner, network.letter), verdict: "missing" });
  }
  if (verifyWinningPost === undefined) return undefined;
  const randomness = winningPostRandomness(input);
  const verdict = await verifyWinningPost({ miner, proofs, randomness, state, networkVersion });
  if (verdict === "valid") return undefined;
  return refusal("WINNING_POST", { miner: formatAddress(miner, network.letter), verdict });
}
