/**
 * Verifying keys whose secrets everybody knows: with those a proof for any inputs is four multiplications, so that tests
 * need neither circuits nor sealing. A verifier cannot tell.
 */
import { createHash } from "node:crypto";
import { SecretKey } from "@chainsafe/blst";
import { bls12_381 } from "@noble/curves/bls12-381.js";

const { Fr } = bls12_381.fields;
const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;

const CIRCUITS = { porep: "porep", windowPost: "window-post", winningPost: "winning-post", update: "update" };
export const SIZE_NAMES = ["2KiB", "8MiB", "512MiB", "32GiB", "64GiB"] as const;

/** Secrets of a circuit's key. */
export class SimulatedKey {
  constructor(
    readonly circuit: keyof typeof CIRCUITS,
    readonly size: number,
    readonly inputs: number,
  ) {}

  /** The file of the verifying key. */
  file(): Uint8Array {
    const [alpha, beta, gamma, delta] = this.secrets();
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.inputs + 1);
    const ic = Array.from({ length: this.inputs + 1 }, (_, i) => multipleOfG1(this.secret(`ic-${i}`)));
    return Buffer.concat([
      multipleOfG1(alpha),
      multipleOfG1(beta),
      G2.BASE.multiply(beta).toBytes(false),
      G2.BASE.multiply(gamma).toBytes(false),
      multipleOfG1(delta),
      G2.BASE.multiply(delta).toBytes(false),
      count,
      ...ic,
    ]);
  }

  /** A proof for these inputs: a·b = α·β + Σ inputᵢ·icᵢ·γ + c·δ. */
  proof(inputs: readonly bigint[], seed: string): Uint8Array {
    const [alpha, beta, gamma, delta] = this.secrets();
    const [a, b] = [scalar(`${seed}/a`), scalar(`${seed}/b`)];
    const sum = [1n, ...inputs].reduce(
      (before, input, i) => Fr.add(before, Fr.mul(Fr.create(input), this.secret(`ic-${i}`))),
      0n,
    );
    const left = Fr.sub(Fr.mul(a, b), Fr.mul(alpha, beta));
    const c = Fr.div(Fr.sub(left, Fr.mul(sum, gamma)), delta);
    return Buffer.concat([
      G1.BASE.multiply(a).toBytes(true),
      G2.BASE.multiply(b).toBytes(true),
      G1.BASE.multiply(c).toBytes(true),
    ]);
  }

  private secrets(): [alpha: bigint, beta: bigint, gamma: bigint, delta: bigint] {
    return [this.secret("alpha"), this.secret("beta"), this.secret("gamma"), this.secret("delta")];
  }

  private secret(name: string): bigint {
    return scalar(`${CIRCUITS[this.circuit]}/${SIZE_NAMES[this.size]}/${name}`);
  }
}

function scalar(name: string): bigint {
  const digest = createHash("sha256").update(`fvm-node simulated key/${name}`).digest();
  digest.writeUInt8((digest[31] ?? 0) & 0x3f, 31);
  return BigInt(`0x${digest.reverse().toString("hex")}`);
}

/** Natively: keys of window PoSts have 25,840 of them. */
function multipleOfG1(factor: bigint): Uint8Array {
  const bytes = Buffer.from(factor.toString(16).padStart(64, "0"), "hex");
  return SecretKey.fromBytes(bytes).toPublicKey().toBytes(false);
}
