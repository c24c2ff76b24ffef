import { readBitField } from "../builtin/values/bit-field.js";
import { Budget } from "../builtin/values/limits.js";
import type { Range } from "../builtin/values/value.js";
import { writeBitField } from "../builtin/values/write-bit-field.js";
import type { Cid } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import { CborReader, type Codec, encodeCbor } from "../ipld/cbor.js";
import { concatBytes, latin1Bytes } from "../util/bytes.js";
import { isBytes } from "../util/check.js";
import { checkOption } from "../util/options.js";
import type { U64 } from "../util/u64.js";
import { bigEndian, chainKey } from "./chain-key.js";
import { type PowerDelta, powerTableCodec } from "./power-table.js";
import { commitmentsCodec, type FinalityTipset, finalityTipsetCodec } from "./tipset.js";

/** Data that participants sign beside the chain. */
export interface SupplementalData {
  /** 32 bytes; so far all zero. */
  readonly commitments: Uint8Array;
  /** CID of the table that the next certificate is checked with. */
  readonly powerTable: Cid;
}

/** Finality certificate: the outcome of one instance of F3. Source: go-f3 certs/certs.go. */
export interface Certificate {
  readonly instance: U64;
  /** The last tipset that was final before, and those that are now. */
  readonly chain: readonly FinalityTipset[];
  readonly supplementalData: SupplementalData;
  /** Places in the power table, as ranges with both ends. */
  readonly signers: readonly Range[];
  /** Aggregate of BLS signatures, 96 bytes. */
  readonly signature: Uint8Array;
  /** Changes of the power table, by ascending ID. */
  readonly powerTableDelta: readonly PowerDelta[];
}

/** Tipsets of a chain. Source: go-f3 gpbft, `ChainMaxLen`. */
const MAX_CHAIN = 128;
/** Bytes that a signature's place may have. Source: cbor-gen, `ByteArrayMaxLen`. */
const MAX_SIGNATURE_BYTES = 2 ** 21;
/** Ranges of signers: more than 32 KiB of RLE+ can tell. */
const MAX_RANGES = 2 ** 18;
/** Participants that a table may have. */
const MAX_SIGNERS = 8192;
/** The phase of votes that decide. */
const DECIDE = 5;

const certificateCodec: Codec<Certificate> = {
  encode({ instance, chain, supplementalData, signers, signature, powerTableDelta }, writer) {
    writer.array(6).u64(instance).array(chain.length);
    for (const tipset of chain) finalityTipsetCodec.encode(tipset, writer);
    commitmentsCodec.encode(supplementalData.commitments, writer.array(2));
    writer
      .cid(supplementalData.powerTable)
      .bytes(writeBitField(placesOf(signers)))
      .bytes(signature);
    powerTableCodec.encode(powerTableDelta, writer);
  },
  decode(reader) {
    reader.tuple(6);
    const instance = reader.u64();
    const length = reader.array();
    if (length > MAX_CHAIN) reader.fail(`chain of ${length} tipsets`);
    const chain = Array.from({ length }, () => finalityTipsetCodec.decode(reader));
    reader.tuple(2);
    const supplementalData = { commitments: commitmentsCodec.decode(reader), powerTable: reader.cid() };
    const field = readBitField(reader.bytes(), new Budget({ maxItems: MAX_RANGES }));
    if (field === undefined) return reader.fail("signers are no bit field");
    const signature = reader.bytes();
    if (signature.length > MAX_SIGNATURE_BYTES) reader.fail(`signature of ${signature.length} bytes`);
    return {
      instance,
      chain,
      supplementalData,
      signers: field.ranges,
      signature: signature.slice(),
      powerTableDelta: powerTableCodec.decode(reader),
    };
  },
};

function placesOf(signers: readonly Range[]): number[] {
  const places: number[] = [];
  for (const [first, last] of signers) {
    if (last >= MAX_SIGNERS) {
      throw new FvmError("INVALID_OPTION", {
        option: "signers",
        reason: `${last} is beyond any power table`,
      });
    }
    for (let place = Number(first); place <= last; place++) places.push(place);
  }
  return places;
}

/**
 * Reads a certificate; its bytes must be in the only form that there is.
 *
 * @throws FvmError INVALID_CBOR, INVALID_BIG_INTEGER, INVALID_OPTION
 */
export function decodeCertificate(data: Uint8Array): Certificate {
  checkOption("data", data, isBytes);
  const { certificate, end } = readCertificate(data);
  if (end === data.length) return certificate;
  throw new FvmError("INVALID_CBOR", { offset: end, reason: "bytes after the end" });
}

/** A certificate with which bytes begin, and where it ends. Throws as `decodeCertificate`. */
export function readCertificate(data: Uint8Array): { certificate: Certificate; end: number } {
  // A copy: slices of buffers of Node would be views.
  const reader = new CborReader(new Uint8Array(data), 0, { canonical: true });
  return { certificate: certificateCodec.decode(reader), end: reader.offset };
}

/** A certificate's bytes. Throws `FvmError` INVALID_OPTION if a signer is beyond any table. */
export function encodeCertificate(certificate: Certificate): Uint8Array {
  return encodeCbor(certificateCodec, certificate);
}

/** Bytes that the participants of a certificate sign. Source: go-f3 gpbft, `Payload.MarshalForSigning`. */
export function signingBytes(
  network: string,
  { instance, chain, supplementalData }: Pick<Certificate, "instance" | "chain" | "supplementalData">,
): Uint8Array {
  return concatBytes(
    new TextEncoder().encode(`GPBFT:${network}:`),
    Uint8Array.of(DECIDE),
    bigEndian(0n), // round
    bigEndian(BigInt(instance)),
    supplementalData.commitments,
    chainKey(chain),
    latin1Bytes(supplementalData.powerTable),
  );
}
