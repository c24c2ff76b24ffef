/** Certificates with go-f3's verdicts on them: reason, and state after the last one that is good. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cidText } from "../../src/encoding/cid.js";
import { isFvmError } from "../../src/errors.js";
import { decodeCertificate, encodeCertificate, signingBytes } from "../../src/finality/certificate.js";
import { chainKey } from "../../src/finality/chain-key.js";
import { certificateJson, certificatesFromJson } from "../../src/finality/json.js";
import { decodePowerTable, encodePowerTable, powerTableCid } from "../../src/finality/power-table.js";
import { scaledPower, signersOf } from "../../src/finality/quorum.js";
import { type FinalityTipset, finalityTipsetCodec } from "../../src/finality/tipset.js";
import { CertificateChain } from "../../src/finality/verify.js";
import { decodeCbor, encodeCbor } from "../../src/ipld/cbor.js";
import { defaultVectorFolder } from "../../src/tools/vectors/files.js";
import { hex, hexBytes } from "../../src/util/bytes.js";
import { u64 } from "../../src/util/u64.js";
import { skipLoudly } from "../support/skip.js";

interface Step {
  readonly chainKey: string;
  readonly signingBytes: string;
  readonly scaledPower: readonly number[];
  readonly scaledTotal: number;
  readonly signers: readonly number[];
}

interface Case {
  readonly name: string;
  readonly network: string;
  readonly nextInstance: string;
  readonly base: string | null;
  readonly powerTable: string;
  readonly certificates: readonly string[];
  readonly expect: {
    readonly valid: boolean;
    readonly reason?: string;
    readonly nextInstance: string;
    readonly powerTable: string;
    readonly powerTableCid: string;
    readonly finalized: readonly string[] | null;
  };
  readonly steps?: readonly Step[];
  readonly asJson?: readonly unknown[];
}

const folder = join(defaultVectorFolder() ?? "", "f3");
const FILES = ["valid", "invalid", "deltas", "encoding"];

const tipset = (text: string): FinalityTipset =>
  decodeCbor(finalityTipsetCodec, hexBytes(text), { canonical: true });
const tipsetHex = (tipset: FinalityTipset): string => hex(encodeCbor(finalityTipsetCodec, tipset));

function outcome({ network, nextInstance, base, powerTable, certificates }: Case): Case["expect"] {
  const chain = new CertificateChain({
    network,
    nextInstance: u64(BigInt(nextInstance)),
    table: decodePowerTable(hexBytes(powerTable)),
    base: base === null ? undefined : tipset(base),
  });
  const finalized: string[] = [];
  let reason: string | undefined;
  for (const certificate of certificates) {
    try {
      finalized.push(...chain.append(hexBytes(certificate)).map(tipsetHex));
    } catch (error) {
      if (!isFvmError(error, "INVALID_CERTIFICATE")) throw error;
      expect(error.details.instance).toBe(chain.state.nextInstance);
      ({ reason } = error.details);
      break;
    }
  }
  const { table } = chain.state;
  return {
    valid: reason === undefined,
    ...(reason !== undefined && { reason }),
    nextInstance: `${chain.state.nextInstance}`,
    powerTable: hex(encodePowerTable(table)),
    powerTableCid: cidText(powerTableCid(table)),
    finalized,
  };
}

if (!existsSync(folder)) skipLoudly("go-f3's certificates: there is no folder f3 of vectors");
for (const file of existsSync(folder) ? FILES : []) {
  const { cases } = JSON.parse(readFileSync(join(folder, `${file}.json`), "utf8")) as { cases: Case[] };
  describe(`${file}, ${cases.length} cases`, () => {
    test("there are some", () => expect(cases.length).toBeGreaterThan(10));
    for (const one of cases) {
      test(one.name, () => {
        checkSteps(one);
        expect(outcome(one)).toEqual({ ...one.expect, finalized: one.expect.finalized ?? [] });
      });
    }
    for (const { name, asJson, certificates } of cases.filter(({ asJson }) => asJson !== undefined)) {
      test(`${name} as JSON`, () => {
        const read = certificatesFromJson(JSON.stringify(asJson));
        expect(read.map((certificate) => hex(encodeCertificate(certificate)))).toEqual(certificates);
        expect(read.map(certificateJson)).toEqual(asJson);
      });
    }
  });
}

/** Steps before any verdict: the bytes that are signed, and who signs. */
function checkSteps({ network, powerTable, certificates, steps = [] }: Case): void {
  const power = scaledPower(decodePowerTable(hexBytes(powerTable)));
  for (const [i, step] of steps.entries()) {
    const certificate = decodeCertificate(hexBytes(certificates[i] as string));
    expect(hex(chainKey(certificate.chain))).toBe(step.chainKey);
    expect(hex(signingBytes(network, certificate))).toBe(step.signingBytes);
    if (i > 0 || typeof power === "string") continue;
    expect(power).toEqual({ powers: step.scaledPower, total: step.scaledTotal });
    const signers = signersOf(certificate.signers, power);
    if (typeof signers !== "string") expect(signers).toEqual(step.signers);
  }
}
