import { type Address, idAddress, parseAddressBytes } from "../../address/address.js";
import type { BlockAccessOptions } from "../../blockstore/access.js";
import { walkBlocks } from "../../blockstore/access.js";
import type { Blocks, Blockstore } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { BuiltinActors } from "../../builtin/builtin-actors.js";
import type { Cid } from "../../encoding/cid.js";
import { varint } from "../../encoding/varint.js";
import { Amt } from "../../ipld/amt.js";
import { MissingBlock } from "../../ipld/block-access.js";
import { CborWriter, type Codec } from "../../ipld/cbor.js";
import { Hamt } from "../../ipld/hamt.js";
import { retrying, takingEach } from "../../ipld/retrying.js";
import type { Message } from "../../message/message.js";
import { bigIntegerToBytes } from "../../message/token.js";
import type { Waits } from "../../util/waits.js";
import type { NetworkVersion } from "../../vm/network/version.js";
import { type ActorId, SingletonId } from "../../vm/state-tree/actor-state.js";
import { StoredState } from "../../vm/state-tree/state-view.js";
import { DecodedFields } from "../rules/decoded-fields.js";

/** Reminders of a miner at the end of an epoch. */
export interface DueEvent {
  readonly epoch: number;
  /** The message from the power actor to the miner. */
  readonly message: Message;
}

/** Epochs, both ends included. */
interface Epochs {
  readonly from: number;
  readonly to: number;
}

/** OnDeferredCronEvent of a miner. */
const METHOD = 12;
/** Bits per level of the cron queue. Source: builtin-actors actors/power/src/state.rs. */
const QUEUE_BITS = 6;
/** Events of which somebody looks ahead. */
const MAX_EVENTS = 4_096;
/** Levels of a map of all miners, and some more. */
const MAX_LEVELS = 16;
const GAS_LIMIT = 2 ** 53 - 1;

/**
 * Events that a state's power actor has for some epochs, as it will send them. On the way the claims of those miners are
 * read, which it looks at first. Source: builtin-actors actors/power/src/lib.rs, `process_deferred_cron_events`.
 *
 * @throws FvmError INVALID_STATE; as `readBlocks`
 */
export function dueEvents(
  store: Blockstore,
  stateRoot: Cid,
  network: NetworkVersion,
  epochs: Epochs,
  options: BlockAccessOptions,
): Promise<DueEvent[]> {
  return walkBlocks(
    store,
    function* (blocks) {
      const { treeVersions } = network.rules.state;
      const state = yield* retrying(() => StoredState.load(blocks, stateRoot, treeVersions));
      const actors = new BuiltinActors([], network.version);
      const fieldsOf = (type: ActorType, id: ActorId) =>
        retrying(() => {
          const data = blocks.get(state.getActor(id)?.state as Cid);
          return new DecodedFields(actors.decodeState(type, data).value, type);
        });
      const reward = yield* fieldsOf("reward", SingletonId.Reward);
      const power = yield* fieldsOf("storagepower", SingletonId.Power);
      const estimates = [
        ...estimate(reward, "this_epoch_reward_smoothed"),
        ...estimate(power, "this_epoch_qa_power_smoothed"),
      ];
      const queue = power.get("cron_event_queue", "cid").value;
      const events = yield* eventsIn(blocks, queue, epochs, estimates);
      const claims = power.get("claims", "cid").value;
      yield* readKeys(
        blocks,
        claims,
        events.map(({ message }) => message.to),
      );
      return events;
    },
    options,
  );
}

/** Position and velocity. */
function estimate(fields: DecodedFields, name: string): Uint8Array[] {
  const record = new DecodedFields(fields.get(name, "record"), name);
  return ["position", "velocity"].map((part) => bigIntegerToBytes(record.big(part)));
}

function* eventsIn(
  blocks: Blocks,
  root: Cid,
  { from, to }: Epochs,
  estimates: readonly Uint8Array[],
): Waits<DueEvent[]> {
  const queue = yield* retrying(() => Hamt.load(blocks, root, cidCodec, QUEUE_BITS));
  const events: DueEvent[] = [];
  for (let epoch = from; epoch <= to; epoch++) {
    // A signed number in zigzag form.
    const list = yield* retrying(() => queue.get(varint(2 * epoch)));
    if (list === undefined) continue;
    const array = yield* retrying(() => Amt.load(blocks, list, eventCodec, { version: 3 }));
    yield* takingEach(array.entries() as Iterator<[number, Event], undefined>, ([, event]) => {
      events.push({ epoch, message: messageOf(event, epoch, estimates) });
      return events.length < MAX_EVENTS;
    });
    if (events.length >= MAX_EVENTS) break;
  }
  return events;
}

interface Event {
  readonly miner: Address;
  readonly payload: Uint8Array;
}

function messageOf({ miner, payload }: Event, epoch: number, estimates: readonly Uint8Array[]): Message {
  const params = new CborWriter().array(3).bytes(payload);
  for (let i = 0; i < estimates.length; i += 2) {
    params
      .array(2)
      .bytes(estimates[i] as Uint8Array)
      .bytes(estimates[i + 1] as Uint8Array);
  }
  return {
    version: 0,
    to: miner,
    from: idAddress(SingletonId.Power),
    nonce: epoch,
    value: 0n,
    gasLimit: GAS_LIMIT,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: METHOD,
    params: params.finish(),
  };
}

/** Reads what leads to some keys of a map: blocks of a level at the same time. */
function* readKeys(blocks: Blocks, root: Cid, keys: readonly string[]): Waits<void> {
  const map = yield* retrying(() => Hamt.load(blocks, root, rawCodec));
  for (let level = 0; level < MAX_LEVELS; level++) {
    const late = keys.flatMap((key) => arrival(() => map.get(key)) ?? []);
    if (late.length === 0) return;
    yield Promise.allSettled(late).then(() => undefined);
  }
}

function arrival(read: () => unknown): Promise<void> | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof MissingBlock) return error.pending;
    throw error;
  }
}

const cidCodec: Codec<Cid> = {
  encode: (value, writer) => void writer.cid(value),
  decode: (reader) => reader.cid(),
};
const eventCodec: Codec<Event> = {
  encode: ({ miner, payload }, writer) => void writer.array(2).latin1(miner).bytes(payload),
  decode(reader) {
    reader.tuple(2);
    return { miner: parseAddressBytes(reader.bytes()), payload: reader.bytes().slice() };
  },
};
/** Values as they are stored. */
const rawCodec: Codec<string> = {
  encode: (value, writer) => void writer.rawLatin1(value),
  decode: (reader) => reader.rawLatin1(),
};
