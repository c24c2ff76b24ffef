/** Certificates in the JSON of nodes: `Filecoin.F3GetCertificate` and its like. Source: go-f3 certs, gpbft. */
import { parse } from "lossless-json";
import * as v from "valibot";
import type { Range } from "../builtin/values/value.js";
import { type Cid, cidText, parseCid } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import { latin1Bytes, NO_BYTES } from "../util/bytes.js";
import { isText } from "../util/check.js";
import { checkOption } from "../util/options.js";
import { asI64, asU64, type I64, type U64, u64 } from "../util/u64.js";
import type { Certificate } from "./certificate.js";
import type { PowerTable } from "./power-table.js";
import type { FinalityTipset } from "./tipset.js";
import { tipsetHeaders } from "./tipset.js";

const i64Json = v.custom<I64>((value) => asI64(value) !== undefined, "no integer of 64 bits");
const u64Json = v.custom<U64>((value) => asU64(value) !== undefined, "no integer from 0 to 2^64 - 1");
const bytesJson = v.pipe(
  v.string(),
  v.base64("no base64"),
  v.transform((text) => new Uint8Array(Buffer.from(text, "base64"))),
);
const cidJson = v.pipe(
  v.object({ "/": v.string() }),
  v.transform((link) => parseCid(link["/"])),
);

const tipsetJson = v.pipe(
  v.object({ Epoch: i64Json, Key: v.array(cidJson), PowerTable: cidJson, Commitments: bytesJson }),
  v.transform(
    ({ Epoch, Key, PowerTable, Commitments }): FinalityTipset => ({
      epoch: Epoch,
      key: latin1Bytes(Key.join("")),
      powerTable: PowerTable,
      commitments: Commitments,
    }),
  ),
);

const deltaJson = v.pipe(
  v.object({
    ParticipantID: u64Json,
    PowerDelta: v.pipe(v.string(), v.regex(/^-?[0-9]{1,300}$/, "no decimal number")),
    SigningKey: v.nullish(bytesJson),
  }),
  v.transform(({ ParticipantID, PowerDelta, SigningKey }) => ({
    participant: ParticipantID,
    power: BigInt(PowerDelta),
    key: SigningKey ?? NO_BYTES,
  })),
);

const certificateShape = v.pipe(
  v.object({
    GPBFTInstance: u64Json,
    ECChain: v.nullish(v.array(tipsetJson)),
    SupplementalData: v.object({ Commitments: bytesJson, PowerTable: cidJson }),
    Signers: v.array(u64Json),
    Signature: v.nullish(bytesJson),
    PowerTableDelta: v.nullish(v.array(deltaJson)),
  }),
  v.transform(
    (json): Certificate => ({
      instance: json.GPBFTInstance,
      chain: json.ECChain ?? [],
      supplementalData: {
        commitments: json.SupplementalData.Commitments,
        powerTable: json.SupplementalData.PowerTable,
      },
      signers: rangesOf(json.Signers),
      signature: json.Signature ?? NO_BYTES,
      powerTableDelta: json.PowerTableDelta ?? [],
    }),
  ),
);

/** Ranges from lengths of runs by turns, of which the first is of clear bits. */
function rangesOf(runs: readonly U64[]): Range[] {
  const ranges: Range[] = [];
  let start = 0n;
  for (const [i, run] of runs.entries()) {
    const end = start + BigInt(run);
    if (i % 2 === 1 && end > start) ranges.push([u64(start), u64(end - 1n)]);
    start = end;
  }
  return ranges;
}

/**
 * Reads the certificates of a node: one, or an array of them.
 *
 * @param text JSON
 * @throws FvmError INVALID_JSON, INVALID_CID
 */
export function certificatesFromJson(text: string): Certificate[] {
  checkOption("text", text, isText);
  const value = parsed(text);
  return shaped(v.array(certificateShape), Array.isArray(value) ? value : [value]);
}

function shaped<S extends v.GenericSchema>(shape: S, value: unknown): v.InferOutput<S> {
  const found = v.safeParse(shape, value);
  if (found.success) return found.output;
  const [issue] = found.issues;
  throw new FvmError("INVALID_JSON", { field: v.getDotPath(issue) ?? "", reason: issue.message });
}

function parsed(text: string): unknown {
  try {
    return parse(text, undefined, (digits) => (/^-?[0-9]+$/.test(digits) ? exact(digits) : Number(digits)));
  } catch (cause) {
    throw new FvmError("INVALID_JSON", { field: "", reason: "it is no JSON" }, { cause });
  }
}

function exact(digits: string): number | bigint {
  const value = BigInt(digits);
  return value >= 0n ? u64(value) : (asI64(value) ?? value);
}

const tableShape = v.array(
  v.pipe(
    v.object({
      ID: u64Json,
      Power: v.pipe(v.string(), v.regex(/^[0-9]{1,300}$/, "no decimal number")),
      PubKey: bytesJson,
    }),
    v.transform(({ ID, Power, PubKey }) => ({ participant: ID, power: BigInt(Power), key: PubKey })),
  ),
);

/** Reads a power table as `Filecoin.F3GetF3PowerTable` gives it. Throws `FvmError` INVALID_JSON. */
export function powerTableFromJson(text: string): PowerTable {
  checkOption("text", text, isText);
  return shaped(tableShape, parsed(text));
}

/** A certificate as nodes give it. Integers beyond 2^53 are bigints. Throws `FvmError` INVALID_TIPSET. */
export function certificateJson(certificate: Certificate): Readonly<Record<string, unknown>> {
  const { instance, chain, supplementalData, signers, signature, powerTableDelta } = certificate;
  return {
    GPBFTInstance: instance,
    ECChain: chain.map((tipset) => ({
      Key: tipsetHeaders(tipset).map(link),
      Commitments: base64(tipset.commitments),
      Epoch: tipset.epoch,
      PowerTable: link(tipset.powerTable),
    })),
    SupplementalData: {
      Commitments: base64(supplementalData.commitments),
      PowerTable: link(supplementalData.powerTable),
    },
    Signers: runsOf(signers),
    Signature: base64(signature),
    ...(powerTableDelta.length > 0 && {
      PowerTableDelta: powerTableDelta.map(({ participant, power, key }) => ({
        ParticipantID: participant,
        PowerDelta: power.toString(),
        SigningKey: key.length === 0 ? null : base64(key),
      })),
    }),
  };
}

function runsOf(ranges: readonly Range[]): U64[] {
  let end = 0n;
  return ranges.flatMap(([first, last]) => {
    const runs = [u64(BigInt(first) - end), u64(BigInt(last) + 1n - BigInt(first))];
    end = BigInt(last) + 1n;
    return runs;
  });
}

function link(cid: Cid): { readonly "/": string } {
  return { "/": cidText(cid) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
