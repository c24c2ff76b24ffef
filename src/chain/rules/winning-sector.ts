/** The sector that a block's miner has to prove. Source: Lotus chain/stmgr/actors.go, `GetSectorsForWinningPoSt`. */
import { createHash } from "node:crypto";
import { type Address, addressId } from "../../address/address.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { InspectedState } from "../../inspect/state/inspected-state.js";
import { Amt } from "../../ipld/amt.js";
import { retryingInside } from "../../ipld/retrying.js";
import { latin1Bytes } from "../../util/bytes.js";
import type { Waits } from "../../util/waits.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import { DecodedFields } from "./decoded-fields.js";
import { fieldsOf, linkOf, rawCodec } from "./election-states.js";

/** A sealed sector. */
export interface SealedSector {
  readonly sectorNumber: number | bigint;
  /** Registered seal proof type. */
  readonly sealType: number;
  readonly sealed: Cid;
}

/** Integers from the first to the last one. */
type Range = readonly [first: bigint, last: bigint];

/** Bit fields of large miners are long. */
const ALL = { maxItems: Number.MAX_SAFE_INTEGER };
const AMT_V3 = { version: 3 } as const;
const NOT_ACTIVE = ["terminated", "faults", "unproven"] as const;

/**
 * The sector that is drawn from a miner's active ones; undefined if it has none.
 *
 * @param proverId the miner as proofs bind it
 * @param randomness 32 bytes, a number of the field
 */
export function* winningSectorIn(
  state: InspectedState,
  miner: Address,
  proverId: Uint8Array,
  randomness: Uint8Array,
): Waits<SealedSector | undefined> {
  const fields = yield* fieldsOf(state, addressId(miner) as ActorId, "storageminer");
  const active = yield* activeSectors(state, fields);
  const count = active.reduce((sum, [first, last]) => sum + last - first + 1n, 0n);
  if (count === 0n) return undefined;
  const number = nth(active, drawn(proverId, randomness) % count);
  const sectors = linkOf(fields.get("sectors", "cid"), "amt");
  const data = yield* retryingInside(() =>
    Amt.load(state.blocks, sectors.root, rawCodec, AMT_V3).get(Number(number)),
  );
  if (data === undefined) throw new FvmError("INVALID_STATE", { reason: `there is no sector ${number}` });
  const sector = new DecodedFields(
    state.actors.decode(sectors.structure.value, latin1Bytes(data)).value,
    "sector",
  );
  return {
    sectorNumber: sector.integer("sector_number"),
    sealType: Number(sector.get("seal_proof", "named").value),
    sealed: sector.get("sealed_cid", "cid").value,
  };
}

/** A number of 64 bits. Source: crate storage-proofs-post 19.1, `generate_sector_challenge`. */
function drawn(proverId: Uint8Array, randomness: Uint8Array): bigint {
  const first = new Uint8Array(8);
  return createHash("sha256").update(proverId).update(randomness).update(first).digest().readBigUInt64LE();
}

/** Active sectors of all partitions of all deadlines, in order. */
function* activeSectors(state: InspectedState, fields: DecodedFields): Waits<Range[]> {
  const deadlines = yield* behind(state, fields.get("deadlines", "cid"), "deadlines");
  const active: Range[] = [];
  for (const due of deadlines.get("due", "list").items) {
    if (due.kind !== "cid") throw new FvmError("INVALID_STATE", { reason: "a deadline that is no link" });
    const deadline = yield* behind(state, due, "deadline");
    const partitions = linkOf(deadline.get("partitions", "cid"), "amt");
    const stored = yield* retryingInside(() => [
      ...Amt.load(state.blocks, partitions.root, rawCodec, AMT_V3).entries(),
    ]);
    for (const [, data] of stored) {
      const { value } = state.actors.decode(partitions.structure.value, latin1Bytes(data), ALL);
      const partition = new DecodedFields(value, "partition");
      active.push(
        ...NOT_ACTIVE.reduce(
          (left, name) => without(left, ranges(partition, name)),
          ranges(partition, "sectors"),
        ),
      );
    }
  }
  return active.sort(([a], [b]) => (a < b ? -1 : 1));
}

function* behind(
  state: InspectedState,
  link: Extract<DecodedValue, { kind: "cid" }>,
  what: string,
): Waits<DecodedFields> {
  const { root, structure } = linkOf(link, "block");
  const data = yield* retryingInside(() => state.blocks.get(root));
  return new DecodedFields(state.actors.decode(structure.of, data, ALL).value, what);
}

function ranges(partition: DecodedFields, name: string): Range[] {
  return partition.get(name, "ranges").ranges.map(([first, last]) => [BigInt(first), BigInt(last)]);
}

/** Both in order. */
function without(all: readonly Range[], others: readonly Range[]): Range[] {
  return others.reduce<Range[]>(
    (left, [first, last]) =>
      left.flatMap(([from, to]): Range[] => {
        const before: Range[] = from < first ? [[from, to < first ? to : first - 1n]] : [];
        const after: Range[] = to > last ? [[from > last ? from : last + 1n, to]] : [];
        return [...before, ...after];
      }),
    [...all],
  );
}

function nth(all: readonly Range[], index: bigint): bigint {
  let left = index;
  for (const [first, last] of all) {
    if (left <= last - first) return first + left;
    left -= last - first + 1n;
  }
  throw new FvmError("INVALID_STATE", { reason: "fewer active sectors than were counted" });
}
