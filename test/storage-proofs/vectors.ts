/**
 * Simulated proofs, judged by the reference's crates: cases in JSON, and the keys for them, whose secrets everybody knows.
 * They are not in this repository; see docs/proofs.md for their form.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProofCircuit, ProofFile, ProofParameters } from "../../src/storage-proofs/parameters.js";
import { MAINNET_PROOFS } from "../../src/storage-proofs/parameters.js";
import type { StorageProofVerifier } from "../../src/storage-proofs/proof-verifier.js";
import { cacheFolder } from "../../src/util/cache-folder.js";
import type { Verdict } from "../../src/vm/proofs/verifier.js";

/** The folder with `simulated` and `keys`; undefined if this machine has none. */
export function proofVectors(): string | undefined {
  const folder = process.env.FVM_PROOF_VECTORS || join(cacheFolder() ?? "", "proof-vectors");
  return existsSync(join(folder, "simulated")) ? folder : undefined;
}

export interface ProofCase {
  readonly id: string;
  readonly kind: "seal" | "aggregate" | "windowPost" | "winningPost" | "update";
  readonly verdict: Verdict;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface RawCase extends Record<string, unknown> {
  readonly id: string;
  readonly kind: ProofCase["kind"];
  readonly verdict: Verdict;
  proof: string;
  sectors?: Record<string, string>[];
  readonly from?: string;
  readonly pick?: readonly number[];
  readonly set?: Readonly<Record<string, string>>;
  readonly proofLength?: number;
  readonly proofXor?: readonly (readonly [number, number])[];
}

/** All cases of a folder of vectors. */
export function proofCases(folder: string): ProofCase[] {
  const files = readdirSync(join(folder, "simulated")).sort();
  return files.flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(join(folder, "simulated", file), "utf8"));
    const byId = new Map<string, RawCase>();
    return (cases as RawCase[]).map((raw) => {
      const whole = raw.from === undefined ? raw : damaged(byId.get(raw.from), raw);
      byId.set(raw.id, whole);
      const { id, kind, verdict, ...fields } = whole;
      return { id, kind, verdict, fields: decoded(fields) as ProofCase["fields"] };
    });
  });
}

function damaged(from: RawCase | undefined, change: RawCase): RawCase {
  if (from === undefined) throw new Error(`${change.id} has no original`);
  const copy = structuredClone(from);
  if (change.pick) copy.sectors = change.pick.map((index) => ({ ...from.sectors?.[index] }));
  for (const [path, value] of Object.entries(change.set ?? {})) {
    const [field, index, inner] = path.split("/") as [string, string?, string?];
    if (index === undefined || inner === undefined) copy[field] = value;
    else Object.assign(copy.sectors?.[Number(index)] ?? {}, { [inner]: value });
  }
  let proof = Buffer.from(copy.proof, "hex");
  if (change.proofLength !== undefined) {
    const longer = Buffer.alloc(Math.max(change.proofLength, proof.length));
    proof.copy(longer);
    proof = longer.subarray(0, change.proofLength);
  }
  for (const [at, mask] of change.proofXor ?? []) proof[at] = (proof[at] ?? 0) ^ mask;
  copy.proof = proof.toString("hex");
  return { ...copy, id: change.id, kind: from.kind, verdict: change.verdict };
}

/** Bytes of hex, and numbers of 64 bits of text. */
function decoded(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => decoded(item));
  if (typeof value === "string") return name === "sectorNumber" ? u64(value) : Buffer.from(value, "hex");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item, key)]));
}

function u64(text: string): number | bigint {
  const value = BigInt(text);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Verdict of a verifier on a case. */
export async function verdictOn(
  verifier: StorageProofVerifier,
  { kind, fields }: ProofCase,
): Promise<Verdict> {
  // biome-ignore lint/suspicious/noExplicitAny: the fields are those of the verifier's types
  const proof = fields as any;
  switch (kind) {
    case "seal":
      return verifier.verifySeal(proof);
    case "aggregate":
      return verifier.verifyAggregate(proof);
    case "windowPost":
      return verifier.verifyWindowPost(proof);
    case "winningPost":
      return verifier.verifyWinningPost({ ...proof, ...proof.sectors[0] });
    case "update":
      return verifier.verifyUpdate(proof);
  }
}

/** Mainnet's names with digests of the files that are in a folder, which must be keys for tests. */
export function parametersOf(folder: string): ProofParameters {
  const digested = (file: ProofFile): ProofFile => {
    const path = join(folder, file.name);
    if (!existsSync(path)) return file;
    const digest = createHash("blake2b512").update(readFileSync(path)).digest("hex").slice(0, 32);
    return { ...file, digest };
  };
  const keys = Object.entries(MAINNET_PROOFS.keys).map(([circuit, files]) => [circuit, files.map(digested)]);
  return {
    keys: Object.fromEntries(keys) as Record<ProofCircuit, ProofFile[]>,
    powers: digested(MAINNET_PROOFS.powers),
  };
}
