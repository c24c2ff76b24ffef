/**
 * Groth16 proofs over BLS12-381, one per partition, each of three compressed points: in G1, G2 and G1.
 * Source: crate bellperson 0.27, `Proof::read_many`.
 */
const PROOF_BYTES = 192;
/** Where coordinates start, 48 bytes each; those with flags in their top bits first. */
const FLAGGED = [0, 48, 144];
const COORDINATES = [...FLAGGED, 96];
const COMPRESSED = 0x80;
const INFINITY = 0x40;
const FLAGS = 0xe0;

/** The prime that coordinates are below. */
const PRIME = Buffer.from(
  "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
  "hex",
);

/**
 * Whether bytes have the form of so many proofs. Whoever verifies them still has to find out whether the
 * points are on their curves.
 */
export function hasGroth16Form(bytes: Uint8Array, proofs: number): boolean {
  if (bytes.length !== proofs * PROOF_BYTES) return false;
  for (let start = 0; start < bytes.length; start += PROOF_BYTES) {
    if (!isProofForm(bytes.subarray(start, start + PROOF_BYTES))) return false;
  }
  return true;
}

function isProofForm(proof: Uint8Array): boolean {
  const plain = Buffer.from(proof);
  for (const at of FLAGGED) {
    const first = proof[at] ?? 0;
    // The reference refuses points at infinity.
    if ((first & COMPRESSED) === 0 || (first & INFINITY) !== 0) return false;
    plain[at] = first & ~FLAGS;
  }
  return COORDINATES.every((at) => Buffer.compare(plain.subarray(at, at + PRIME.length), PRIME) < 0);
}
