import type { Cid } from "../../encoding/cid.js";
import type { Milligas } from "../../message/gas.js";
import { type NativeStack, OBSERVATION_WORDS, Observed } from "../../native/addon.js";
import { latin1 } from "../../util/bytes.js";
import { i64, i64FromWords, u64FromWords } from "../../util/u64.js";
import { blockCreateCompute, blockLinkCompute, blockOpenCompute } from "../gas/charges.js";
import type { PriceList } from "../gas/price-list.js";
import type { Observation } from "./observation.js";

type Split = (prices: PriceList, bytes: number, links: number) => Milligas;

/** The part of a charge that is computation, where that is not all of it. */
const SPLITS: Readonly<Partial<Record<keyof typeof Observed, Split>>> = {
  OnBlockOpenBase: (prices) => prices.blockOpen.compute,
  OnBlockOpenPerByte: blockCreateCompute,
  OnBlockOpen: (prices, _, links) => blockOpenCompute(prices, links),
  OnBlockCreate: blockCreateCompute,
  OnBlockLink: blockLinkCompute,
  OnActorUpdate: () => 0,
};

/** By number in `Observed`. */
const NAMES = Object.keys(Observed) as (keyof typeof Observed)[];
const SPLIT_OF = NAMES.map((name) => SPLITS[name]);

/** Words that room is made for at first. */
const USUAL_WORDS = 4096;

/** Reads what C++ has observed: see `NativeStack.takeObservations`. */
export class NativeObservations {
  private words = new Uint32Array(USUAL_WORDS);

  /** @param isSigned whether amounts of gas are signed (rule `signedGasCharge`) */
  constructor(
    private readonly stack: NativeStack,
    private readonly prices: PriceList,
    private readonly isSigned: boolean,
  ) {}

  /** Calls `tell` with each observation since the last time, in order. */
  take(tell: (observation: Observation) => void): void {
    const count = this.fetch();
    for (let at = 0; at < count; ) {
      const textSize = this.words[at + 1] as number;
      tell(this.read(at, textSize));
      at += OBSERVATION_WORDS + ((textSize + 3) >> 2);
    }
  }

  /** Returns the number of words. */
  private fetch(): number {
    const count = this.stack.takeObservations(this.words);
    if (count <= this.words.length) return count;
    this.words = new Uint32Array(2 ** Math.ceil(Math.log2(count)));
    return this.stack.takeObservations(this.words);
  }

  private read(at: number, textSize: number): Observation {
    const { words, prices } = this;
    const what = words[at] as number;
    const [size, links] = [words[at + 4] as number, words[at + 5] as number];
    if (what === Observed.BlockRead) return { kind: "blockRead", cid: this.cid(at, textSize), size };
    if (what === Observed.BlockWrite) return { kind: "blockWrite", cid: this.cid(at, textSize), size };
    const amount = this.amount(words[at + 2] as number, words[at + 3] as number);
    const split = SPLIT_OF[what];
    const compute = split === undefined ? amount : split(prices, size, links);
    const other = split === undefined ? 0 : difference(amount, compute);
    const name = what === Observed.NamedCharge ? this.text(at, textSize).toString() : (NAMES[what] as string);
    return { kind: "charge", name, compute, other };
  }

  private amount(low: number, high: number): Milligas {
    return this.isSigned ? i64FromWords(low, high) : u64FromWords(low, high);
  }

  private cid(at: number, size: number): Cid {
    return latin1(this.text(at, size)) as Cid;
  }

  private text(at: number, size: number): Buffer {
    return Buffer.from(this.words.buffer, (at + OBSERVATION_WORDS) * 4, size);
  }
}

function difference(a: Milligas, b: Milligas): Milligas {
  return typeof a === "number" && typeof b === "number" ? a - b : i64(BigInt(a) - BigInt(b));
}
