/**
 * JSON as requests and answers bear it. Integers beyond 2^53 stay exact: they are bigints in memory and
 * plain digits in text. Of a text, the first value counts, as Go's decoder has it.
 */
import { parse as parseLossless, stringify as stringifyLossless } from "lossless-json";

// Outside of strings a number follows one of these; inside of one it costs the slower parser, no more.
const LONG_NUMBER = /(?:^|[[:,])\s*-?[0-9]{16}/;

/** The first value of a text. Throws `SyntaxError`. */
export function parseJson(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    const end = endOfFirstValue(text);
    if (end === undefined || end === text.length) throw error;
    return parseExact(text.slice(0, end));
  }
}

function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  // It refuses an object that says a name twice, and JSON.parse takes the last one: so ask that first.
  JSON.parse(text);
  return parseLossless(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
}

function parseNumber(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isInteger(number) && !Number.isSafeInteger(number) && /^-?[0-9]+$/.test(digits)
    ? BigInt(digits)
    : number;
}

/** Where an array or an object ends that begins a text; `undefined` if it does not, or begins with neither. */
function endOfFirstValue(text: string): number | undefined {
  const start = text.search(/\S/);
  if (text[start] !== "{" && text[start] !== "[") return undefined;
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (isInString) {
      if (char === "\\") at += 1;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** Text of a value; bigints are digits, as other numbers. What JSON lacks (`undefined`) is null. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    // It takes no bigint, and the library that does is slower.
    if (!(error instanceof TypeError)) throw error;
    return stringifyLossless(value) ?? "null";
  }
}
