import { type Cid, isCid } from "../../encoding/cid.js";
import { HostFault } from "../../errors.js";
import { asBytes, latin1, ownBytes } from "../../util/bytes.js";
import { isAmount128 } from "../../util/check.js";
import { kindOf } from "../../util/kind-of.js";
import { asI64, asU64 } from "../../util/u64.js";
import { promiseOf } from "../../util/waits.js";
import {
  type ConsensusFault,
  ConsensusFaultType,
  type Externs,
  type GuestEpoch,
  type KernelExterns,
  type SupplySource,
} from "./externs.js";
import { Pending } from "./pending.js";

const RANDOMNESS_BYTES = 32;

/**
 * The node's answers for syscalls that run synchronously: a late answer is kept, and given when the
 * syscall runs again.
 */
export class ReplayingExterns implements KernelExterns {
  private readonly answers = new Map<string, unknown>();

  constructor(
    private readonly externs: Externs,
    private readonly supply: SupplySource,
    private readonly epoch: number,
  ) {}

  getChainRandomness(epoch: GuestEpoch): Uint8Array | undefined {
    return this.ask(`chain randomness of epoch ${epoch}`, randomness, () =>
      this.externs.getChainRandomness(epoch),
    );
  }

  getBeaconRandomness(epoch: GuestEpoch): Uint8Array | undefined {
    return this.ask(`beacon randomness of epoch ${epoch}`, randomness, () =>
      this.externs.getBeaconRandomness(epoch),
    );
  }

  getTipsetCid(epoch: GuestEpoch): Cid | undefined {
    return this.ask(`tipset of epoch ${epoch}`, tipsetCid, () => this.externs.getTipsetCid(epoch));
  }

  verifyConsensusFault(
    header1: Uint8Array,
    header2: Uint8Array,
    extra: Uint8Array,
  ): ConsensusFault | undefined {
    // Lengths keep different splits of the same bytes apart. Copies: the arguments live in shared memory.
    const headers = [header1, header2, extra].map((header) => new Uint8Array(header));
    const question = `consensus fault ${headers.map((header) => `${header.length}:${latin1(header)}`).join("")}`;
    const [first, second, third] = headers as [Uint8Array, Uint8Array, Uint8Array];
    return this.ask(question, consensusFault, () => this.externs.verifyConsensusFault(first, second, third));
  }

  getCirculatingSupply(): bigint {
    const question = `circulating supply of epoch ${this.epoch}`;
    const supply = this.ask(question, amount, this.supply);
    if (supply === undefined) throw externFailed(question, { reason: "there is no answer" });
    this.answers.set(question, supply);
    return supply;
  }

  private ask<T>(question: string, read: Reader<T>, answer: () => Eventually<unknown>): T | undefined {
    if (this.answers.has(question)) return this.answers.get(question) as T | undefined;
    let given: Eventually<unknown>;
    let later: Promise<unknown> | undefined;
    try {
      given = answer();
      later = promiseOf(given);
    } catch (cause) {
      throw externFailed(question, { cause });
    }
    if (later === undefined) return checked(question, read, given);
    throw new Pending(
      later.then(
        (late) => void this.answers.set(question, checked(question, read, late)),
        (cause) => {
          throw externFailed(question, { cause });
        },
      ),
    );
  }
}

type Eventually<T> = T | Promise<T>;
/** An answer as we need it, and as nobody else can change it; undefined if it is of another kind. */
type Reader<T> = (answer: unknown) => T | undefined;

const randomness: Reader<Uint8Array> = (answer) => {
  const bytes = ownBytes(answer);
  return bytes?.length === RANDOMNESS_BYTES ? bytes : undefined;
};

const tipsetCid: Reader<Cid> = (answer) => (isCid(answer) ? answer : undefined);

const amount: Reader<bigint> = (answer) =>
  isAmount128(answer) === undefined ? (answer as bigint) : undefined;

const FAULT_TYPES: ReadonlySet<unknown> = new Set(Object.values(ConsensusFaultType));

const consensusFault: Reader<ConsensusFault> = (answer) => {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { target, epoch, type } = answer as Partial<ConsensusFault>;
  const known = { target: asU64(target), epoch: asI64(epoch) };
  if (known.target === undefined || known.epoch === undefined || !FAULT_TYPES.has(type)) return undefined;
  return { target: known.target, epoch: known.epoch, type: type as ConsensusFaultType };
};

/** "No" is an answer that every node gives. */
function checked<T>(question: string, read: Reader<T>, answer: unknown): T | undefined {
  if (answer === undefined || answer === null) return undefined;
  let known: T | undefined;
  try {
    known = read(answer);
  } catch (cause) {
    throw externFailed(question, { cause });
  }
  if (known !== undefined) return known;
  const bytes = asBytes(answer);
  const told = bytes === undefined ? kindOf(answer) : `${bytes.length} bytes`;
  throw externFailed(question, { reason: `the answer is of the wrong kind: ${told}` });
}

function externFailed(question: string, why: { cause: unknown } | { reason: string }): HostFault {
  const details = { question: question.slice(0, 80), ...("reason" in why && { reason: why.reason }) };
  return new HostFault("EXTERN_FAILED", details, "cause" in why ? { cause: why.cause } : {});
}
