import { CBOR, DAG_CBOR, RAW } from "../../encoding/codecs.js";
import type { ObservedBlock } from "../../vm/trace/observation.js";
import type { Budget } from "./budget.js";
import type { Amount, PageBlock } from "./data.js";
import type { Words } from "./names.js";

const CODEC_NAMES: Readonly<Record<number, string>> = {
  [RAW]: "raw",
  [CBOR]: "CBOR",
  [DAG_CBOR]: "DAG-CBOR",
};

/** Texts that are named by number, each once. */
export class Strings {
  readonly list: string[] = [];
  private readonly places = new Map<string, number>();

  place(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    this.places.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

/** Exact in JSON. */
export function amountOf(amount: bigint): Amount {
  const number = Number(amount);
  return Number.isSafeInteger(number) ? number : String(amount);
}

/** @param words what the block says, if that is known */
export function blockOf({ codec, data }: ObservedBlock, words: Words | undefined, budget: Budget): PageBlock {
  const name = CODEC_NAMES[Number(codec)] ?? `codec 0x${codec.toString(16)}`;
  const size = `${data.length.toLocaleString("en-US")} ${data.length === 1 ? "byte" : "bytes"}`;
  const mismatch = words?.mismatch === undefined ? "" : `; not as expected: ${words.mismatch}`;
  return {
    about: budget.text(`${name}, ${size}${mismatch}`),
    ...(words !== undefined && { text: budget.text(words.text) }),
    hex: budget.hex(data),
  };
}
