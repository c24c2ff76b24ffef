/** The demo of `npm start`: a network of our own, from genesis to the state root after some messages. */
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { idAddress, secp256k1Address } from "../address/address.js";
import { MemoryBlockstore } from "../blockstore/memory-blockstore.js";
import { exitCodeText } from "../builtin/exit-codes.js";
import { type Cid, cidText } from "../encoding/cid.js";
import { CborReader } from "../ipld/cbor.js";
import type { StampedEvent } from "../message/event.js";
import { backtraceText } from "../vm/call-manager/backtrace.js";
import type { ApplyResult } from "../vm/executor/apply-result.js";
import { Genesis } from "../vm/genesis/genesis.js";
import { Machine } from "../vm/machine/machine.js";
import { NEWEST_VERSION, networkVersion } from "../vm/network/version.js";
import { type DemoCast, type DemoStep, demoSteps, FIL } from "./demo-steps.js";
import { UsageError } from "./usage-error.js";

const EPOCH = 100;
const BASE_FEE = 100n;
const builder = new URL("../../actors/build.mjs", import.meta.url);
const BUILTINS = ["system", "init", "cron", "account", "reward", "placeholder", "eam", "ethaccount"];

/** Builds actors, a genesis state and a machine, and executes messages. */
export async function runDemo(write: (line: string) => void): Promise<void> {
  const actors = await buildActors();
  const blockstore = new MemoryBlockstore();
  const { cast, stateRoot } = await createNetwork(actors, blockstore);
  const { version, name } = networkVersion(NEWEST_VERSION);
  write(`A network of our own: version ${version} (${name}), epoch ${EPOCH}, base fee ${BASE_FEE} attoFIL`);
  write(`  f0${cast.alice} alice, f0${cast.bob} bob: accounts; f0${cast.caller}: an actor that calls others`);
  write(`  genesis state ${cidText(stateRoot)}, ${blockstore.size} blocks`);
  write("  times include compiling an actor's code when it first runs\n");

  const machine = await Machine.create({
    network: version,
    stateRoot,
    blockstore,
    epoch: EPOCH,
    baseFee: BASE_FEE,
  });
  const nonces = { alice: 0, bob: 0 };
  for (const [index, step] of demoSteps.entries()) {
    const { result, milliseconds } = await execute(machine, step, cast, nonces);
    write(`${String(index + 1).padStart(2)}. ${step.title}`);
    for (const line of describe(step, result, milliseconds)) write(`    ${line}`);
  }
  const root = await machine.flush();
  machine.close();
  write(`\nNew state ${cidText(root)}, ${blockstore.size} blocks`);
}

/** From the repository: the actors are no part of the package. */
async function buildActors(): Promise<Record<string, Uint8Array>> {
  if (!existsSync(builder))
    throw new UsageError("the demo's actors are only in the repository, not in the package");
  const { buildActors } = (await import(builder.href)) as typeof import("../../actors/build.mjs");
  return buildActors();
}

async function createNetwork(
  actors: Record<string, Uint8Array>,
  blockstore: MemoryBlockstore,
): Promise<{ cast: DemoCast; stateRoot: Cid }> {
  const builtins = Object.fromEntries(BUILTINS.map((name) => [name, actors[name] as Uint8Array]));
  const genesis = new Genesis(blockstore, { network: NEWEST_VERSION, networkName: "demo", builtins });
  const account = (seed: number) =>
    genesis.addAccount(secp256k1Address(new Uint8Array(65).fill(seed)), 1000n * FIL);
  const cast = {
    alice: account(1),
    bob: account(2),
    caller: genesis.addActor({ code: genesis.addCode(actors.caller as Uint8Array) }),
    tokenCode: genesis.addCode(actors.token as Uint8Array),
  };
  // The account and the placeholder that the first messages create come before it.
  return { cast: { ...cast, token: genesis.nextId + 2 }, stateRoot: await genesis.write() };
}

async function execute(
  machine: Machine,
  step: DemoStep,
  cast: DemoCast,
  nonces: { alice: number; bob: number },
): Promise<{ result: ApplyResult; milliseconds: number }> {
  const from = step.from ?? "alice";
  const start = performance.now();
  const result = await machine.execute({
    version: 0,
    from: idAddress(cast[from]),
    nonce: nonces[from]++,
    value: 0n,
    gasLimit: 6_000_000,
    gasFeeCap: 150n,
    gasPremium: 10n,
    method: 0,
    params: new Uint8Array(),
    ...step.message(cast),
  });
  return { result, milliseconds: performance.now() - start };
}

function describe({ says }: DemoStep, result: ApplyResult, milliseconds: number): string[] {
  const { exitCode, gasUsed, returnData } = result.receipt;
  const nanoFil = Number(result.baseFeeBurn + result.minerTip + result.overEstimationBurn) / 1e9;
  const lines = [
    `exit ${exitCodeText(exitCode)}, ${counted(result.invocations, "call")}, ${gasUsed.toLocaleString("en")} gas, ${nanoFil.toFixed(2)} nanoFIL, ${milliseconds.toFixed(2)} ms`,
  ];
  if (returnData.length > 0 && says !== undefined) lines.push(`returns: ${says(new CborReader(returnData))}`);
  if (result.failure?.kind === "preflight") lines.push(`refused: ${result.failure.text}`);
  if (result.failure?.kind === "backtrace")
    lines.push(...backtraceText(result.failure.backtrace).trimEnd().split("\n"));
  return [...lines, ...result.events.map(describeEvent)];
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

/** Values of our own events are CBOR integers. */
function describeEvent({ emitter, entries }: StampedEvent): string {
  const pairs = entries.map(({ key, value }) => `${key} ${new CborReader(value).u64()}`);
  return `event of f0${emitter}: ${pairs.join(", ")}`;
}
