import type { Schema, Structure } from "../../../../builtin/schema/schema.js";
import type { DecodedValue } from "../../../../builtin/values/value.js";
import { FvmError } from "../../../../errors.js";
import type { InspectedState } from "../../../../inspect/state/inspected-state.js";
import { Amt } from "../../../../ipld/amt.js";
import type { Codec } from "../../../../ipld/cbor.js";
import { retryingInside } from "../../../../ipld/retrying.js";
import type { Waits } from "../../../../util/waits.js";
import type { ActorId } from "../../../../vm/state-tree/actor-state.js";
import { DecodedFields } from "../../../rules/decoded-fields.js";
import { DEADLINES, EPOCHS_IN_DAY, WINDOW } from "../../epochs.js";
import type { ProviderWorld } from "./provider-world.js";

/** Deadlines that can hardly be changed: the open one, and the next two. */
const CLOSED = 3;

/** A deadline that is open: a miner's proving period has a day. */
export interface OpenDeadline {
  readonly index: number;
  /** Epoch. */
  readonly open: number;
}

/** Sectors of a partition, by number. */
export interface PartitionSectors {
  readonly index: number;
  /** Neither faulty nor terminated. */
  readonly live: readonly number[];
  /** Not declared recovered. */
  readonly faulty: readonly number[];
  readonly recovering: readonly number[];
  /** Its proof is there. */
  readonly isPosted: boolean;
}

/** The deadline of a provider that is open in an epoch. */
export function* openDeadline(
  state: InspectedState,
  world: ProviderWorld,
  epoch: number,
): Waits<OpenDeadline> {
  world.periodStart ??= Number(
    (yield* minerFields(state, world.provider.id)).integer("proving_period_start"),
  );
  const since = modulo(epoch - world.periodStart, EPOCHS_IN_DAY);
  return { index: Math.floor(since / WINDOW), open: epoch - (since % WINDOW) };
}

/** Indexes of the deadlines that can be changed now, the next ones first. */
export function mutableDeadlines({ index }: OpenDeadline): number[] {
  return Array.from({ length: DEADLINES - 2 * CLOSED }, (_, i) => (index + CLOSED + i) % DEADLINES);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** Partitions of a miner's deadline. Throws `FvmError` INVALID_STATE. */
export function* readPartitions(
  state: InspectedState,
  miner: ActorId,
  index: number,
): Waits<PartitionSectors[]> {
  const fields = yield* minerFields(state, miner);
  const all = yield* behind(state, fields.get("deadlines", "cid"));
  const due = new DecodedFields(all, "deadlines").get("due", "list").items[index];
  if (due?.kind !== "cid") throw new FvmError("INVALID_STATE", { reason: `there is no deadline ${index}` });
  const deadline = new DecodedFields(yield* behind(state, due), "deadline");
  const posted = new Set(numbersOf(deadline.get("partitions_posted", "ranges")));
  const partitions = deadline.get("partitions", "cid");
  const schema = schemaOf(partitions.of, "amt");
  const stored = yield* retryingInside(() => [
    ...Amt.load(state.blocks, partitions.value, rawCodec, { version: 3 }).entries(),
  ]);
  return stored.map(([at, data]) => partitionIn(state.actors.decode(schema, data).value, at, posted.has(at)));
}

function partitionIn(value: DecodedValue, index: number, isPosted: boolean): PartitionSectors {
  const fields = new DecodedFields(value, "partition");
  const [all, faults, recovering, terminated] = ["sectors", "faults", "recoveries", "terminated"].map(
    (name) => numbersOf(fields.get(name, "ranges")),
  ) as [number[], number[], number[], number[]];
  const without = (numbers: number[], ...others: number[][]) =>
    numbers.filter((number) => !others.some((other) => other.includes(number)));
  return {
    index,
    live: without(all, faults, terminated),
    faulty: without(faults, recovering),
    recovering,
    isPosted,
  };
}

function numbersOf({ ranges }: Extract<DecodedValue, { kind: "ranges" }>): number[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i),
  );
}

function* minerFields(state: InspectedState, id: ActorId): Waits<DecodedFields> {
  const actor = yield* retryingInside(() => state.view.getActor(id));
  if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: `there is no miner f0${id}` });
  const data = yield* retryingInside(() => state.blocks.get(actor.state));
  return new DecodedFields(state.actors.decodeState("storageminer", data).value, "storageminer");
}

/** The block behind a CID. */
function* behind(
  { blocks, actors }: InspectedState,
  { value, of }: Extract<DecodedValue, { kind: "cid" }>,
): Waits<DecodedValue> {
  const schema = schemaOf(of, "block");
  const data = yield* retryingInside(() => blocks.get(value));
  return actors.decode(schema, data).value;
}

function schemaOf(of: Structure | undefined, kind: "block" | "amt"): Schema {
  if (of?.kind === "block" && kind === "block") return of.of;
  if (of?.kind === "amt" && kind === "amt") return of.value;
  throw new FvmError("INVALID_STATE", { reason: `a link that is no ${kind}` });
}

/** Values as they are stored. */
const rawCodec: Codec<Uint8Array> = {
  encode: (value, writer) => void writer.raw(value),
  decode: (reader) => reader.raw(),
};
