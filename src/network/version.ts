/** The network versions: each is its predecessor and what changed. */
import { FvmError } from "../errors.js";
import { executionPrices, nativePrices } from "../gas/native-prices.js";
import type { PriceList } from "../gas/price-list.js";
import { hygge, skyr, teep, watermelon } from "../gas/price-lists.js";
import type { NativeEngineConfig, NativePrices } from "../native/addon.js";
import { hyggeSyscalls, type SyscallTable, skyrSyscalls, watermelonSyscalls } from "../syscalls/table.js";
import { hyggeRules, skyrRules, watermelonRules } from "./kernel-rules.js";
import type { KernelRules } from "./rules.js";

const MIB = 1 << 20;

interface Definition {
  readonly version: number;
  readonly name: string;
  /** Version of the builtin actors that come with it. */
  readonly actorsVersion: number;
  readonly priceList: PriceList;
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
}

export interface NetworkVersion extends Definition {
  /** What decides the compilation of actors' code. */
  readonly engine: NativeEngineConfig;
  /** The part of the price list that C++ charges. */
  readonly nativePrices: NativePrices;
}

/** Elements of the instrumented Wasm stack, the same in all versions. */
const MAX_WASM_STACK = 2048;

const skyr16: Definition = {
  version: 16,
  name: "Skyr",
  actorsVersion: 8,
  priceList: skyr,
  rules: skyrRules,
  syscalls: skyrSyscalls,
  instrumentation: "legacy",
  maxMemoryBytes: 0,
  maxTableElements: 0,
  maxStackMemoryBytes: 0,
};
const shark17 = after(skyr16, { name: "Shark", actorsVersion: 9 });
const hygge18 = after(shark17, {
  name: "Hygge",
  actorsVersion: 10,
  priceList: hygge,
  rules: hyggeRules,
  syscalls: hyggeSyscalls,
  instrumentation: "current",
  // FIP-0057
  maxMemoryBytes: 512 * MIB,
  maxTableElements: 20_000,
  maxStackMemoryBytes: 2048 * MIB,
});
const lightning19 = after(hygge18, { name: "Lightning", actorsVersion: 11 });
const thunder20 = after(lightning19, { name: "Thunder" });
const watermelon21 = after(thunder20, {
  name: "Watermelon",
  actorsVersion: 12,
  priceList: watermelon,
  rules: watermelonRules,
  syscalls: watermelonSyscalls,
});
const dragon22 = after(watermelon21, { name: "Dragon", actorsVersion: 13 });
const waffle23 = after(dragon22, { name: "Waffle", actorsVersion: 14 });
const tukTuk24 = after(waffle23, { name: "TukTuk", actorsVersion: 15 });
const teep25 = after(tukTuk24, { name: "Teep", actorsVersion: 16, priceList: teep });
const tock26 = after(teep25, { name: "Tock" });
const goldenWeek27 = after(tock26, { name: "GoldenWeek", actorsVersion: 17 });
const fireHorse28 = after(goldenWeek27, { name: "FireHorse", actorsVersion: 18 });
/** In development: may change without notice. */
const xx29 = after(fireHorse28, { name: "Xx", actorsVersion: 19 });

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

/** The lowest and highest network version that chains run. */
export const OLDEST_VERSION = skyr16.version;
export const NEWEST_VERSION = fireHorse28.version;

/**
 * All about a network version.
 *
 * @param options.experimental also accepts the version in development, 29
 * @throws FvmError UNKNOWN_NETWORK_VERSION
 */
export function networkVersion(
  version: number,
  options: { readonly experimental?: boolean } = {},
): NetworkVersion {
  const newest = options.experimental ? xx29.version : NEWEST_VERSION;
  const found = version > newest ? undefined : versions.get(version);
  if (found !== undefined) return found;
  throw new FvmError("UNKNOWN_NETWORK_VERSION", { version, supported: `${OLDEST_VERSION} to ${newest}` });
}

function after(previous: Definition, changes: Omit<Partial<Definition>, "version">): Definition {
  return { ...previous, version: previous.version + 1, ...changes };
}

function complete(definition: Definition): NetworkVersion {
  const { priceList, instrumentation, maxMemoryBytes, maxTableElements } = definition;
  return {
    ...definition,
    nativePrices: nativePrices(priceList),
    engine: {
      instrumentation,
      maxWasmStack: MAX_WASM_STACK,
      maxMemoryBytes,
      maxTableElements,
      ...executionPrices(priceList),
    },
  };
}
