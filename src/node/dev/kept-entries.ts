import type { Chain } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import {
  decodeSignedMessage,
  encodeSignedMessage,
  signedMessageCid,
} from "../../chain/types/signed-message.js";
import { cidText, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { hex, hexBytes } from "../../util/bytes.js";
import { type MessagePool, poolSnapshotOf } from "../pool/message-pool.js";
import type { Authority, PendingMessage } from "../pool/sender-queue.js";
import type { ClockState } from "./clock.js";
import type { Snapshot, Snapshots } from "./snapshots.js";

/** Named values of a chain's store, beside its blocks; undefined: it is gone. */
export type EntryChanges = ReadonlyMap<string, Uint8Array | undefined>;

const MESSAGE = "message/";
const SNAPSHOT = "snapshot/";

/** A message that waits, as JSON. Bytes are base64. */
interface MessageJson {
  readonly signed: string;
  readonly authority: Authority;
  readonly arrival: number;
}

interface SnapshotJson {
  readonly head: readonly string[];
  readonly latest: readonly string[];
  readonly baseFee?: string;
  readonly randomness?: string;
  readonly clock: ClockState;
  readonly messages: readonly MessageJson[];
}

/** Changes in the pool and among the snapshots since this was last asked, as a store keeps them. */
export function entryChanges(pool: MessagePool, snapshots: Snapshots): EntryChanges {
  const changes = new Map<string, Uint8Array | undefined>();
  for (const [cid, pending] of pool.takeChanges())
    changes.set(`${MESSAGE}${cidText(cid)}`, pending && bytesOf(messageJson(pending)));
  for (const [id, snapshot] of snapshots.takeChanges())
    changes.set(`${SNAPSHOT}${id}`, snapshot && bytesOf(snapshotJson(snapshot)));
  return changes;
}

/** Messages that waited and snapshots, as a store has kept them. */
export interface KeptEntries {
  readonly messages: readonly PendingMessage[];
  readonly snapshots: ReadonlyMap<number, Snapshot>;
}

/** Throws `FvmError` INVALID_STORE; as `Chain.tipset`. @param store its name, for the error */
export async function readEntries(
  entries: ReadonlyMap<string, Uint8Array>,
  chain: Chain,
  store: string,
): Promise<KeptEntries> {
  const messages: PendingMessage[] = [];
  const snapshots = new Map<number, Snapshot>();
  for (const [name, data] of entries) {
    if (name.startsWith(MESSAGE)) messages.push(pendingOf(parsed(data, name, store) as MessageJson));
    if (!name.startsWith(SNAPSHOT)) continue;
    const json = parsed(data, name, store) as SnapshotJson;
    snapshots.set(Number(name.slice(SNAPSHOT.length)), await snapshotOf(json, chain));
  }
  return { messages, snapshots };
}

function messageJson({ signed, authority, arrival }: PendingMessage): MessageJson {
  return { signed: Buffer.from(encodeSignedMessage(signed)).toString("base64"), authority, arrival };
}

function pendingOf({ signed: text, authority, arrival }: MessageJson): PendingMessage {
  const signed = decodeSignedMessage(Buffer.from(text, "base64"));
  return { signed, cid: signedMessageCid(signed), authority, arrival };
}

function snapshotJson({ place, clock, pool }: Snapshot): SnapshotJson {
  const { baseFee, randomness } = place.next;
  return {
    head: place.head.key.map(cidText),
    latest: place.latest.key.map(cidText),
    ...(baseFee !== undefined && { baseFee: `${baseFee}` }),
    ...(randomness !== undefined && { randomness: hex(randomness) }),
    clock,
    messages: [...pool.queues.values()].flatMap((queue) => queue.all().map(messageJson)),
  };
}

async function snapshotOf(json: SnapshotJson, chain: Chain): Promise<Snapshot> {
  const { baseFee, randomness, clock } = json;
  const tipset = (key: readonly string[]): Promise<ChainTipset> => chain.tipset(key.map(parseCid));
  const next = {
    ...(baseFee !== undefined && { baseFee: BigInt(baseFee) }),
    ...(randomness !== undefined && { randomness: hexBytes(randomness) }),
  };
  return {
    place: { head: await tipset(json.head), latest: await tipset(json.latest), next },
    clock: { offset: clock.offset, next: clock.next, interval: clock.interval },
    pool: poolSnapshotOf(json.messages.map(pendingOf)),
  };
}

function bytesOf(json: object): Uint8Array {
  return Buffer.from(JSON.stringify(json));
}

function parsed(data: Uint8Array, name: string, store: string): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString());
  } catch (cause) {
    throw new FvmError("INVALID_STORE", { store, reason: `its ${name} is no JSON` }, { cause });
  }
}
