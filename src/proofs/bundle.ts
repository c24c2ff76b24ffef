import type { Cid } from "../encoding/cid.js";
import { cidText } from "../encoding/cid.js";
import { DAG_CBOR } from "../encoding/codecs.js";
import { FvmError } from "../errors.js";
import type { Block } from "../ipld/block-access.js";
import { readCar } from "../ipld/car/car.js";
import { blockSection, headerSection } from "../ipld/car/sections.js";
import { type Codec, decodeCbor, encodeCbor } from "../ipld/cbor.js";
import { isIntact } from "../ipld/intact.js";
import { native } from "../native/index.js";
import { bytesEqual, joinBytes } from "../util/bytes.js";
import { isBytes } from "../util/check.js";
import { checkOption } from "../util/options.js";
import { type Claim, claimCodec } from "./claims.js";

/** Claims, and all that proves them but the power table that is trusted. */
export interface Bundle {
  /** F3's name of the network. */
  readonly network: string;
  /** Certificates that follow each other, from the instance on that the verifier trusts. */
  readonly certificates: readonly Uint8Array[];
  readonly claims: readonly Claim[];
  /** Blocks that the claims need, each once. */
  readonly blocks: readonly Block[];
}

const VERSION = 1;
const MAX_BUNDLE_BYTES = 512 * 2 ** 20;
const MAX_CERTIFICATES = 4096;
const MAX_CLAIMS = 1024;

type Statement = Omit<Bundle, "blocks">;

/** The root of a bundle's CAR: a map, whose keys are in the order of DAG-CBOR. */
const statementCodec: Codec<Statement> = {
  encode({ network, certificates, claims }, writer) {
    writer.map(4).text("v").u64(VERSION).text("claims").array(claims.length);
    for (const claim of claims) claimCodec.encode(claim, writer);
    writer.text("network").text(network).text("certificates").array(certificates.length);
    for (const certificate of certificates) writer.bytes(certificate);
  },
  decode(reader) {
    const key = (expected: string) => {
      const found = reader.text();
      if (found !== expected) reader.fail(`${found} instead of ${expected}`);
    };
    if (reader.map() !== 4) reader.fail("a map of another size");
    key("v");
    const version = reader.u64();
    if (version !== VERSION) reader.fail(`version ${version}`);
    key("claims");
    const count = reader.array();
    if (count > MAX_CLAIMS) reader.fail(`${count} claims`);
    const claims = Array.from({ length: count }, () => claimCodec.decode(reader));
    key("network");
    const network = reader.text();
    key("certificates");
    const length = reader.array();
    if (length > MAX_CERTIFICATES) reader.fail(`${length} certificates`);
    const certificates = Array.from({ length }, () => reader.bytes().slice());
    return { network, certificates, claims };
  },
};

/** A bundle's bytes: a CAR of version 1 with the claims in its only root. */
export function encodeBundle({ blocks, ...statement }: Bundle): Uint8Array {
  const data = encodeCbor(statementCodec, statement);
  const root = native.cidOf(DAG_CBOR, data);
  return carOf(root, [{ cid: root, data }, ...blocks]);
}

function carOf(root: Cid, blocks: readonly Block[]): Uint8Array {
  return joinBytes([...headerSection([root]), ...blocks.flatMap((block) => [...blockSection(block)])]);
}

/**
 * Reads a bundle. Nothing in it is believed, but each block has its hash, is there once, and the bytes are the only ones
 * that mean this.
 *
 * @throws FvmError INVALID_PROOF
 */
export function decodeBundle(data: Uint8Array): Bundle {
  checkOption("data", data, isBytes);
  if (data.length > MAX_BUNDLE_BYTES) throw invalid(`${data.length} bytes`);
  // A copy: whoever gave it may change it meanwhile.
  const { roots, blocks: all } = attempt(() => readCar(new Uint8Array(data)), "it is no CAR");
  const [first, ...blocks] = all;
  if (roots.length !== 1 || first === undefined || first.cid !== roots[0]) {
    throw invalid("its first block is not its only root");
  }
  if (!bytesEqual(carOf(first.cid, all), data)) throw invalid("a CAR in another form");
  const seen = new Set<Cid>();
  for (const { cid, data: bytes } of all) {
    if (seen.has(cid)) throw invalid(`block ${cidText(cid)} is there twice`);
    seen.add(cid);
    if (isIntact(cid, bytes) !== true) throw invalid(`block ${cidText(cid)} does not have its hash`);
  }
  const read = () => decodeCbor(statementCodec, first.data, { canonical: true });
  const statement = attempt(read, "its root says nothing");
  if (!bytesEqual(encodeCbor(statementCodec, statement), first.data)) throw invalid("claims in another form");
  return { ...statement, blocks };
}

function attempt<T>(read: () => T, text: string): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof FvmError) throw invalid(`${text}: ${cause.message}`, cause);
    throw cause;
  }
}

export function invalid(reason: string, cause?: unknown): FvmError {
  return new FvmError("INVALID_PROOF", { reason }, { cause });
}
