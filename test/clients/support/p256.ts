/** Keys and signatures of P-256, as passkeys have them. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { encodeAbiParameters, type Hex, pad, toBytes, toHex } from "viem";

/** Order of the curve. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface P256Key {
  readonly key: KeyObject;
  readonly x: Hex;
  readonly y: Hex;
}

export function p256Key(): P256Key {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const word = (number: string) => pad(toHex(Buffer.from(number, "base64url")));
  return { key: privateKey, x: word(x), y: word(y) };
}

/** Signs the SHA-256 hash of data. Of the two numbers that `s` may be, contracts take the smaller one only. */
export function signP256({ key }: P256Key, data: Uint8Array): { r: Hex; s: Hex } {
  const signature = sign("sha256", data, { key, dsaEncoding: "ieee-p1363" });
  const s = BigInt(toHex(signature.subarray(32)));
  const least = s > ORDER / 2n ? ORDER - s : s;
  return { r: toHex(signature.subarray(0, 32)), s: pad(toHex(least)) };
}

/** Flags of an authenticator: its user is there, and it knows who that is. */
const USER_PRESENT_AND_VERIFIED = 0x05;

/** A browser's answer when a passkey has signed a hash (WebAuthn), as contracts read it. */
export function signByPasskey(key: P256Key, hash: Hex): Hex {
  const challenge = Buffer.from(toBytes(hash)).toString("base64url");
  const client = `{"type":"webauthn.get","challenge":"${challenge}","origin":"https://wallet.example"}`;
  const site = createHash("sha256").update("wallet.example").digest();
  const authenticator = Buffer.concat([site, Buffer.from([USER_PRESENT_AND_VERIFIED, 0, 0, 0, 1])]);
  const signed = Buffer.concat([authenticator, createHash("sha256").update(client).digest()]);
  const { r, s } = signP256(key, signed);
  return encodeAbiParameters(
    ["bytes32", "bytes32", "uint256", "uint256", "bytes", "string"].map((type) => ({ type })),
    [
      r,
      s,
      BigInt(client.indexOf('"challenge"')),
      BigInt(client.indexOf('"type"')),
      toHex(authenticator),
      client,
    ],
  );
}
