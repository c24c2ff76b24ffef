import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import { throwIfAborted } from "../../util/abort.js";
import { isSignal, optional, within } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import type { Beacon } from "../networks/beacons.js";
import type { BeaconEntry, BlockHeader } from "../types/header.js";
import type { Signature } from "../types/signature.js";
import { messageCid, type SignedMessage } from "../types/signed-message.js";
import { beaconCheck } from "./beacon.js";
import { aggregateCheck, blockCheck, messageCheck, type SignatureCheck, signatureCheck } from "./check.js";
import { makeChecks, usualThreads, type Workers } from "./make-checks.js";
import { packedCheck } from "./packed-check.js";
import { electionCheck, ticketCheck, type VrfInput } from "./vrf.js";

/** Options of `SignatureBatch.verify`. */
export interface VerifyOptions {
  /** Ends the waiting. Threads then finish what they have begun, some ten milliseconds of work. */
  readonly signal?: AbortSignal;
  /** Threads of libuv's pool, at most. Default: half of it, or as many as there are cores. */
  readonly threads?: number;
}

/** Threads of libuv's pool, at most. */
const MOST_THREADS = 1024;

const VERIFY_CHECKS: Checks<VerifyOptions> = {
  signal: optional(isSignal),
  threads: optional(within(1, MOST_THREADS)),
};

/**
 * Signatures that are checked together, natively and on libuv's pool, so that this thread is free meanwhile. BLS
 * signatures share most of their work: each costs about half of what it costs alone.
 *
 * Each method adds one check, copies what it needs, and returns the check's place. Outcomes are those of the functions
 * that check one signature: `verifyMessage`, `verifyBlock`, `verifyAggregate`, `verifyTicket`, `verifyElectionProof`,
 * `verifySignature`. Equal checks are made once.
 */
export class SignatureBatch {
  /** The outcome of each check if that is plain, else the check as bytes. */
  readonly #checks: (boolean | Uint8Array)[] = [];

  /** Checks of several batches, as they are now, in this order. @internal */
  static joined(batches: readonly SignatureBatch[]): SignatureBatch {
    const all = new SignatureBatch();
    for (const batch of batches) for (const check of batch.#checks) all.#checks.push(check);
    return all;
  }

  /** Number of checks. */
  get size(): number {
    return this.#checks.length;
  }

  /** A message of its own signature. As `verifyMessage`. */
  addMessage(signed: SignedMessage, key: Address, chainId: U64): number {
    return this.#add(messageCheck(signed, key, chainId));
  }

  /** A block's aggregate. As `verifyAggregate`. @param cidOf CIDs of the messages. Default: they are computed */
  addAggregate(
    aggregate: Signature | undefined,
    messages: readonly Message[],
    keys: readonly Address[],
    cidOf: (message: Message) => Cid = messageCid,
  ): number {
    return this.#add(aggregateCheck(aggregate, messages, keys, cidOf));
  }

  /** A block's signature. As `verifyBlock`. */
  addBlock(header: BlockHeader, worker: Address): number {
    return this.#add(blockCheck(header, worker));
  }

  /** A block's ticket. As `verifyTicket`. */
  addTicket(input: VrfInput, parentTicket: Uint8Array | undefined): number {
    return this.#add(ticketCheck(input, parentTicket));
  }

  /** A block's election proof. As `verifyElectionProof`. */
  addElectionProof(input: VrfInput): number {
    return this.#add(electionCheck(input));
  }

  /**
   * A beacon's entry. Source: Lotus chain/beacon/drand/drand.go, `VerifyEntry`.
   *
   * @param previous data of the entry before it, which chained beacons sign
   * @throws FvmError INVALID_OPTION
   */
  addBeaconEntry(entry: BeaconEntry, previous: Uint8Array, beacon: Beacon): number {
    return this.#add(beaconCheck(entry, previous, beacon));
  }

  /** A signature of any bytes. As `verifySignature`. */
  addSignature(signature: Signature, key: Address, bytes: Uint8Array): number {
    return this.#add(signatureCheck(signature, key, bytes));
  }

  /**
   * The places of the checks that fail, in order; none if all signatures are valid. Checks that are added meanwhile
   * do not count.
   *
   * @throws FvmError INVALID_OPTION; HostFault NATIVE_FAILED; the signal's reason
   */
  async verify(options: VerifyOptions = {}): Promise<readonly number[]> {
    const { signal, threads = usualThreads() } = checkedOptions(options, VERIFY_CHECKS);
    return this.verifyBy({ pool: threads, here: false }, signal);
  }

  /** As `verify`. @internal */
  async verifyBy(workers: Workers, signal?: AbortSignal): Promise<readonly number[]> {
    throwIfAborted(signal);
    const checks = [...this.#checks];
    const open = checks.filter((check) => typeof check !== "boolean");
    const verdicts = open.length === 0 ? open.values() : (await makeChecks(open, workers, signal)).values();
    return checks.flatMap((check, place) => {
      const isValid = typeof check === "boolean" ? check : verdicts.next().value === 1;
      return isValid ? [] : [place];
    });
  }

  #add(check: SignatureCheck): number {
    return this.#checks.push(typeof check === "boolean" ? check : packedCheck(check)) - 1;
  }
}
