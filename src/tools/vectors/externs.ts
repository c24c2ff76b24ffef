import { type Cid, cidFromParts } from "../../encoding/cid.js";
import { BLAKE2B_256, DAG_CBOR } from "../../encoding/codecs.js";
import { native } from "../../native/index.js";
import type { Externs, GuestEpoch } from "../../vm/externs/externs.js";
import type { MessageVector, TipsetVector } from "./vector.js";

/** A vector as far as it answers. */
export type AnsweringVector =
  | Pick<MessageVector, "class" | "origin" | "randomness">
  | Pick<TipsetVector, "class" | "origin" | "randomness" | "tipsetCids">;

/** The answer of ref-fvm's runner where a vector has no randomness (testing/conformance/src/rand.rs). */
const FALLBACK_RANDOMNESS = new TextEncoder().encode("i_am_random_____i_am_random_____");

/**
 * The chain that a vector was made on: what it recorded, and beyond that, by kind of vector, the fixed
 * answer of the public runner, functions of the epoch, or nothing. No consensus faults.
 */
export function vectorExterns(vector: AnsweringVector): Externs {
  const recorded = new Map(
    vector.randomness.map(({ source, epoch, value }) => [`${source}:${epoch}`, value]),
  );
  const beyond = unrecorded(vector);
  const randomness = (source: "chain" | "beacon", epoch: GuestEpoch) => {
    const question = `${source}:${epoch}`;
    return recorded.get(question) ?? beyond.randomness(question);
  };
  return {
    getChainRandomness: (epoch) => randomness("chain", epoch),
    getBeaconRandomness: (epoch) => randomness("beacon", epoch),
    getTipsetCid: (epoch) => beyond.tipsetCid(epoch),
    verifyConsensusFault: () => undefined,
  };
}

interface Unrecorded {
  randomness(question: string): Uint8Array;
  tipsetCid(epoch: GuestEpoch): Cid;
}

function unrecorded(vector: AnsweringVector): Unrecorded {
  if (vector.class === "tipset") return onlyRecorded(vector.tipsetCids);
  return vector.origin === "public" ? fixed : functionsOfEpoch;
}

const fixed: Unrecorded = {
  randomness: () => FALLBACK_RANDOMNESS,
  tipsetCid: (epoch) => refuse(`tipset:${epoch}`),
};

const functionsOfEpoch: Unrecorded = {
  randomness: textHash,
  tipsetCid: (epoch) => cidFromParts(DAG_CBOR, BLAKE2B_256, textHash(`tipset:${epoch}`)),
};

function onlyRecorded(cids: ReadonlyMap<number, Cid>): Unrecorded {
  return {
    randomness: refuse,
    tipsetCid: (epoch) =>
      (typeof epoch === "number" ? cids.get(epoch) : undefined) ?? refuse(`tipset:${epoch}`),
  };
}

function textHash(text: string): Uint8Array {
  return native.blake2b(new TextEncoder().encode(text), 32);
}

function refuse(question: string): never {
  throw new Error(`the vector does not say what ${question} is`);
}
