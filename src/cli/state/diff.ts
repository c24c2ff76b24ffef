import type { NetworkLetter } from "../../address/text.js";
import { BlockCache } from "../../blockstore/block-cache.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { stateBefore } from "../../chain/history/lookback.js";
import { cidText, toCid } from "../../encoding/cid.js";
import { type CompareOptions, compareStates } from "../../inspect/state/compare-states.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import { comparisonJson, comparisonText } from "../../inspect/state/text.js";
import { readVector } from "../../tools/vectors/files.js";
import type { Output } from "../command.js";
import { runInput, type Setting } from "../input/run.js";
import { UsageError } from "../usage-error.js";
import { COLOURS } from "./colours.js";
import { checkNoEpoch, onStates, onTipset, type StateStoreValues } from "./open.js";

/** How differences are shown. */
export interface DiffHow {
  /** Entries of each map or list. */
  readonly limit: number;
  readonly json: boolean;
  readonly output: Output;
  /** First letter of addresses. */
  readonly letter?: NetworkLetter | undefined;
}

const COMMAND = "state diff";
const CACHE_BYTES = 64 * 2 ** 20;

/** Handles `fvm state diff ROOT ROOT`. */
export async function diffRoots(
  values: StateStoreValues,
  before: string,
  after: string,
  how: DiffHow,
): Promise<number> {
  return onStates(values, [before, after], COMMAND, async (store, [old, now], letter) => {
    if (old !== undefined && now !== undefined) await answer(store, old, now, {}, { ...how, letter });
    return 0;
  });
}

/** Handles `fvm state diff --data DIR`: what executing a tipset changes. Default: the last one that has another on top. */
export async function diffTipset(values: StateStoreValues, how: DiffHow): Promise<number> {
  return onTipset(values, COMMAND, async (store, chosen) => {
    const { chain, network } = chosen;
    const [old, now] = await (chosen.next === undefined && values.epoch === undefined
      ? [await chain.parent(chosen.tipset), chosen.tipset]
      : [chosen.tipset, chosen.next]);
    if (old === undefined || now === undefined) {
      throw new UsageError("the head has not been executed: no tipset says yet what it changes", COMMAND);
    }
    const names = { epoch: String(old.epoch) };
    const [before, after] = [
      await stateBefore(chain, network, old, {}),
      await stateBefore(chain, network, now, {}),
    ];
    await answer(store, before, after, names, { ...how, letter: network.letter });
    return 0;
  });
}

/** Handles `fvm state diff VECTOR`: at each of its variants what all of its messages change. */
export async function diffVector(values: StateStoreValues, file: string, how: DiffHow): Promise<number> {
  checkNoEpoch(values, COMMAND);
  const settings: Setting[] = [];
  const watcher = { onBegin: (setting: Setting) => void settings.push(setting) };
  const nothing = {
    filter: undefined,
    message: [],
    state: undefined,
    ...values,
    ...NO_SETTINGS,
  };
  const status = await runInput(nothing, [file], watcher, how.output, COMMAND);
  for (const { name, source, networkVersion: network, stateRoot, blockstore } of settings) {
    const { stateRoot: root } = readVector(source).expected;
    // The vector came out otherwise, which was said.
    if (blockstore.get(root) === undefined) continue;
    await answer(blockstore, { root: toCid(stateRoot), network }, { root, network }, { vector: name }, how);
  }
  return status;
}

/** Options of states that a vector has itself. */
const NO_SETTINGS = {
  epoch: undefined,
  timestamp: undefined,
  "base-fee": undefined,
  "circulating-supply": undefined,
  "chain-id": undefined,
  randomness: undefined,
  proofs: undefined,
} as const;

async function answer(
  store: Blockstore,
  before: StateAt,
  after: StateAt,
  names: Readonly<Record<string, string>>,
  { limit, json, output, letter = "f" }: DiffHow,
): Promise<void> {
  const blockCache = BlockCache.create(CACHE_BYTES);
  const how: CompareOptions = {
    blockCache,
    maxEntries: limit,
    onActor: (done, total) => output.progress(`${done} of ${total} actors`),
  };
  try {
    const comparison = await compareStates(store, before, after, how);
    const roots = { before: cidText(before.root), after: cidText(after.root) };
    if (json) {
      output.answer(
        JSON.stringify({ ...names, ...roots, ...Object(comparisonJson(comparison, { letter })) }),
      );
      return;
    }
    const options = { letter, ...(output.hasColours === true && { marks: COLOURS }) };
    const title = Object.entries(names).map(
      ([name, value]) => `${name === "vector" ? "" : `${name} `}${value}\n`,
    );
    output.answer(`${title.join("")}${comparisonText(comparison, options) || "no difference\n"}`.trimEnd());
  } finally {
    blockCache.clear();
  }
}
