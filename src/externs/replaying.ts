import { HostFault } from "../errors.js";
import type { Cid } from "../ipld/cid.js";
import { latin1 } from "../util/bytes.js";
import type { ConsensusFault, Externs, GuestEpoch, KernelExterns } from "./externs.js";
import { Pending } from "./pending.js";

const RANDOMNESS_BYTES = 32;

/**
 * The node's answers for syscalls that run synchronously: a late answer is kept, and given when the
 * syscall runs again.
 */
export class ReplayingExterns implements KernelExterns {
  private readonly answers = new Map<string, unknown>();

  constructor(private readonly externs: Externs) {}

  getChainRandomness(epoch: GuestEpoch): Uint8Array | undefined {
    const question = `chain randomness of epoch ${epoch}`;
    return randomness(
      question,
      this.ask(question, () => this.externs.getChainRandomness(epoch)),
    );
  }

  getBeaconRandomness(epoch: GuestEpoch): Uint8Array | undefined {
    const question = `beacon randomness of epoch ${epoch}`;
    return randomness(
      question,
      this.ask(question, () => this.externs.getBeaconRandomness(epoch)),
    );
  }

  getTipsetCid(epoch: GuestEpoch): Cid | undefined {
    return this.ask(`tipset of epoch ${epoch}`, () => this.externs.getTipsetCid(epoch));
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
    return this.ask(question, () => this.externs.verifyConsensusFault(first, second, third));
  }

  private ask<T>(question: string, answer: () => T | Promise<T>): T {
    if (this.answers.has(question)) return this.answers.get(question) as T;
    let given: T | Promise<T>;
    try {
      given = answer();
    } catch (cause) {
      throw externFailed(question, cause);
    }
    if (!isPromise(given)) return given;
    throw new Pending(
      given.then(
        (late) => void this.answers.set(question, late),
        (cause) => {
          throw externFailed(question, cause);
        },
      ),
    );
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}

function randomness(question: string, answer: Uint8Array | undefined): Uint8Array | undefined {
  if (answer === undefined || answer.length === RANDOMNESS_BYTES) return answer;
  throw externFailed(question, new TypeError(`randomness of ${answer.length} bytes`));
}

function externFailed(question: string, cause: unknown): HostFault {
  return new HostFault("EXTERN_FAILED", { question: question.slice(0, 80) }, { cause });
}
