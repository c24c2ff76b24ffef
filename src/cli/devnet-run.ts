import { writeFile } from "node:fs/promises";
import { DevnetChain } from "../chain/devnet/devnet-chain.js";
import { DevnetTraffic, type TrafficOptions } from "../chain/devnet/traffic/devnet-traffic.js";
import type { TipsetResult } from "../chain/execution/tipset.js";
import { firstHeader } from "../chain/history/chain-tipset.js";
import { type ExportOptions, type ExportProgress, exportSnapshot } from "../chain/store/export-snapshot.js";
import { cidText } from "../encoding/cid.js";
import type { Output } from "./command.js";
import { type DevnetValues, devnetOptions, trafficOptions } from "./devnet-input.js";
import { untilInterrupted } from "./interrupt.js";
import { jsonText } from "./json.js";
import { checkOutputFile } from "./output-file.js";
import { count, progressLine } from "./progress-line.js";
import { UsageError } from "./usage-error.js";

/** All options of the command. */
export interface RunDevnetValues extends DevnetValues {
  readonly tipsets: number;
  readonly out: string | undefined;
  readonly "network-out": string | undefined;
  readonly states: string | undefined;
  readonly format: string | undefined;
  readonly json: boolean;
}

/** Facts about the chain that was made. */
interface Summary {
  readonly networkVersion: number;
  readonly genesis: string;
  readonly head: { readonly epoch: number; readonly key: readonly string[] };
  /** After genesis. */
  readonly tipsets: number;
  readonly blocks: number;
  /** Number of messages that were executed. */
  readonly messages: number;
  /** After the head. */
  readonly stateRoot: string;
}

const COMMAND = "devnet";
const USUAL_STATES = 2000;

/** Makes a chain, and writes its files. Answers the exit code; throws `UsageError`, and as the chain does. */
export async function runDevnet(values: RunDevnetValues, output: Output): Promise<number> {
  const { out, tipsets, json } = values;
  if (out === undefined) throw new UsageError("--out FILE is missing", COMMAND);
  const networkOut = values["network-out"] ?? `${out.replace(/(\.car)?(\.zst)?$/, "")}.network.json`;
  checkOutputFile("--out", out, COMMAND);
  checkOutputFile("--network-out", networkOut, COMMAND);
  const states = statesFrom(values.states);
  const traffic = trafficOptions(values);
  const summary = await untilInterrupted(async (signal) => {
    const chain = await DevnetChain.create(await devnetOptions(values));
    const made = await mineAll(chain, traffic, tipsets, signal, output);
    await writeSnapshot(chain, out, { states, version: values.format === "2" ? 2 : 1, signal }, output);
    await writeFile(networkOut, `${jsonText(chain.networkFile)}\n`);
    return made;
  });
  const files = { snapshot: out, network: networkOut };
  output.answer(json ? jsonText({ ...summary, ...files }) : summaryText(summary, files));
  return 0;
}

async function mineAll(
  chain: DevnetChain,
  options: TrafficOptions,
  tipsets: number,
  signal: AbortSignal,
  output: Output,
): Promise<Summary> {
  const traffic = new DevnetTraffic(chain, options);
  const began = performance.now();
  let [blocks, messages, stateRoot] = [0, 0, firstHeader(chain.genesis).parentStateRoot];
  for (let done = 1; done <= tipsets; done++) {
    await traffic.mine(signal);
    const result = (await chain.executeHead(signal)) as TipsetResult;
    blocks += result.blocks.length;
    messages += result.blocks.reduce((sum, block) => sum + block.messages.length, 0);
    stateRoot = result.stateRoot;
    output.progress(
      progressLine({ done, total: tipsets, unit: "tipsets", elapsed: performance.now() - began }),
    );
  }
  const { epoch, key } = chain.head;
  return {
    networkVersion: chain.networkFile.networkVersion,
    genesis: cidText(chain.network.genesis.cid),
    head: { epoch, key: key.map(cidText) },
    tipsets,
    blocks,
    messages,
    stateRoot: cidText(stateRoot),
  };
}

/** Ends as `exportSnapshot`. */
async function writeSnapshot(
  { chain, head }: DevnetChain,
  file: string,
  options: Pick<ExportOptions, "states" | "version" | "signal">,
  output: Output,
): Promise<void> {
  const began = performance.now();
  const onProgress = ({ epoch }: ExportProgress) => {
    const elapsed = performance.now() - began;
    output.progress(
      progressLine({ done: head.epoch - epoch, total: head.epoch, unit: "epochs written", elapsed }),
    );
  };
  await exportSnapshot(chain, head, file, { ...options, onProgress });
}

function summaryText(
  summary: Summary,
  files: { readonly snapshot: string; readonly network: string },
): string {
  const { tipsets, blocks, messages, head, genesis, stateRoot } = summary;
  return [
    `${count(tipsets)} tipsets of ${count(blocks)} blocks up to epoch ${count(head.epoch)}, ${count(messages)} messages executed`,
    `genesis ${genesis}`,
    `state after the head ${stateRoot}`,
    `${files.snapshot}: the snapshot`,
    `${files.network}: the network`,
    `next: fvm chain import ${files.snapshot} --data DIR --network ${files.network}`,
  ].join("\n");
}

/** Epochs whose states a snapshot has. Throws `UsageError`. */
function statesFrom(text: string | undefined): number {
  if (text === undefined) return USUAL_STATES;
  if (text === "all") return Number.MAX_SAFE_INTEGER;
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--states is ${text}, neither a number from 1 nor all`, COMMAND);
}
