import { readFileSync } from "node:fs";
import type { ContractAbi } from "../builtin/abi/index.js";
import { FvmError } from "../errors.js";
import { compareChanges } from "../inspect/state/index.js";
import { type Message, storedLength } from "../message/message.js";
import { ExitCode } from "../message/outcome.js";
import type { BlockOverride } from "../simulate/block.js";
import type { SameAs } from "../simulate/estimate.js";
import type { SimulatedMessage } from "../simulate/message.js";
import type { Overrides } from "../simulate/overrides.js";
import { inNamesOfJson, overridesFromJson } from "../simulate/overrides-json.js";
import { type SimulationSetting, Simulator, simulateAndLook } from "../simulate/simulator.js";
import { parseExactJson } from "../tools/vectors/fields.js";
import type { MachineOptions } from "../vm/machine/options.js";
import { networkVersion } from "../vm/network/version.js";
import { acceptProofs, rejectProofs } from "../vm/proofs/verifier.js";
import type { Output } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { readMessage } from "./input/message.js";
import { missingBlock } from "./input/missing-block.js";
import { type MessageValues, namesState, STATE_OPTIONS, type StateValues } from "./input/options.js";
import { openState } from "./input/state.js";
import { namesOf } from "./input/store.js";
import { amountValue, bytesValue, countValue, u64Value } from "./input/values.js";
import { openVectorState } from "./input/vector.js";
import { noteUnused, readAbis } from "./read-abi.js";
import {
  estimateJson,
  estimateText,
  type SimulationView,
  simulationJson,
  simulationText,
  type TracedMessage,
} from "./simulate-text.js";
import { COLOURS } from "./state/colours.js";
import { UsageError } from "./usage-error.js";

interface SimulateValues extends StateValues, MessageValues {
  readonly index: string | undefined;
  readonly variant: string | undefined;
  readonly override: readonly string[];
  readonly estimate: boolean;
  readonly same: string | undefined;
  readonly lotus: boolean;
  readonly trace: boolean;
  readonly changes: boolean;
  readonly params: boolean;
  /** Files of contracts' ABIs. */
  readonly abi: readonly string[];
  readonly json: boolean;
}

/** Messages, and what they are tried on. */
interface Scene extends AsyncDisposable {
  readonly machine: MachineOptions;
  readonly messages: readonly SimulatedMessage[];
  /** Number of the first one in the vector, or on the command line. */
  readonly firstIndex: number;
}

const COMMAND = "simulate";
const RANDOMNESS_BYTES = 32;

/** Tries the messages of the command line. Answers the exit code. Throws as `Simulator`, `UsageError`, and as `openState`. */
export async function runSimulate(
  values: SimulateValues,
  vector: string | undefined,
  output: Output,
): Promise<number> {
  checkTogether(values, vector);
  await using scene = await (vector === undefined ? stateScene(values) : vectorScene(values, vector));
  const simulator = new Simulator({ ...scene.machine, ...proofsOf(values) });
  const setting = { overrides: overridesOf(values), block: blockOf(values) };
  const [abi, usedAbis] = [await readAbis(values.abi), new Set<string>()];
  const show = values.estimate ? showEstimate : showSimulation;
  try {
    const status = await show({ simulator, scene, setting, values, abi, usedAbis, output });
    if (!values.json && !values.estimate) noteUnused(values.abi, usedAbis, output);
    return status;
  } catch (cause) {
    throw (vector === undefined ? missingBlock(cause, namesOf(values)) : undefined) ?? inNamesOfJson(cause);
  }
}

function checkTogether(
  { estimate, same, lotus, trace, params, changes, index, ...values }: SimulateValues,
  vector?: string,
): void {
  const isState = namesState(values);
  if (isState && vector !== undefined)
    throw new UsageError("there is a vector, and a state: one of both", COMMAND);
  if (!isState && vector === undefined) {
    throw new UsageError(`VECTOR is missing, or ${STATE_OPTIONS}`, COMMAND);
  }
  if (index !== undefined && vector === undefined)
    throw new UsageError("--index goes with a vector", COMMAND);
  if (!estimate && same !== undefined) throw new UsageError("--same goes with --estimate", COMMAND);
  if (!estimate && lotus) throw new UsageError("--lotus goes with --estimate", COMMAND);
  if (estimate && (trace || params || changes))
    throw new UsageError("--estimate goes without --trace, --params and --changes", COMMAND);
}

async function stateScene(values: SimulateValues): Promise<Scene> {
  if (values.message.length === 0) throw new UsageError("--message is missing", COMMAND);
  const state = await openState(values, COMMAND);
  try {
    return {
      machine: state.machine,
      messages: written(values, state.machine),
      firstIndex: 0,
      [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
    };
  } catch (error) {
    await state[Symbol.asyncDispose]();
    throw error;
  }
}

async function vectorScene(values: SimulateValues, file: string): Promise<Scene> {
  const { index = "0", variant } = values;
  const at = countValue("index", index, COMMAND);
  const state = await openVectorState(file, values, COMMAND, at, variant);
  try {
    const [own] = state.messages;
    const given = written(values, state.machine);
    if (given.length === 0 && own === undefined) {
      throw new FvmError("INVALID_VECTOR", { file, field: "apply_messages", reason: "there is none" });
    }
    const ofVector = own === undefined ? [] : [withLength(own.message, own.options.rawLength)];
    return {
      machine: state.machine,
      messages: given.length > 0 ? given : ofVector,
      firstIndex: given.length > 0 ? 0 : at,
      [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
    };
  } catch (error) {
    await state[Symbol.asyncDispose]();
    throw error;
  }
}

/** A message of this length. The usual one is left to its gas limit, of which estimates try several. */
function withLength(message: Message, rawLength: number): SimulatedMessage {
  return rawLength === storedLength(message) ? message : { ...message, rawLength };
}

function written({ message }: SimulateValues, { network }: MachineOptions): SimulatedMessage[] {
  const rules = typeof network === "number" ? networkVersion(network) : network;
  return message.map((text) => {
    const { message, rawLength } = readMessage(text, rules);
    return rawLength === undefined ? message : { ...message, rawLength };
  });
}

function proofsOf({ proofs }: SimulateValues): Pick<MachineOptions, "proofs"> {
  return proofs === undefined ? {} : { proofs: proofs === "accept" ? acceptProofs : rejectProofs };
}

/** Overrides of the block, from the command line. An epoch that has picked the state is none. */
function blockOf(values: SimulateValues): BlockOverride {
  const epoch = values.data !== undefined && values.state === undefined ? undefined : values.epoch;
  const { timestamp, randomness, "base-fee": baseFee, "circulating-supply": supply } = values;
  return {
    ...(epoch !== undefined && { epoch: countValue("epoch", epoch, COMMAND) }),
    ...(timestamp !== undefined && { timestamp: u64Value("timestamp", timestamp, COMMAND) }),
    ...(baseFee !== undefined && { baseFee: amountValue("base-fee", baseFee, COMMAND) }),
    ...(supply !== undefined && { circulatingSupply: amountValue("circulating-supply", supply, COMMAND) }),
    ...(randomness !== undefined && {
      randomness: bytesValue("randomness", randomness, RANDOMNESS_BYTES, COMMAND),
    }),
  };
}

/** Overrides of all files; of an address that is in several, an error says so. */
function overridesOf({ override }: SimulateValues): Overrides {
  return override.flatMap((given) => {
    const text = given.trimStart().startsWith("{") ? given : readFileSync(given, "utf8");
    return [...overridesFromJson(exactJson(text))];
  });
}

function exactJson(text: string): unknown {
  try {
    return parseExactJson(text, "");
  } catch (cause) {
    throw new FvmError("INVALID_OPTION", { option: "overrides", reason: "not JSON" }, { cause });
  }
}

/** The simulation to try, and how to show it. */
interface Attempt {
  readonly simulator: Simulator;
  readonly scene: Scene;
  readonly setting: SimulationSetting;
  readonly values: SimulateValues;
  readonly abi: ContractAbi | undefined;
  readonly usedAbis: Set<string>;
  readonly output: Output;
}

async function showSimulation({
  simulator,
  scene,
  setting,
  values,
  output,
  abi,
  usedAbis,
}: Attempt): Promise<number> {
  const { trace, params, changes, json } = values;
  const options = { ...setting, trace: true, changes };
  const { results, comparison } = await simulateAndLook(
    simulator,
    scene.messages,
    options,
    async (machine, { results, changes }) => ({
      results: results as readonly TracedMessage[],
      comparison: changes && (await compareChanges(machine, changes)),
    }),
  );
  const view: SimulationView = {
    ...{ trace, params, usedAbis, comparison, firstIndex: scene.firstIndex },
    ...(abi && { abi }),
    ...(output.hasColours === true && { marks: COLOURS }),
  };
  output.answer(json ? simulationJson(results, view) : simulationText(results, view));
  return 0;
}

async function showEstimate({ simulator, scene, setting, values, output, abi }: Attempt): Promise<number> {
  const { same, lotus, json } = values;
  const [message, another] = scene.messages;
  if (message === undefined || another !== undefined) {
    throw new UsageError("--estimate takes one message", COMMAND);
  }
  const options = same === undefined ? setting : { ...setting, same: same as SameAs };
  const found = await simulator.estimateGas(message, options);
  const isFailure = found.result.receipt.exitCode !== ExitCode.Ok;
  const failed = isFailure
    ? ((await simulator.call(
        { ...message, gasLimit: found.gasLimit },
        { ...setting, trace: true },
      )) as TracedMessage)
    : undefined;
  // Lotus estimates no message that fails.
  const ofLotus = lotus && !isFailure ? await simulator.estimateGasLikeLotus(message, setting) : undefined;
  output.answer(json ? estimateJson(found, ofLotus, failed, abi) : estimateText(found, ofLotus, failed, abi));
  if (lotus && isFailure) output.note("Lotus gives no limit, as the message fails");
  return isFailure ? ExitStatus.Failed : 0;
}
