import { readFileSync } from "node:fs";
import { formatAddress } from "../../address/text.js";
import { networkOf } from "../../chain/store/network-source.js";
import { cidText } from "../../encoding/cid.js";
import { type ErrorCode, FvmError } from "../../errors.js";
import type { Claim } from "../../proofs/claims.js";
import type { ClaimVerdict } from "../../proofs/verify.js";
import { verifyBundle } from "../../proofs/verify-bundle.js";
import { hex } from "../../util/bytes.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import { networkSource } from "../chain/options.js";
import type { Output } from "../command.js";
import { checkExistingFile } from "../existing-file.js";
import { ExitStatus } from "../exit-status.js";
import { type FinalityValues, trustedFinality } from "../finality/input.js";
import { jsonText } from "../json.js";

const NAME = "verify";
/** Errors that say that a bundle is wrong, and not its verifier's input. */
const OF_BUNDLE: readonly ErrorCode[] = ["INVALID_PROOF", "INVALID_CERTIFICATE"];

/** Runs `fvm verify`. Answers the exit code; throws as `openFinality` and `verifyBundle`. */
export async function verifyFile(
  values: FinalityValues,
  file: string,
  { json, chain }: { readonly json: boolean; readonly chain: string | undefined },
  output: Output,
): Promise<number> {
  checkExistingFile("BUNDLE", file, NAME);
  const trusted = trustedFinality(values, NAME);
  const source = await networkSource(chain, NAME);
  const rules = source === undefined ? {} : { network: networkOf(source), proofs: acceptProofs };
  try {
    const { isValid, claims } = await verifyBundle(readFileSync(file), trusted, rules);
    const verdicts = claims.map(verdictOf);
    output.answer(json ? jsonText({ isValid, claims: verdicts }) : verdicts.map(line).join("\n"));
    return isValid ? 0 : ExitStatus.Failed;
  } catch (error) {
    if (!(error instanceof FvmError && OF_BUNDLE.includes(error.code))) throw error;
    const reason = error.message;
    output.answer(json ? jsonText({ isValid: false, reason, claims: [] }) : `refused: ${reason}`);
    return ExitStatus.Failed;
  }
}

/** A claim with its verdict, as JSON. */
function verdictOf({ claim, fault }: ClaimVerdict) {
  return { kind: claim.kind, epoch: claim.epoch, ...FACTS[claim.kind](claim as never), fault };
}

type Facts = Readonly<Record<string, unknown>>;

const FACTS: { readonly [K in Claim["kind"]]: (claim: Extract<Claim, { kind: K }>) => Facts } = {
  actor: ({ address, actor }) => ({
    address: formatAddress(address),
    actor: actor && {
      id: actor.id,
      code: cidText(actor.code),
      state: cidText(actor.state),
      nonce: actor.nonce,
      balance: `${actor.balance}`,
      delegatedAddress: actor.delegatedAddress && formatAddress(actor.delegatedAddress),
    },
  }),
  storage: ({ address, slot, contract }) => ({
    address: formatAddress(address),
    slot: word(slot),
    id: contract.id,
    code: cidText(contract.code),
    value: word(contract.value),
  }),
  receipt: ({ index, receipt }) => ({ index, ...receiptFacts(receipt) }),
  event: ({ index, event, content }) => ({
    index,
    event,
    emitter: content.emitter,
    entries: content.entries.map(({ key, value }) => ({ key, value: `0x${hex(value)}` })),
  }),
  message: ({ message, index, receipt }) => ({ message: cidText(message), index, ...receiptFacts(receipt) }),
  execution: ({ outcome: { parentState, newState, receipts } }) => ({
    parentState: cidText(parentState),
    newState: cidText(newState),
    receipts: cidText(receipts),
  }),
};

function receiptFacts({
  exitCode,
  gasUsed,
  returnData,
}: Extract<Claim, { kind: "receipt" }>["receipt"]): Facts {
  return { exitCode, gasUsed, returnData: `0x${hex(returnData)}` };
}

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

function line({ kind, epoch, fault, ...facts }: ReturnType<typeof verdictOf>): string {
  const verdict = fault === undefined ? "true" : `does not hold: ${fault.link}: ${fault.text}`;
  return `${kind} at epoch ${epoch}: ${verdict}\n${jsonText(facts)}`;
}
