import { FvmError } from "../../errors.js";
import { type Check, isArray, isCount, isObject, iterable, within } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption, readOption } from "../../util/options.js";
import type { AggregatePrice, Price, PriceList } from "./price-list.js";

/** Milligas. Sums and products of a few such prices are exact, and nobody can pay a single one: 10^12 gas. */
const MOST = 10 ** 15;

/** The most that compiled code and its counter can take: 32 bits, for a page of 65,536 bytes too. */
const LIMITS: Readonly<Partial<Record<keyof PriceList, { readonly least: number; readonly most: number }>>> =
  {
    // A loop that costs nothing would never end.
    instruction: { least: 1, most: 2 ** 32 - 1 },
    memoryPerByte: { least: 0, most: 2 ** 16 - 1 },
  };

/**
 * A price list with other prices, all checked and copied. Prices in parts are given as a whole; aggregate prices
 * are added, by seal proof type. Throws `FvmError` INVALID_OPTION.
 *
 * @param path of `changes` among a caller's options
 */
export function changedPrices(list: PriceList, changes: Partial<PriceList>, path: string): PriceList {
  checkOption(path, changes, isObject);
  const changed: Record<string, unknown> = { ...list };
  for (const name of readOption(path, () => Object.keys(changes)) as (keyof PriceList)[]) {
    const option = `${path}.${name}`;
    if (!Object.hasOwn(list, name)) {
      throw new FvmError("INVALID_OPTION", { option, reason: "there is no such price" });
    }
    const given = readOption(option, () => changes[name]);
    if (given !== undefined) changed[name] = changedPrice(option, name, list[name], given);
  }
  return changed as unknown as PriceList;
}

type PriceValue = PriceList[keyof PriceList];

/** By the form of the published price. */
function changedPrice(
  option: string,
  name: keyof PriceList,
  published: PriceValue,
  given: unknown,
): PriceValue {
  if (typeof published === "number") return checked(option, given, isPrice(published, LIMITS[name]));
  if (published instanceof Map) return aggregates(option, published, given);
  if (Array.isArray(published)) return actorIds(option, given);
  return parts(
    option,
    published as unknown as Readonly<Record<string, Price>>,
    given,
  ) as unknown as PriceValue;
}

/** Negative ones are refunds, which exist where the published price is one. */
function isPrice(
  published: Price,
  { least, most } = { least: published < 0 ? -MOST : 0, most: MOST },
): Check {
  return within(least, most, "a whole number of milligas");
}

function parts<T extends Readonly<Record<string, Price>>>(option: string, published: T, given: unknown): T {
  const checks = Object.entries(published).map(([name, price]) => [name, isPrice(price)]);
  return checkedOptionsOnly(given as T, Object.fromEntries(checks) as Checks<T>, option);
}

const isAggregates = iterable("a Map of prices by registered seal proof type");

const AGGREGATE_CHECKS: Checks<AggregatePrice> = { perProof: isPrice(0), steps: isArray };
const STEP_CHECKS: Checks<AggregatePrice["steps"][number]> = { from: isCount, price: isPrice(0) };

function aggregates(
  option: string,
  published: ReadonlyMap<number, AggregatePrice>,
  given: unknown,
): ReadonlyMap<number, AggregatePrice> {
  checkOption(option, given, isAggregates);
  const added = readOption(option, () => new Map(given as Iterable<[number, AggregatePrice]>));
  const prices = [...added].map(([type, price]) => {
    checkOption(option, type, isCount);
    return [type, aggregate(`${option}[${type}]`, price)] as const;
  });
  return new Map([...published, ...prices]);
}

function aggregate(option: string, given: AggregatePrice): AggregatePrice {
  const { perProof, steps } = checkedOptionsOnly(given, AGGREGATE_CHECKS, option);
  const own = [...steps].map((step, index) =>
    checkedOptionsOnly(step, STEP_CHECKS, `${option}.steps[${index}]`),
  );
  const isAscending = own.every(({ from }, index) => index === 0 || from > (own[index - 1]?.from ?? 0));
  if (isAscending) return { perProof, steps: own };
  throw new FvmError("INVALID_OPTION", { option: `${option}.steps`, reason: "they do not ascend" });
}

function actorIds(option: string, given: unknown): readonly number[] {
  const ids = [...checked<readonly number[]>(option, given, isArray)];
  for (const [index, id] of ids.entries()) checkOption(`${option}[${index}]`, id, isCount);
  return ids;
}

function checked<T>(option: string, value: unknown, check: Check): T {
  checkOption(option, value, check);
  return value as T;
}
