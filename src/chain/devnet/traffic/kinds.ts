import { WITHOUT_SEED } from "../commit-without-seed.js";
import type { Drafting } from "./draft.js";
import { callCounter, deployCounter } from "./evm/counting.js";
import { swapTokens, useToken } from "./evm/market.js";
import { askActors, giveMany, hashMuch } from "./evm/others.js";
import { useMultisig } from "./multisigs.js";
import { addBalance } from "./storage/add-balance.js";
import { announceSectors } from "./storage/announce.js";
import { commitSectors } from "./storage/commit.js";
import { allocate, verifyClient } from "./storage/data-cap.js";
import { declareFaults } from "./storage/faults.js";
import { proveSectors } from "./storage/prove.js";
import { publishDeals } from "./storage/publish-deals.js";
import { withdrawBalance } from "./storage/withdraw.js";
import { create, fail, send } from "./transfers.js";

/** A kind of messages. */
export interface Kind {
  readonly draft: Drafting;
  /** The first network version that has it. */
  readonly since?: number;
  /** Whether storage providers have part in it. */
  readonly storage?: true;
}

/** The first network version with contracts. */
const CONTRACTS = 18;
/** The first network version whose data cap can be allocated as it is now (FIP-0045). */
const DATA_CAP = 18;

/** The name of a kind of messages; `KINDS` says what each is. */
export type TrafficKind =
  | "send"
  | "create"
  | "deploy"
  | "call"
  | "token"
  | "swap"
  | "hash"
  | "ask"
  | "batch"
  | "multisig"
  | "announce"
  | "prove"
  | "commit"
  | "faults"
  | "withdraw"
  | "balance"
  | "deals"
  | "verify"
  | "allocate"
  | "fail";

/** Kinds of messages by name. The proofs of spacetime of storage providers are beside these: they are sent when due. */
export const KINDS: Readonly<Record<TrafficKind, Kind>> = {
  /** Value to somebody who is there. */
  send: { draft: send },
  /** Value to somebody new, who sends messages later. */
  create: { draft: create },
  /** A contract that counts. */
  deploy: { draft: deployCounter, since: CONTRACTS },
  /** A call of a contract that counts and logs. */
  call: { draft: callCounter, since: CONTRACTS },
  /** An ERC-20 token: transfer, approve, transferFrom. */
  token: { draft: useToken, since: CONTRACTS },
  /** A trade on a market of two tokens. */
  swap: { draft: swapTokens, since: CONTRACTS },
  /** A contract that computes and hashes. */
  hash: { draft: hashMuch, since: CONTRACTS },
  /** A contract that calls builtin actors. */
  ask: { draft: askActors, since: CONTRACTS },
  /** A contract that calls another one several times. */
  batch: { draft: giveMany, since: CONTRACTS },
  /** A multisig's creation, or a proposal, or an approval. */
  multisig: { draft: useMultisig },
  /** Sectors announced: PreCommitSectorBatch2. */
  announce: { draft: announceSectors, storage: true },
  /** Sectors proven: ProveCommitSectors3, or what came before it. */
  prove: { draft: proveSectors, storage: true },
  /** Sectors announced and proven in one: ProveCommitSectorsNI. */
  commit: { draft: commitSectors, storage: true, since: WITHOUT_SEED },
  /** Sectors declared faulty or recovered. */
  faults: { draft: declareFaults, storage: true },
  /** A miner's balance withdrawn. */
  withdraw: { draft: withdrawBalance, storage: true },
  /** Balance for deals. */
  balance: { draft: addBalance },
  /** Deals published. */
  deals: { draft: publishDeals, storage: true },
  /** A client verified. */
  verify: { draft: verifyClient },
  /** Data cap given to the verified registry for a provider's sector. */
  allocate: { draft: allocate, storage: true, since: DATA_CAP },
  /** A message that fails, or whose miner pays for it. */
  fail: { draft: fail },
};
