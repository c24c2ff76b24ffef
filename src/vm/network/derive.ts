import { type Cid, cidText, isBinaryCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { anything, type Check, is, isArray, isFlag, iterable, optional, within } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption, readOption } from "../../util/options.js";
import { changedPrices } from "../gas/changed-prices.js";
import type { PriceList } from "../gas/price-list.js";
import { type CustomSyscall, isCustomSyscall } from "../syscalls/custom.js";
import { withCustom } from "../syscalls/table.js";
import type { KernelRules } from "./rules.js";
import {
  complete,
  isNetwork,
  type NetworkDefinition,
  type NetworkVersion,
  networkVersion,
  type Redirect,
} from "./version.js";

/** How a network differs from the version that it is derived from. What is absent stays. */
export interface NetworkChanges {
  readonly name?: string;
  /** Calls that may be open at once, 1 to 4,096: the message's own is the first. */
  readonly maxCallDepth?: number;
  /** Bytes that one instance's memory may reach: whole pages of 65,536 bytes, up to 4 GiB. */
  readonly maxMemoryBytes?: number;
  /** Bytes that all live instances of a message may hold together, a table's element counting as 8; up to 1 TiB. */
  readonly maxStackMemoryBytes?: number;
  /** Elements that a table may reach, 1 to 10,000,000; an instance has one table then. */
  readonly maxTableElements?: number;
  /** Elements (values and frames) that an instance's Wasm stack may hold, 16 to 65,536. */
  readonly maxWasmStack?: number;
  /** Bytes that a block which an actor creates may have, 1 to 2^30. */
  readonly maxBlockBytes?: number;
  /**
   * Actors may write debug output on all machines, and are told so. Machines without a sink of their own
   * (`MachineOptions.debug`) drop it.
   */
  readonly actorDebugging?: boolean;
  /**
   * Which code runs instead of an actor's own: pairs of binary CIDs, or a Map. The code that actors and clients
   * see stays. What is redirected to is not redirected again.
   */
  readonly redirects?: Iterable<Redirect>;
  /** Milligas; see `PriceList`. */
  readonly prices?: Partial<PriceList>;
  /** More syscalls, beside those that are there. */
  readonly syscalls?: readonly CustomSyscall[];
}

/** In the name of a price list that is no published one. */
const CHANGED = ", changed";
const PAGE = 65_536;
const GIB = 2 ** 30;

/** So many instances a process surely has addresses for. */
const DEEPEST = 4096;

const isMemoryLimit: Check = is(
  (value) => within(PAGE, 4 * GIB)(value) === undefined && (value as number) % PAGE === 0,
  `a multiple of ${PAGE} up to ${4 * GIB}`,
);

const CHECKS: Checks<NetworkChanges> = {
  name: optional(is((value) => typeof value === "string" && value !== "", "a name")),
  maxCallDepth: optional(within(1, DEEPEST)),
  maxMemoryBytes: optional(isMemoryLimit),
  maxStackMemoryBytes: optional(within(PAGE, 1024 * GIB)),
  maxTableElements: optional(within(1, 10_000_000)),
  maxWasmStack: optional(within(16, 65_536)),
  maxBlockBytes: optional(within(1, GIB)),
  actorDebugging: optional(isFlag),
  redirects: anything,
  prices: anything,
  syscalls: optional(isArray),
};

/**
 * A network version of one's own: another one with changes, for machines, chain nodes and `Genesis`. Actors see
 * the number of the version that it is derived from. To be made once and kept: machines of one network version
 * have their native side in common.
 *
 * @param base a network version or its number; may be derived itself
 * @throws FvmError INVALID_OPTION, which names what is wrong; UNKNOWN_NETWORK_VERSION
 */
export function deriveNetwork(base: NetworkVersion | number, changes: NetworkChanges): NetworkVersion {
  checkOption("base", base, isNetwork);
  const parent = typeof base === "number" ? networkVersion(base) : base;
  const { redirects, prices, syscalls, maxCallDepth, maxBlockBytes, ...limits } = checkedOptionsOnly(
    changes,
    CHECKS,
  );
  const definition: NetworkDefinition = {
    ...parent,
    ...limits,
    ...(prices !== undefined && {
      prices: parent.prices.endsWith(CHANGED) ? parent.prices : parent.prices + CHANGED,
      priceList: changedPrices(parent.priceList, prices, "prices"),
    }),
    ...(redirects !== undefined && { redirects: checkedRedirects(redirects) }),
    ...(syscalls !== undefined && { syscalls: withCustom(parent.syscalls, checkedSyscalls(syscalls)) }),
    rules: changedRules(parent.rules, maxCallDepth, maxBlockBytes),
  };
  return complete(definition);
}

function changedRules(
  { native, calls, ...rules }: KernelRules,
  maxCallDepth: number | undefined,
  maxBlockBytes: number | undefined,
): KernelRules {
  return {
    ...rules,
    native: { ...native, ...(maxBlockBytes !== undefined && { maxBlockBytes }) },
    calls: { ...calls, ...(maxCallDepth !== undefined && { maxCallDepth }) },
  };
}

const isRedirects = iterable("a Map or an array of pairs");
const isRedirect = is((value) => Array.isArray(value) && value.length === 2, "a pair of CIDs");

function checkedRedirects(given: Iterable<Redirect>): readonly Redirect[] {
  checkOption("redirects", given, isRedirects);
  const pairs = readOption("redirects", () => [...given]);
  const codes = new Set<Cid>();
  return pairs.map((pair, index) => {
    const option = `redirects[${index}]`;
    checkOption(option, pair, isRedirect);
    const [code, instead] = pair;
    checkOption(option, code, isBinaryCid);
    checkOption(option, instead, isBinaryCid);
    if (codes.has(code)) {
      throw new FvmError("INVALID_OPTION", { option, reason: `${cidText(code)} is redirected already` });
    }
    codes.add(code);
    return [code, instead];
  });
}

function checkedSyscalls(given: readonly CustomSyscall[]): readonly CustomSyscall[] {
  const syscalls = [...given];
  for (const [index, syscall] of syscalls.entries()) {
    checkOption(`syscalls[${index}]`, syscall, isCustomSyscall);
  }
  return syscalls;
}
