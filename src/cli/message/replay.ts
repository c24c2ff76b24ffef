import { writeFileSync } from "node:fs";
import { readBlocks } from "../../blockstore/access.js";
import { executeTipset } from "../../chain/execution/execute-tipset.js";
import { firstHeader } from "../../chain/history/chain-tipset.js";
import { chainNode } from "../../chain/node/chain-node.js";
import { executableTipset } from "../../chain/node/execute-chain-tipset.js";
import { cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { Page } from "../../inspect/page/page.js";
import { compareReceipt, type Mismatch } from "../../tools/vectors/compare.js";
import { mismatchText } from "../../tools/vectors/run.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import type { Observation } from "../../vm/trace/observation.js";
import { type MessageTrace, Tracer } from "../../vm/trace/trace.js";
import type { Output } from "../command.js";
import { ExitStatus } from "../exit-status.js";
import { checkOutputFile } from "../output-file.js";
import { noteUnused, readAbis } from "../read-abi.js";
import { traceLines } from "../trace-text.js";
import { whyLines } from "../why.js";
import { factsOf, type MessageFacts, placeOf } from "./facts.js";
import { replayJson } from "./json.js";
import { type ChainValues, type FoundMessage, onMessage } from "./open.js";
import { orAbsent } from "./or-absent.js";

const COMMAND = "message replay";

/** How a replay is shown. */
interface Form {
  readonly json: boolean;
  /** A page to write. */
  readonly html: string | undefined;
  /** Whether the text shows what calls are given and return. */
  readonly params: boolean;
}

/** A message that was executed again. */
export interface Replay {
  readonly result: ApplyResult;
  readonly trace: MessageTrace;
  /** From the chain's receipt; undefined: there is none to compare with. */
  readonly differences: readonly Mismatch[] | undefined;
}

/** Handles `fvm message replay`. */
export async function replayMessage(
  { abi: files, ...values }: ChainValues & { readonly abi: readonly string[] },
  cid: string,
  { json, html, params }: Form,
  output: Output,
): Promise<number> {
  if (html !== undefined) checkOutputFile("--html", html, COMMAND);
  const abi = await readAbis(files);
  const { facts, replay } = await onMessage(values, cid, COMMAND, output, async (found) => {
    const facts = await factsOf(found);
    return { facts, replay: await replayed(found, facts) };
  });
  const { result, trace, differences } = replay;
  const usedAbis = new Set<string>();
  if (json) {
    output.answer(replayJson(facts, replay, abi));
  } else {
    const lines = traceLines(trace, 0, { params, ...(abi && { abi }), usedAbis });
    output.answer(
      [...lines, ...whyLines(result, trace, abi), ...comparisonLines(facts, differences)].join("\n"),
    );
  }
  if (html !== undefined) {
    const page = new Page(`fvm ${COMMAND} ${cid}`, { ...(abi && { abi }) });
    page.add({ trace, result, origin: `epoch ${facts.found.tipset.epoch}` });
    writeFileSync(html, page.html());
    output.note(`${html} written`);
  }
  if (!json) noteUnused(files, usedAbis, output);
  return differences !== undefined && differences.length > 0 ? ExitStatus.Failed : 0;
}

async function replayed(found: FoundMessage, { message, receipt }: MessageFacts): Promise<Replay> {
  await checkState(found);
  const place = await placeOf(found, message);
  if (place < 0) throw notExecuted(found);
  const { result, trace } = await executeUpTo(found, place);
  if (typeof receipt === "string") return { result, trace, differences: undefined };
  const { gasUsed, eventsRoot, ...expected } = receipt;
  const known = { ...expected, gasUsed: BigInt(gasUsed), eventsRoot: eventsRoot ?? null };
  return { result, trace, differences: compareReceipt("receipt", known, result) };
}

/** Executes the tipset as far as its message at this place. */
async function executeUpTo(
  { chain, network, tipset }: FoundMessage,
  place: number,
): Promise<Pick<Replay, "result" | "trace">> {
  const tracer = new Tracer();
  let isExplicit = false;
  const observer = (observation: Observation) => {
    if (observation.kind === "message") isExplicit = observation.isExplicit;
    tracer.observer(observation);
  };
  const node = chainNode({ network, chain, proofs: acceptProofs, observer });
  const enough = new AbortController();
  let at = 0;
  let replay: Pick<Replay, "result" | "trace"> | undefined;
  const onResult = (result: ApplyResult) => {
    if (!isExplicit || at++ !== place) return;
    replay = { result, trace: tracer.trace() };
    enough.abort();
  };
  const stateRoot = firstHeader(tipset).parentStateRoot;
  const executable = await executableTipset(chain, tipset);
  const executing = executeTipset(node, stateRoot, executable, { signal: enough.signal, onResult });
  await executing.catch((error: unknown) => {
    if (error !== enough.signal.reason) throw error;
  });
  return replay as Pick<Replay, "result" | "trace">;
}

async function checkState({ chain, tipset }: FoundMessage): Promise<void> {
  const root = firstHeader(tipset).parentStateRoot;
  if ((await orAbsent(readBlocks(chain.blockstore, (blocks) => blocks.get(root)))) !== undefined) return;
  const reason = `the state before epoch ${tipset.epoch} is not in the store`;
  throw new FvmError("INVALID_STATE", { reason, cid: cidText(root) });
}

function notExecuted({ cid, tipset }: FoundMessage): FvmError {
  const reason = `it does not execute ${cidText(cid)}: another message has its nonce`;
  return new FvmError("INVALID_TIPSET", { epoch: tipset.epoch, reason });
}

function comparisonLines({ receipt }: MessageFacts, differences: Replay["differences"]): string[] {
  if (differences === undefined) return [`  nothing to compare with: the receipt is ${receipt}`];
  if (differences.length === 0) return ["  the receipt is the chain's"];
  return [
    "  the receipt is another one than the chain's",
    ...differences.map((found) => `    ${mismatchText(found)}`),
  ];
}
