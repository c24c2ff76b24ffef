import { readFileSync } from "node:fs";
import { FvmError } from "../errors.js";
import type { BlockOverride } from "../simulate/block.js";
import type { SameAs } from "../simulate/estimate.js";
import type { SimulatedMessage } from "../simulate/message.js";
import type { Overrides } from "../simulate/overrides.js";
import { overridesFromJson } from "../simulate/overrides-json.js";
import { type SimulationSetting, Simulator } from "../simulate/simulator.js";
import { parseExactJson } from "../tools/vectors/fields.js";
import type { MachineOptions } from "../vm/machine/options.js";
import { networkVersion } from "../vm/network/version.js";
import { acceptProofs, rejectProofs } from "../vm/proofs/verifier.js";
import type { Output } from "./command.js";
import { readMessage } from "./input/message.js";
import type { MessageValues, StateValues } from "./input/options.js";
import { missingBlock } from "./input/run.js";
import { openState } from "./input/state.js";
import { amountValue, bytesValue, countValue, u64Value } from "./input/values.js";
import { openVectorState } from "./input/vector.js";
import { estimateJson, estimateText, simulationJson, simulationText } from "./simulate-text.js";
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
  readonly json: boolean;
}

/** Messages, and what they are tried on. */
interface Scene extends Disposable {
  readonly machine: MachineOptions;
  readonly messages: readonly SimulatedMessage[];
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
  using scene = await (vector === undefined ? stateScene(values) : vectorScene(values, vector));
  const simulator = new Simulator({ ...scene.machine, ...proofsOf(values) });
  const setting = { overrides: overridesOf(values), block: blockOf(values) };
  try {
    await answer(simulator, scene.messages, setting, values, output);
  } catch (cause) {
    throw (vector === undefined ? missingBlock(cause, values.store) : undefined) ?? cause;
  }
  return 0;
}

function checkTogether(
  { state, store, estimate, same, lotus, trace, changes, index }: SimulateValues,
  vector?: string,
): void {
  const isState = state !== undefined || store.length > 0;
  if (isState && vector !== undefined)
    throw new UsageError("there is a vector, and a state: one of both", COMMAND);
  if (!isState && vector === undefined) {
    throw new UsageError("VECTOR is missing, or --state, --store, --network and --message", COMMAND);
  }
  if (index !== undefined && vector === undefined)
    throw new UsageError("--index goes with a vector", COMMAND);
  if (!estimate && same !== undefined) throw new UsageError("--same goes with --estimate", COMMAND);
  if (!estimate && lotus) throw new UsageError("--lotus goes with --estimate", COMMAND);
  if (estimate && (trace || changes))
    throw new UsageError("--estimate goes without --trace and --changes", COMMAND);
}

async function stateScene(values: SimulateValues): Promise<Scene> {
  if (values.message.length === 0) throw new UsageError("--message is missing", COMMAND);
  const state = await openState(values, COMMAND);
  try {
    return {
      machine: state.machine,
      messages: written(values, state.machine),
      [Symbol.dispose]: () => state[Symbol.dispose](),
    };
  } catch (error) {
    state[Symbol.dispose]();
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
    const ofVector = own === undefined ? [] : [{ ...own.message, rawLength: own.options.rawLength }];
    return {
      machine: state.machine,
      messages: given.length > 0 ? given : ofVector,
      [Symbol.dispose]: () => state[Symbol.dispose](),
    };
  } catch (error) {
    state[Symbol.dispose]();
    throw error;
  }
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

/** What the command line says of the block. */
function blockOf(values: SimulateValues): BlockOverride {
  const { epoch, timestamp, randomness, "base-fee": baseFee, "circulating-supply": supply } = values;
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

async function answer(
  simulator: Simulator,
  messages: readonly SimulatedMessage[],
  setting: SimulationSetting,
  { estimate, same, lotus, trace, changes, json }: SimulateValues,
  output: Output,
): Promise<void> {
  if (!estimate) {
    const simulation = await simulator.simulate(messages, { ...setting, trace, changes });
    output.answer(json ? simulationJson(simulation) : simulationText(simulation));
    return;
  }
  const [message, another] = messages;
  if (message === undefined || another !== undefined) {
    throw new UsageError("--estimate takes one message", COMMAND);
  }
  const options = same === undefined ? setting : { ...setting, same: same as SameAs };
  const found = await simulator.estimateGas(message, options);
  const ofLotus = lotus ? await simulator.estimateGasLikeLotus(message, setting) : undefined;
  output.answer(json ? estimateJson(found, ofLotus) : estimateText(found, ofLotus));
}
