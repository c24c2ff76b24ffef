import type { CborReader, CborWriter, Codec } from "../../ipld/cbor.js";
import { asBytes } from "../../util/bytes.js";
import { type Check, is, isBytes, oneOf } from "../../util/check.js";

import { shapeOf } from "./shape.js";

/** Kinds of signatures, by the byte that they begin with. Source: go-state-types crypto/signature.go. */
export const SIGNATURE_TYPES = { secp256k1: 1, bls: 2, delegated: 3 } as const;
/** Name of a kind of signature. */
export type SignatureType = keyof typeof SIGNATURE_TYPES;

/** A signature of a message or a block. */
export interface Signature {
  readonly type: SignatureType;
  readonly data: Uint8Array;
}

/** Bytes with the type's. */
const MAX_SIGNATURE_BYTES = 200;

const TYPE_OF: ReadonlyMap<number, SignatureType> = new Map(
  Object.entries(SIGNATURE_TYPES).map(([name, byte]) => [byte, name as SignatureType]),
);

const isType = oneOf(...Object.keys(SIGNATURE_TYPES));
const isShort = is(
  (value) => (asBytes(value)?.length ?? MAX_SIGNATURE_BYTES) < MAX_SIGNATURE_BYTES,
  `less than ${MAX_SIGNATURE_BYTES} bytes`,
);

/** Accepts what `Signature` says. */
export const isSignature: Check = shapeOf<Signature>({ type: isType, data: isBytes });

/** Accepts what the chain can have. */
export const isChainSignature: Check = shapeOf<Signature>({ type: isType, data: isShort });

/** A signature as a byte string: its type, and its data. */
export const signatureCodec: Codec<Signature> = {
  encode({ type, data }, writer) {
    const bytes = new Uint8Array(1 + data.length);
    bytes[0] = SIGNATURE_TYPES[type];
    bytes.set(data, 1);
    writer.bytes(bytes);
  },
  decode(reader) {
    const bytes = reader.bytes();
    if (bytes.length === 0 || bytes.length > MAX_SIGNATURE_BYTES) {
      return reader.fail(`signature of ${bytes.length} bytes`);
    }
    const type = TYPE_OF.get(bytes[0] as number);
    return type === undefined ? reader.fail(`signature of type ${bytes[0]}`) : { type, data: bytes.slice(1) };
  },
};

export function writeOptionalSignature(writer: CborWriter, signature: Signature | undefined): void {
  if (signature === undefined) writer.null();
  else signatureCodec.encode(signature, writer);
}

export function readOptionalSignature(reader: CborReader): Signature | undefined {
  return reader.null() ? undefined : signatureCodec.decode(reader);
}
