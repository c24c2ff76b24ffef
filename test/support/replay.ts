import type { Cid } from "../../src/encoding/cid.js";
import { decodeMessage } from "../../src/message/message.js";
import { vectorExterns } from "../../src/tools/vectors/externs.js";
import { readVector } from "../../src/tools/vectors/files.js";
import type { VectorStore } from "../../src/tools/vectors/store.js";
import type { MessageVector, Variant } from "../../src/tools/vectors/vector.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { acceptProofs } from "../../src/vm/proofs/verifier.js";
import type { Observer } from "../../src/vm/trace/observation.js";

const BLOCK_DELAY_SECONDS = 30;

/** A vector of real messages, and the one state of the chain that it is about. */
export function readMessageVector(file: string): { vector: MessageVector; variant: Variant } {
  const vector = readVector(file);
  const [variant] = vector.variants;
  if (vector.class !== "message" || variant === undefined) throw new Error(`${file}: no messages`);
  return { vector, variant };
}

export interface Replay {
  readonly results: readonly ApplyResult[];
  readonly stateRoot: Cid;
}

/** Executes a vector's messages on a state and by the rules of a version that need not be the vector's. */
export async function replay(
  { vector, variant }: ReturnType<typeof readMessageVector>,
  store: VectorStore,
  version: number,
  stateRoot: Cid,
  observer?: Observer,
): Promise<Replay> {
  const machine = await Machine.create({
    network: version,
    stateRoot,
    blockstore: store,
    epoch: variant.epoch,
    timestamp: BLOCK_DELAY_SECONDS * variant.epoch,
    baseFee: vector.baseFee,
    circulatingSupply: vector.circulatingSupply,
    chainId: vector.chainId,
    externs: vectorExterns(vector),
    proofs: acceptProofs,
    ...(observer && { observer }),
  });
  try {
    const results: ApplyResult[] = [];
    for (const { bytes, kind } of vector.messages) {
      results.push(await machine.execute(decodeMessage(bytes), { kind }));
    }
    return { results, stateRoot: await machine.flush() };
  } finally {
    machine.close();
  }
}
