/** A folder with keys of 2 KiB sectors that tests make proofs for, and such proofs with their inputs. */
import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAINNET_PROOFS } from "../../src/storage-proofs/parameters.js";
import type { UpdateProof, WindowPost, WinningPostProof } from "../../src/vm/proofs/verifier.js";
import { SimulatedKey } from "./simulated-keys.js";

const NODES = 64n;
const keys = {
  windowPost: new SimulatedKey("windowPost", 0, 22),
  winningPost: new SimulatedKey("winningPost", 0, 132),
  update: new SimulatedKey("update", 0, 4),
};

/** A new folder with the keys. */
export function sampleFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fvm-proofs-"));
  for (const key of Object.values(keys)) {
    writeFileSync(join(folder, MAINNET_PROOFS.keys[key.circuit][0]?.name ?? ""), key.file());
  }
  return folder;
}

export const randomness = commitment("randomness");

export function sampleUpdate(): UpdateProof {
  const commitments = {
    oldSealedCommitment: commitment("old"),
    newSealedCommitment: commitment("new"),
    newUnsealedCommitment: commitment("data"),
  };
  const { oldSealedCommitment, newSealedCommitment, newUnsealedCommitment } = commitments;
  const inputs = [1n, ...[oldSealedCommitment, newUnsealedCommitment, newSealedCommitment].map(number)];
  return { updateType: 0, ...commitments, proof: keys.update.proof(inputs, "update") };
}

/** A proof of two partitions: three sectors. */
export function sampleWindowPost(postType: 5 | 10): WindowPost {
  const sectors = [1, 2, 7].map((sectorNumber) => ({
    sectorNumber,
    sealedCommitment: commitment(`sector ${sectorNumber}`),
  }));
  const inputs = sectors.map(({ sectorNumber, sealedCommitment }, i) => {
    const first = postType === 5 ? 10 * i : 0;
    const challenges = Array.from({ length: 10 }, (_, q) => challenge(sectorNumber, first + q));
    return [number(sealedCommitment), ...challenges];
  });
  const [first = [], second = [], third = []] = inputs;
  const proofs = [
    keys.windowPost.proof([...first, ...second], "first"),
    keys.windowPost.proof([...third, ...third], "second"),
  ];
  return { postType, proverId: new Uint8Array(32), randomness, sectors, proof: Buffer.concat(proofs) };
}

export function sampleWinningPost(): WinningPostProof {
  const sectorNumber = 3;
  const sealedCommitment = commitment("winner");
  const inputs = winningInputs(randomness, BigInt(sectorNumber), sealedCommitment, NODES);
  const proof = keys.winningPost.proof(inputs, "winning");
  return { postType: 0, randomness, sectorNumber, sealedCommitment, proof };
}

/** @param nodes of 32 bytes in a sector */
export function winningInputs(
  drawn: Uint8Array,
  sectorNumber: bigint,
  sealed: Uint8Array,
  nodes: bigint,
): bigint[] {
  return Array.from({ length: 66 }, (_, c) => [
    number(sealed),
    challenge(sectorNumber, c, drawn, nodes),
  ]).flat();
}

function commitment(name: string): Uint8Array {
  const digest = createHash("sha256").update(name).digest();
  digest.writeUInt8((digest[31] ?? 0) & 0x3f, 31);
  return digest;
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function challenge(sectorNumber: number | bigint, c: number, drawn = randomness, nodes = NODES): bigint {
  const text = Buffer.alloc(16);
  text.writeBigUInt64LE(BigInt(sectorNumber));
  text.writeBigUInt64LE(BigInt(c), 8);
  return createHash("sha256").update(drawn).update(text).digest().readBigUInt64LE() % nodes;
}
