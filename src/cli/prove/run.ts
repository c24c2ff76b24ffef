import { writeFileSync } from "node:fs";
import type { Address } from "../../address/address.js";
import { parseAnyAddress } from "../../builtin/evm/eth-address.js";
import { findMessage } from "../../chain/history/find-message.js";
import type { ChainStore } from "../../chain/store/chain-store.js";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { CertificateChain, type FinalityState } from "../../finality/verify.js";
import { decodeBundle } from "../../proofs/bundle.js";
import type { ClaimQuestion, MessageClaim } from "../../proofs/claims.js";
import { type ProofSource, proveClaims } from "../../proofs/prove.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import { withChain } from "../chain/options.js";
import type { Output } from "../command.js";
import { type FinalityValues, openFinality } from "../finality/input.js";
import { countValue } from "../input/values.js";
import { checkOutputFile } from "../output-file.js";
import { bytesText, count } from "../progress-line.js";
import { UsageError } from "../usage-error.js";

/** Options of `fvm prove`. */
export interface ProveValues extends FinalityValues {
  readonly data: string | undefined;
  readonly certificates: string | undefined;
  readonly epoch: string | undefined;
  readonly out: string | undefined;
}

interface Proving {
  readonly store: ChainStore;
  readonly source: ProofSource;
  /** The epoch of --epoch, or of the last final tipset. */
  readonly epoch: number;
}

/** Runs `fvm prove state`, or with a slot `fvm prove storage`. Answers the exit code; throws as `openFinality`, `proveClaims`. */
export async function proveAddress(
  values: ProveValues,
  address: string,
  slot: string | undefined,
  output: Output,
): Promise<number> {
  const command = slot === undefined ? "prove state" : "prove storage";
  const parsed: Address = parseAnyAddress(address);
  const at = slot === undefined ? undefined : slotValue(slot, command);
  return prove(values, command, output, ({ epoch }) =>
    at === undefined
      ? { kind: "actor", epoch, address: parsed }
      : { kind: "storage", epoch, address: parsed, slot: at },
  );
}

function slotValue(text: string, command: string): bigint {
  const slot = /^(0x[0-9a-f]{1,64}|[0-9]{1,78})$/i.test(text) ? BigInt(text) : -1n;
  if (slot >= 0n && slot >> 256n === 0n) return slot;
  throw new UsageError(`SLOT is ${text}, not a number below 2^256`, command);
}

/** Runs `fvm prove message`, `receipt` or `event`. Throws also `UsageError` if the message is not there. */
export async function proveOfMessage(
  values: ProveValues,
  kind: "message" | "receipt" | "event",
  cid: string,
  event: string | undefined,
  output: Output,
): Promise<number> {
  const command = `prove ${kind}`;
  const message = parseCid(cid);
  const place = event === undefined ? 0 : countValue("INDEX", event, command);
  return prove(values, command, output, async (proving) => {
    const epoch = values.epoch === undefined ? await epochOf(proving, message, command) : proving.epoch;
    const question = { kind: "message", epoch, message } as const;
    if (kind === "message") return question;
    const [claim] = decodeBundle(await proveClaims(proving.source, [question])).claims;
    const { index } = claim as MessageClaim;
    return kind === "receipt" ? { kind, epoch, index } : { kind, epoch, index, event: place };
  });
}

/** Epoch of the tipset on top of the one that has a message. */
async function epochOf({ store }: Proving, message: Cid, command: string): Promise<number> {
  const found = await findMessage(store.chain, await store.head(), message);
  if (found === undefined) throw new UsageError("the chain does not have the message", command);
  if (found.next === undefined) throw new UsageError("the message is not executed yet", command);
  return found.next.epoch;
}

/** Runs `fvm prove execution`. */
export async function proveTipset(values: ProveValues, output: Output): Promise<number> {
  return prove(values, "prove execution", output, ({ epoch }) => ({ kind: "execution", epoch }));
}

async function prove(
  values: ProveValues,
  command: string,
  output: Output,
  ask: (proving: Proving) => ClaimQuestion | Promise<ClaimQuestion>,
): Promise<number> {
  const { certificates: file, out } = values;
  if (file === undefined) throw new UsageError("--certificates FILE is missing", command);
  if (out === undefined) throw new UsageError("--out FILE is missing", command);
  checkOutputFile("--out", out, command);
  const { trusted, certificates: given } = await openFinality(values, file, command);
  const certificates: Uint8Array[] = [];
  for await (const certificate of given) certificates.push(certificate);
  return withChain({ data: values.data }, command, async (store) => {
    const epoch =
      values.epoch === undefined
        ? lastEpoch(trusted, certificates, command)
        : countValue("epoch", values.epoch, command);
    const { blockstore, network } = store;
    const source = { blockstore, trusted, certificates, network, proofs: acceptProofs };
    const question = await ask({ store, source, epoch });
    const bundle = await proveClaims(source, [question]);
    writeFileSync(out, bundle);
    const { blocks } = decodeBundle(bundle);
    output.answer(
      `${out}: ${bytesText(bundle.length)}, ${count(blocks.length)} blocks, epoch ${question.epoch}`,
    );
    return 0;
  });
}

function lastEpoch(trusted: FinalityState, certificates: readonly Uint8Array[], command: string): number {
  const chain = new CertificateChain(trusted);
  for (const certificate of certificates) chain.append(certificate);
  const { base } = chain.state;
  if (base === undefined) throw new UsageError("there are no certificates", command);
  return Number(base.epoch);
}
