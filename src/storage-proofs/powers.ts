/**
 * Powers of two secret numbers in both groups, with which aggregates are made and checked. A verifier needs six of some
 * millions: those are kept in a file of their own. Source: crates bellperson 0.27 (`GenericSRS`), filecoin-proofs 19.1.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AggregateParameters } from "../vm/proofs/packed-question.js";
import type { ProofFile } from "./parameters.js";

/** Powers that the reference reads of each list. It is part of the consensus: larger aggregates are malformed. */
const MOST_POWERS = 2 ** 15 + 1;

const G1_BYTES = 48;
const G2_BYTES = 96;
/** Bytes of a list's length. */
const COUNT_BYTES = 4;

/** Powers of α in G1, of β in G1, of α in G2, of β in G2. */
const LISTS = [G1_BYTES, G1_BYTES, G2_BYTES, G2_BYTES] as const;

/** Part of a file that is kept. */
interface KeptPowers {
  /** Digest of the file that they are from. */
  readonly digest: string;
  readonly most: number;
  /** In hex. */
  readonly points: string;
}

/** Where the powers that a verifier needs are kept. */
export function powersFile(folder: string, { name }: ProofFile): string {
  return join(folder, `${name.replace(/\.srs$/, "")}.powers.json`);
}

/** Text to keep of a file with the right digest. Throws `Error` if it is no list of powers. */
export async function keptPowers(path: string, { digest }: ProofFile): Promise<string> {
  const { most, points } = await pickPowers(path);
  const kept = { digest, most, points: Buffer.from(points).toString("hex") };
  return `${JSON.stringify({ ...kept, checksum: checksum(kept) }, null, 2)}\n`;
}

/** Reads what is kept of a file. Throws `Error` if it is of another one, or damaged. */
export async function readPowers(folder: string, file: ProofFile): Promise<AggregateParameters> {
  const kept: Partial<KeptPowers> & { readonly checksum?: string } = Object(
    JSON.parse(await readFile(powersFile(folder, file), "utf8")),
  );
  const { digest, most = 0, points = "" } = kept;
  if (digest !== file.digest) throw new Error(`it is of a file with the digest ${digest}`);
  if (kept.checksum !== checksum({ digest, most, points })) throw new Error("its checksum is wrong");
  return { most, points: Buffer.from(points, "hex") };
}

/** SHA-256: what has the right one was written by `keptPowers`. */
function checksum({ digest, most, points }: KeptPowers): string {
  return createHash("sha256").update(`${digest} ${most} ${points}`).digest("hex");
}

/** Picks powers out of a file. Throws `Error` if it is no list of powers. */
export async function pickPowers(path: string): Promise<AggregateParameters> {
  const file = await open(path);
  try {
    const points: Uint8Array[] = [];
    let most = MOST_POWERS;
    let start = 0;
    for (const [list, bytes] of LISTS.entries()) {
      const count = (await readExactly(file, start, COUNT_BYTES)).readUInt32BE();
      most = Math.min(most, count);
      // The zeroth power of β is that of α.
      const skipped = list % 2;
      start += COUNT_BYTES;
      points.push(await readExactly(file, start + skipped * bytes, (2 - skipped) * bytes));
      start += count * bytes;
    }
    if ((await file.stat()).size !== start) throw new Error("its length does not fit its lists");
    return { most: Math.floor(most / 2), points: Buffer.concat(points) };
  } finally {
    await file.close();
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error("it ends early");
  return buffer;
}
