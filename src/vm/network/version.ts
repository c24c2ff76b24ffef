/** The network versions: each is its predecessor and what changed. */
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { NativeEngineConfig, NativePrices } from "../../native/addon.js";
import { type Check, is } from "../../util/check.js";
import { executionPrices, nativePrices } from "../gas/native-prices.js";
import type { PriceList } from "../gas/price-list.js";
import { hygge, skyr, teep, watermelon } from "../gas/price-lists.js";
import { hyggeSyscalls, type SyscallTable, skyrSyscalls, watermelonSyscalls } from "../syscalls/table.js";
import { hyggeRules, skyrRules, watermelonRules } from "./kernel-rules.js";
import type { KernelRules } from "./rules.js";

const MIB = 1 << 20;

/** Facts that a network version is made from. */
export interface NetworkDefinition {
  readonly version: number;
  readonly name: string;
  /** Version of the builtin actors that come with it. */
  readonly actorsVersion: number;
  /** The price list's name, and the list. */
  readonly prices: string;
  readonly priceList: PriceList;
  /** What changed for the VM, in words. */
  readonly changes: string;
  readonly rules: KernelRules;
  readonly syscalls: SyscallTable;
  /** The generation of the Wasm instrumentation. */
  readonly instrumentation: NativeEngineConfig["instrumentation"];
  /** Bytes that one instance's memory may reach; 0 = no limit. */
  readonly maxMemoryBytes: number;
  /** Elements that one table may reach; 0 = no limit. */
  readonly maxTableElements: number;
  /** Bytes that all live instances of a message may hold together; 0 = no limit. */
  readonly maxStackMemoryBytes: number;
  /** Elements that the instrumented Wasm stack of one instance may hold. */
  readonly maxWasmStack: number;
  /** Actors may write debug output, and are told so, even where a machine has nowhere to put it. */
  readonly actorDebugging: boolean;
  /** Code that runs instead of other code. Source: fvm/src/engine/mod.rs, `actor_redirect`. */
  readonly redirects: readonly Redirect[];
}

/** The first code is what an actor has, the second what runs for it. */
export type Redirect = readonly [code: Cid, instead: Cid];

/** The rules of a network version, as data. Types that this package does not export are the engine's own. */
export interface NetworkVersion extends NetworkDefinition {
  /** What decides the compilation of actors' code. */
  readonly engine: NativeEngineConfig;
  /** The part of the price list that C++ charges. */
  readonly nativePrices: NativePrices;
}

const skyr16: NetworkDefinition = {
  version: 16,
  name: "Skyr",
  actorsVersion: 8,
  prices: "Skyr",
  priceList: skyr,
  changes: "Wasm actors and their gas (FIP-0030, FIP-0031, FIP-0032)",
  rules: skyrRules,
  syscalls: skyrSyscalls,
  instrumentation: "legacy",
  maxMemoryBytes: 0,
  maxTableElements: 0,
  maxStackMemoryBytes: 0,
  maxWasmStack: 2048,
  actorDebugging: false,
  redirects: [],
};
const shark17 = after(skyr16, { name: "Shark", actorsVersion: 9, changes: "actors only" });
const hygge18 = after(shark17, {
  name: "Hygge",
  actorsVersion: 10,
  prices: "Hygge",
  priceList: hygge,
  changes:
    "f4 addresses, events, Ethereum accounts, user actors, prices and limits " +
    "(FIP-0048, FIP-0049, FIP-0050, FIP-0054, FIP-0055, FIP-0057)",
  rules: hyggeRules,
  syscalls: hyggeSyscalls,
  instrumentation: "current",
  // FIP-0057
  maxMemoryBytes: 512 * MIB,
  maxTableElements: 20_000,
  maxStackMemoryBytes: 2048 * MIB,
});
const lightning19 = after(hygge18, { name: "Lightning", actorsVersion: 11, changes: "actors only" });
const thunder20 = after(lightning19, { name: "Thunder", changes: "nothing in the VM" });
const watermelon21 = after(thunder20, {
  name: "Watermelon",
  actorsVersion: 12,
  prices: "Watermelon",
  priceList: watermelon,
  changes:
    "reachable links, events in three buffers, deletion, look-back without bound, BLS aggregates " +
    "(FIP-0071, FIP-0072, FIP-0073, FIP-0075, FIP-0079)",
  rules: watermelonRules,
  syscalls: watermelonSyscalls,
});
const dragon22 = after(watermelon21, { name: "Dragon", actorsVersion: 13, changes: "actors only" });
const waffle23 = after(dragon22, { name: "Waffle", actorsVersion: 14, changes: "actors only" });
const tukTuk24 = after(waffle23, { name: "TukTuk", actorsVersion: 15, changes: "actors only" });
const teep25 = after(tukTuk24, {
  name: "Teep",
  actorsVersion: 16,
  prices: "Teep",
  priceList: teep,
  changes: "prices of seal verification and non-interactive proofs (FIP-0076, FIP-0092)",
});
const tock26 = after(teep25, { name: "Tock", changes: "nothing in the VM" });
const goldenWeek27 = after(tock26, { name: "GoldenWeek", actorsVersion: 17, changes: "actors only" });
const fireHorse28 = after(goldenWeek27, { name: "FireHorse", actorsVersion: 18, changes: "actors only" });
/** In development: may change without notice. */
const xx29 = after(fireHorse28, { name: "Xx", actorsVersion: 19, changes: "in development" });

const made = new WeakSet<object>();

const versions: ReadonlyMap<number, NetworkVersion> = new Map(
  [
    skyr16,
    shark17,
    hygge18,
    lightning19,
    thunder20,
    watermelon21,
    dragon22,
    waffle23,
    tukTuk24,
    teep25,
    tock26,
    goldenWeek27,
    fireHorse28,
    xx29,
  ].map((definition) => [definition.version, complete(definition)]),
);

/** The lowest network version that this package executes. */
export const OLDEST_VERSION = skyr16.version;
/** The highest network version that chains run. */
export const NEWEST_VERSION = fireHorse28.version;

/**
 * All about a network version.
 *
 * @param options.experimental also accepts the version in development, 29
 * @throws FvmError UNKNOWN_NETWORK_VERSION
 */
export function networkVersion(
  version: number,
  options?: { readonly experimental?: boolean },
): NetworkVersion {
  const newest = options?.experimental === true ? xx29.version : NEWEST_VERSION;
  const found = typeof version === "number" && version <= newest ? versions.get(version) : undefined;
  if (found !== undefined) return found;
  throw new FvmError("UNKNOWN_NETWORK_VERSION", { version, supported: `${OLDEST_VERSION} to ${newest}` });
}

/** Whether it is published or derived from one that is. */
export function isNetworkVersion(value: unknown): value is NetworkVersion {
  return typeof value === "object" && value !== null && made.has(value);
}

/** Check of an option that says which network version. */
export const isNetwork: Check = is(
  (value) => typeof value === "number" || isNetworkVersion(value),
  "a network version",
);

function after(
  previous: NetworkDefinition,
  changes: Omit<Partial<NetworkDefinition>, "version">,
): NetworkDefinition {
  return { ...previous, version: previous.version + 1, ...changes };
}

/** The network version of a definition that is known to make sense. */
export function complete(definition: NetworkDefinition): NetworkVersion {
  const { priceList, instrumentation, maxWasmStack, maxMemoryBytes, maxTableElements } = definition;
  const version: NetworkVersion = {
    ...definition,
    nativePrices: nativePrices(priceList),
    engine: {
      instrumentation,
      maxWasmStack,
      maxMemoryBytes,
      maxTableElements,
      stopsExactly: false,
      ...executionPrices(priceList),
    },
  };
  made.add(version);
  return frozen(version);
}

/** Machines of the whole process share them. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of value instanceof Map ? value.values() : Object.values(value)) frozen(part);
  return value;
}
