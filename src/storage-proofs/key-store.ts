import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HostFault } from "../errors.js";
import type { NativeProofKey } from "../native/addon.js";
import { native } from "../native/index.js";
import { codeOf } from "../util/node-error.js";
import type { AggregateParameters } from "../vm/proofs/packed-question.js";
import type { ProofCircuit, ProofFile, ProofParameters } from "./parameters.js";
import { pickPowers, powersFile, readPowers } from "./powers.js";
import { digestOf } from "./proof-files.js";

const BLAKE2B_512 = 64;
const DIGEST_BYTES = 16;

/** Keys of a folder, each read when it is first asked for. */
export class ProofKeys {
  private readonly kept = new Map<string, Promise<NativeProofKey>>();
  private powersKept: Promise<AggregateParameters> | undefined;

  constructor(
    private readonly folder: string,
    private readonly parameters: ProofParameters,
  ) {}

  /** @param size number of the sectors' size; throws `HostFault` PROOF_FILE_FAILED */
  key(circuit: ProofCircuit, size: number): Promise<NativeProofKey> {
    const file = this.parameters.keys[circuit][size];
    if (file === undefined) {
      throw new HostFault("BROKEN_INVARIANT", { text: `no ${circuit} key of size ${size}` });
    }
    const kept = this.kept.get(file.name) ?? this.read(file);
    this.kept.set(file.name, kept);
    // A file that is put right is read again.
    kept.catch(() => this.kept.delete(file.name));
    return kept;
  }

  /** Throws `HostFault` PROOF_FILE_FAILED. */
  powers(): Promise<AggregateParameters> {
    this.powersKept ??= this.readPowers();
    this.powersKept.catch(() => {
      this.powersKept = undefined;
    });
    return this.powersKept;
  }

  private async read(file: ProofFile): Promise<NativeProofKey> {
    try {
      const bytes = await readFile(join(this.folder, file.name));
      const digest = native.blake2b(bytes, BLAKE2B_512).subarray(0, DIGEST_BYTES);
      requireDigest(file, Buffer.from(digest).toString("hex"));
      return native.proofKey(bytes);
    } catch (cause) {
      throw this.failed(file, cause);
    }
  }

  /** Powers that were kept, else those of the whole file, which takes a second. */
  private async readPowers(): Promise<AggregateParameters> {
    const { powers } = this.parameters;
    try {
      return await readPowers(this.folder, powers);
    } catch (cause) {
      if (codeOf(cause) !== "ENOENT") throw this.failed({ ...powers, name: powersFile("", powers) }, cause);
    }
    try {
      const path = join(this.folder, powers.name);
      requireDigest(powers, await digestOf(path));
      return await pickPowers(path);
    } catch (cause) {
      throw this.failed(powers, cause);
    }
  }

  private failed({ name, cid }: ProofFile, cause: unknown): HostFault {
    const isMissing = codeOf(cause) === "ENOENT";
    const reason = isMissing
      ? "there is no such file"
      : cause instanceof Error
        ? cause.message
        : String(cause);
    const remedy = "get the file by its CID, and put it there with 'fvm proofs import FILE'";
    return new HostFault(
      "PROOF_FILE_FAILED",
      { file: name, cid, folder: this.folder, reason, remedy },
      { cause },
    );
  }
}

function requireDigest({ digest }: ProofFile, found: string): void {
  if (digest !== found) throw new Error(`its digest is ${found}, not ${digest}`);
}
