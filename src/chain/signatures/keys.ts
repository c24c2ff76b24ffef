import { type Address, blsAddress, secp256k1Address } from "../../address/address.js";
import { ethToFilecoin } from "../../builtin/evm/index.js";
import { FvmError } from "../../errors.js";
import { native } from "../../native/index.js";
import { concatBytes, joinBytes, ownBytes } from "../../util/bytes.js";
import { type Check, is, isArray, isBytes, oneOf } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { listOf } from "../types/shape.js";
import { isSignature, SIGNATURE_TYPES, type Signature, type SignatureType } from "../types/signature.js";
import { ethAddressOfKey, keccak } from "./eth-sender.js";

const DIGEST_BYTES = 32;

/** Differences between types of keys. Functions of secrets return nothing for what is no secret key. */
interface KeyScheme {
  fromSeed(seed: Uint8Array): Uint8Array | undefined;
  publicKey(secret: Uint8Array): Uint8Array | undefined;
  address(publicKey: Uint8Array): Address;
  sign(secret: Uint8Array, bytes: Uint8Array): Uint8Array | undefined;
}

const blake2b = (bytes: Uint8Array): Uint8Array => native.blake2b(bytes, DIGEST_BYTES);

const SCHEMES: Readonly<Record<SignatureType, KeyScheme>> = {
  bls: {
    fromSeed: (seed) => native.blsSecret(seed),
    publicKey: (secret) => native.blsPublicKey(secret),
    address: blsAddress,
    sign: (secret, bytes) => native.blsSign(secret, bytes),
  },
  secp256k1: {
    fromSeed: (seed) => seed,
    publicKey: (secret) => native.secpPublicKey(secret),
    address: secp256k1Address,
    sign: (secret, bytes) => native.secpSign(secret, blake2b(bytes)),
  },
  delegated: {
    fromSeed: (seed) => seed,
    publicKey: (secret) => native.secpPublicKey(secret),
    address: (publicKey) => ethToFilecoin(ethAddressOfKey(publicKey)),
    sign: (secret, bytes) => native.secpSign(secret, keccak(bytes)),
  },
};

const isType = oneOf(...Object.keys(SIGNATURE_TYPES));
// Whatever was given instead may be the secret in another form, so the error does not say what it is.
const isSecret: Check = (value) =>
  ownBytes(value)?.length === DIGEST_BYTES ? undefined : "it is not 32 bytes";
const isSeed: Check = (value) => (ownSeed(value) === undefined ? "it is neither bytes nor text" : undefined);
const isBlsSignature: Check = (value) => isSignature(value) ?? isBls(value);
const isBls = is(
  (value) => (value as Signature).type === "bls" && (value as Signature).data.length === 96,
  "a BLS signature of 96 bytes",
);

/**
 * A secret key, its address, and what it signs. For chains of one's own: the secret is in this process's memory.
 * Nothing shows it but `secret()`.
 */
export class SigningKey {
  readonly #secret: Uint8Array;

  private constructor(
    /** Kind of its signatures: `bls` (f3), `secp256k1` (f1) or `delegated` (f410, an Ethereum account's). */
    readonly type: SignatureType,
    secret: Uint8Array,
    /** 48 bytes of BLS, else 65. */
    readonly publicKey: Uint8Array,
    readonly address: Address,
  ) {
    this.#secret = secret;
  }

  /**
   * The key with a secret of 32 bytes: of BLS the low byte first, of the others the high one, as in Lotus's wallets
   * and those of Ethereum.
   *
   * @throws FvmError INVALID_OPTION if the secret is none
   */
  static fromSecret(type: SignatureType, secret: Uint8Array): SigningKey {
    checkOption("type", type, isType);
    checkOption("secret", secret, isSecret);
    const own = ownBytes(secret) as Uint8Array;
    const publicKey = SCHEMES[type].publicKey(own);
    if (publicKey === undefined) {
      throw new FvmError("INVALID_OPTION", { option: "secret", reason: `it is no secret key of ${type}` });
    }
    return new SigningKey(type, own, publicKey, SCHEMES[type].address(publicKey));
  }

  /**
   * A key that follows from a seed of any length, always the same. It is as secret as the seed. Throws `FvmError`
   * INVALID_OPTION.
   *
   * @param seed bytes, or text
   */
  static fromSeed(type: SignatureType, seed: Uint8Array | string): SigningKey {
    checkOption("type", type, isType);
    checkOption("seed", seed, isSeed);
    const digest = blake2b(concatBytes(Buffer.from(`${type} key:`), ownSeed(seed) as Uint8Array));
    return SigningKey.fromSecret(type, SCHEMES[type].fromSeed(digest) ?? digest);
  }

  /**
   * Signs bytes: by BLS, or the bytes' blake2b-256 by secp256k1, or their keccak-256 as Ethereum does. Messages and
   * blocks: `signMessage`, `signBlock`. Throws `FvmError` INVALID_OPTION.
   */
  sign(bytes: Uint8Array): Signature {
    checkOption("bytes", bytes, isBytes);
    const data = SCHEMES[this.type].sign(this.#secret, ownBytes(bytes) as Uint8Array);
    return { type: this.type, data: data as Uint8Array };
  }

  /** A copy of the secret, as `fromSecret` takes it. */
  secret(): Uint8Array {
    return this.#secret.slice();
  }
}

function ownSeed(seed: unknown): Uint8Array | undefined {
  return typeof seed === "string" ? Buffer.from(seed) : ownBytes(seed);
}

/**
 * One BLS signature of several, as blocks have it; of none, the identity. Throws `FvmError` INVALID_OPTION if one is no
 * BLS signature.
 */
export function aggregateSignatures(signatures: readonly Signature[]): Signature {
  checkOption("signatures", signatures, isArray);
  checkOption("signatures", signatures, listOf(isBlsSignature));
  const data = native.blsAggregate(joinBytes(signatures.map((signature) => signature.data)));
  if (data !== undefined) return { type: "bls", data };
  throw new FvmError("INVALID_OPTION", { option: "signatures", reason: "one is no point of the group" });
}
