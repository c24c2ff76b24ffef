import { cidText } from "../../encoding/cid.js";
import { type FvmError, isFvmError } from "../../errors.js";
import { powerTableCid } from "../../finality/power-table.js";
import { type FinalityTipset, tipsetHeaders } from "../../finality/tipset.js";
import { CertificateChain, type FinalityState } from "../../finality/verify.js";
import type { Output } from "../command.js";
import { ExitStatus } from "../exit-status.js";
import { jsonText } from "../json.js";
import { count } from "../progress-line.js";
import { table } from "../table.js";
import { type FinalityValues, openFinality } from "./input.js";

type Refusal = FvmError<"INVALID_CERTIFICATE">["details"];

/** Runs `fvm finality verify`. Answers the exit code; throws as `openFinality`. */
export async function verifyFinality(
  values: FinalityValues,
  file: string,
  json: boolean,
  output: Output,
): Promise<number> {
  const { trusted, certificates } = await openFinality(values, file, "finality verify");
  const chain = new CertificateChain(trusted);
  let accepted = 0;
  let finalized = 0;
  let head: FinalityTipset | undefined;
  let refusal: Refusal | undefined;
  try {
    for await (const certificate of certificates) {
      const tipsets = chain.append(certificate);
      accepted++;
      finalized += tipsets.length;
      head = tipsets.at(-1) ?? chain.state.base;
      output.progress(`instance ${chain.state.nextInstance}, epoch ${head?.epoch}`);
    }
  } catch (error) {
    if (!isFvmError(error, "INVALID_CERTIFICATE")) throw error;
    refusal = error.details;
  }
  const report = reportOf(chain.state, { accepted, finalized, head, refusal });
  output.answer(json ? jsonText(report) : text(report));
  return refusal === undefined ? 0 : ExitStatus.Failed;
}

interface Progress {
  readonly accepted: number;
  readonly finalized: number;
  readonly head: FinalityTipset | undefined;
  readonly refusal: Refusal | undefined;
}

function reportOf({ network, nextInstance, table }: FinalityState, progress: Progress) {
  const { accepted, finalized, head, refusal } = progress;
  return {
    network,
    certificates: accepted,
    nextInstance,
    finalized,
    head: head && { epoch: head.epoch, key: tipsetHeaders(head).map(cidText) },
    powerTable: cidText(powerTableCid(table)),
    participants: table.length,
    refusal,
  };
}

function text(report: ReturnType<typeof reportOf>): string {
  const { head, refusal } = report;
  const rows: [string, string][] = [
    ["network", report.network],
    ["certificates", `${count(report.certificates)}, next is instance ${report.nextInstance}`],
    ["finalized", `${count(report.finalized)} tipsets`],
    ["head", head === undefined ? "none" : `epoch ${head.epoch}`],
    ...(head?.key ?? []).map((cid): [string, string] => ["", cid]),
    ["power table", `${report.powerTable}, ${count(report.participants)} participants`],
    ...(refusal === undefined
      ? []
      : [
          ["refused", `instance ${refusal.instance}, ${refusal.reason}: ${refusal.text}`] as [string, string],
        ]),
  ];
  return table(rows);
}
