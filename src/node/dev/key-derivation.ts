import { createHmac, pbkdf2Sync } from "node:crypto";
import { FvmError } from "../../errors.js";
import { native } from "../../native/index.js";
import { concatBytes, hex, hexBytes } from "../../util/bytes.js";

/** A key from which others are derived (BIP-32): its secret and its chain code. */
export interface ParentKey {
  readonly secret: Uint8Array;
  readonly chainCode: Uint8Array;
}

/** Number of points of secp256k1. */
const ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;
const HARDENED = 0x8000_0000;
const SEED_ROUNDS = 2048;
const SEED_BYTES = 64;

/** The first key of a mnemonic without a password (BIP-39, BIP-32). Whether its words are a mnemonic is not checked. */
export function masterKey(mnemonic: string): ParentKey {
  const seed = pbkdf2Sync(mnemonic.normalize("NFKD"), "mnemonic", SEED_ROUNDS, SEED_BYTES, "sha512");
  return halves(hmac("Bitcoin seed", seed));
}

/**
 * The key at the end of a path such as `m/44'/60'/0'/0/1`. Here instead of by a library because a node is to begin at
 * once: the native curve takes a hundredth of the time.
 *
 * @throws FvmError INVALID_OPTION if it is no path
 */
export function deriveKey(from: ParentKey, path: string): ParentKey {
  if (!/^m(\/\d{1,10}'?)*$/.test(path)) {
    throw new FvmError("INVALID_OPTION", {
      option: "path",
      reason: `${path} is none, such as m/44'/60'/0'/0`,
    });
  }
  const steps = path.split("/").slice(1);
  return steps.reduce((key, step) => childKey(key, Number.parseInt(step, 10), step.endsWith("'")), from);
}

function childKey({ secret, chainCode }: ParentKey, number: number, isHardened: boolean): ParentKey {
  const index = Buffer.alloc(4);
  index.writeUInt32BE(isHardened ? number + HARDENED : number);
  const parent = isHardened ? concatBytes(Uint8Array.of(0), secret) : compressed(secret);
  const half = halves(hmac(chainCode, concatBytes(parent, index)));
  const sum = (integer(half.secret) + integer(secret)) % ORDER;
  return { secret: hexBytes(sum.toString(16).padStart(64, "0")), chainCode: half.chainCode };
}

/** The public key with the parity of y instead of y. */
function compressed(secret: Uint8Array): Uint8Array {
  const key = native.secpPublicKey(secret) as Uint8Array;
  return concatBytes(Uint8Array.of(2 + ((key[64] as number) & 1)), key.subarray(1, 33));
}

function hmac(key: string | Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac("sha512", key).update(data).digest();
}

function halves(bytes: Uint8Array): ParentKey {
  return { secret: bytes.slice(0, 32), chainCode: bytes.slice(32) };
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes)}`);
}
