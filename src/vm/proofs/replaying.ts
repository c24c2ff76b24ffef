import { HostFault } from "../../errors.js";
import { native } from "../../native/index.js";
import { latin1 } from "../../util/bytes.js";
import { kindOf } from "../../util/kind-of.js";
import { promiseOf } from "../../util/waits.js";
import { Pending } from "../externs/pending.js";
import { type ProofQuestion, packedQuestion } from "./packed-question.js";
import type {
  AggregateProof,
  ProofVerifier,
  SealProof,
  UpdateProof,
  Verdict,
  WindowPost,
} from "./verifier.js";

/** Verdicts as syscall handlers get them: at once, or `Pending` is thrown and the syscall runs again later. */
export interface KernelProofs {
  /** A verdict for each; late ones are all waited for at the same time. */
  verifySeals(proofs: readonly SealProof[]): readonly Verdict[];
  verifyAggregate(proof: AggregateProof): Verdict;
  verifyWindowPost(proof: WindowPost): Verdict;
  verifyUpdate(proof: UpdateProof): Verdict;
}

const VERDICTS: ReadonlySet<unknown> = new Set<Verdict>(["valid", "invalid", "malformed"]);
/** Questions as errors name them. */
const NAMES = {
  seal: "proof of a seal",
  aggregate: "aggregated proof",
  windowPost: "window PoSt",
  update: "proof of an update",
} as const;

type KernelQuestion = Exclude<ProofQuestion, { kind: "winningPost" }>;

/**
 * The node's verifier for syscalls that run synchronously: a late verdict is kept, and given when the syscall runs
 * again. What is no verdict must not count as one: failures and answers of the wrong kind are `HostFault`.
 */
export class ReplayingProofs implements KernelProofs {
  /** Late verdicts, by digest of the question. */
  private readonly late = new Map<string, Verdict>();

  constructor(private readonly verifier: ProofVerifier) {}

  verifySeals(proofs: readonly SealProof[]): readonly Verdict[] {
    const answers = proofs.map((proof) => this.ask({ kind: "seal", proof }));
    const pending = answers.filter((answer) => answer instanceof Promise);
    if (pending.length === 0) return answers as readonly Verdict[];
    throw new Pending(Promise.all(pending).then(() => undefined));
  }

  verifyAggregate(proof: AggregateProof): Verdict {
    return this.one({ kind: "aggregate", proof });
  }

  verifyWindowPost(proof: WindowPost): Verdict {
    return this.one({ kind: "windowPost", proof });
  }

  verifyUpdate(proof: UpdateProof): Verdict {
    return this.one({ kind: "update", proof });
  }

  private one(question: KernelQuestion): Verdict {
    const answer = this.ask(question);
    if (answer instanceof Promise) throw new Pending(answer);
    return answer;
  }

  /** The verdict, or the promise of the moment at which it is kept. */
  private ask(question: KernelQuestion): Verdict | Promise<void> {
    const kept = this.late.size === 0 ? undefined : this.late.get(digest(question));
    if (kept !== undefined) return kept;
    let answer: Verdict | Promise<Verdict>;
    let later: Promise<Verdict> | undefined;
    try {
      answer = verdictOf(this.verifier, question);
      later = promiseOf(answer);
    } catch (cause) {
      throw failed(question, cause);
    }
    if (later === undefined) return checked(question, answer);
    const key = digest(question);
    return later.then(
      (verdict) => void this.late.set(key, checked(question, verdict)),
      (cause) => {
        throw failed(question, cause);
      },
    );
  }
}

function verdictOf(verifier: ProofVerifier, question: KernelQuestion): Verdict | Promise<Verdict> {
  switch (question.kind) {
    case "seal":
      return verifier.verifySeal(question.proof);
    case "aggregate":
      return verifier.verifyAggregate(question.proof);
    case "windowPost":
      return verifier.verifyWindowPost(question.proof);
    case "update":
      return verifier.verifyUpdate(question.proof);
  }
}

const BLAKE2B_256 = 32;

function digest(question: ProofQuestion): string {
  return latin1(native.blake2b(packedQuestion(question), BLAKE2B_256));
}

function checked({ kind }: KernelQuestion, verdict: unknown): Verdict {
  if (VERDICTS.has(verdict)) return verdict as Verdict;
  const told = typeof verdict === "string" ? `"${verdict}"` : kindOf(verdict);
  throw new HostFault("EXTERN_FAILED", { question: NAMES[kind], reason: `${told} is no verdict` });
}

function failed({ kind }: KernelQuestion, cause: unknown): HostFault {
  if (cause instanceof HostFault) return cause;
  return new HostFault("EXTERN_FAILED", { question: NAMES[kind] }, { cause });
}
