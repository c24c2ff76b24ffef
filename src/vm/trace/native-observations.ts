import type { Cid } from "../../encoding/cid.js";
import type { Milligas } from "../../message/gas.js";
import { OBSERVATION_WORDS, Observed } from "../../native/addon.js";
import { latin1 } from "../../util/bytes.js";
import { i64, i64FromWords, u64FromWords } from "../../util/u64.js";
import { blockCreateCompute, blockLinkCompute, blockOpenCompute } from "../gas/charges.js";
import type { PriceList } from "../gas/price-list.js";
import type { Observation } from "./observation.js";

type Split = (prices: PriceList, bytes: number, links: number) => Milligas;

/** The part of a charge that is computation, where that is not all of it. */
const COMPUTE: Readonly<Partial<Record<number, Split>>> = {
  [Observed.OnBlockOpenBase]: (prices) => prices.blockOpen.compute,
  [Observed.OnBlockOpenPerByte]: blockCreateCompute,
  [Observed.OnBlockOpen]: (prices, _, links) => blockOpenCompute(prices, links),
  [Observed.OnBlockCreate]: blockCreateCompute,
  [Observed.OnBlockLink]: blockLinkCompute,
  [Observed.OnActorUpdate]: () => 0,
};

const NAMES = Object.keys(Observed);

/**
 * Reads what C++ has observed, in order: see `NativeStack.takeObservations`.
 *
 * @param isSigned whether amounts are signed (rule `signedGasCharge`)
 */
export function* readObservations(
  memory: ArrayBuffer,
  prices: PriceList,
  isSigned: boolean,
): Generator<Observation> {
  const words = new Uint32Array(memory);
  const bytes = new Uint8Array(memory);
  const word = (index: number): number => words[index] as number;
  for (let at = 0; at < words.length; ) {
    const what = word(at);
    const textAt = at + OBSERVATION_WORDS;
    const textSize = word(at + 1);
    const text = bytes.subarray(textAt * 4, textAt * 4 + textSize);
    const [low, high, size, links] = [word(at + 2), word(at + 3), word(at + 4), word(at + 5)];
    at = textAt + Math.ceil(textSize / 4);
    if (what === Observed.BlockRead) yield { kind: "blockRead", cid: latin1(text) as Cid, size };
    else if (what === Observed.BlockWrite) yield { kind: "blockWrite", cid: latin1(text) as Cid, size };
    else {
      const amount = isSigned ? i64FromWords(low, high) : u64FromWords(low, high);
      const name = what === Observed.NamedCharge ? utf8(text) : (NAMES[what] as string);
      const compute = COMPUTE[what]?.(prices, size, links) ?? amount;
      yield { kind: "charge", name, compute, other: difference(amount, compute) };
    }
  }
}

function difference(a: Milligas, b: Milligas): Milligas {
  return typeof a === "number" && typeof b === "number" ? a - b : i64(BigInt(a) - BigInt(b));
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}
