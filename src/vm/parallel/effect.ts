import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import {
  type CborReader,
  type CborWriter,
  type Codec,
  decodeCbor,
  encodeCborLatin1,
  CborReader as Reader,
} from "../../ipld/cbor.js";
import { tokenCodec } from "../../message/token.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import type { ActorRead, AddressRead } from "../state-tree/read-set.js";
import type { ActorChange, ChangedActor, StateDiff, Writable } from "../state-tree/state-diff.js";
import { type Outcome, outcomeCodec } from "./outcome.js";

/** Actors whose roots a message has read or set, and those whose roots are others after it. */
export interface Roots {
  readonly read: readonly ActorId[];
  readonly written: readonly ActorId[];
}

/**
 * The doings of a message on some state: enough to tell whether it does the same on another one, to do it there, and to
 * tell others. It travels between threads as bytes.
 */
export interface Effect {
  readonly roots: Roots;
  readonly writes: StateDiff;
  /** Undefined: it has happened on the machine's own state, so nobody has to ask whether it would. */
  readonly supposed: Supposed | undefined;
}

/** Facts that have to be true for a message to do what it did, and how it ended. */
export interface Supposed {
  readonly actors: readonly (readonly [ActorId, ActorRead])[];
  readonly addresses: readonly AddressRead[];
  readonly outcome: Outcome;
}

/** The roots of a message's effect: what is read, and what its writes change. */
export function rootsOf(read: readonly ActorId[], { actors }: StateDiff): Roots {
  const written: ActorId[] = [];
  for (const [id, change] of actors)
    if (change.kind !== "changed" || change.state !== undefined) written.push(id);
  return { read, written };
}

/** As a latin1 string: far cheaper than an array. */
export function encodeEffect(effect: Effect): string {
  return encodeCborLatin1(effectCodec, effect);
}

export function decodeEffect(bytes: Uint8Array): Effect {
  return decodeCbor(effectCodec, bytes);
}

/** The writes alone. */
export function decodeWrites(bytes: Uint8Array): StateDiff {
  const reader = new Reader(bytes);
  reader.tuple(FIELDS);
  readRoots(reader);
  return readWrites(reader);
}

const FIELDS = 3;

const effectCodec: Codec<Effect> = {
  encode({ roots, writes, supposed }, writer) {
    writer.array(FIELDS).array(2);
    writeIds(writer, roots.read);
    writeIds(writer, roots.written);
    writer.array(2).array(writes.actors.size);
    for (const [id, change] of writes.actors) writeChange(writer, id, change);
    writer.array(writes.addresses.size);
    for (const [address, id] of writes.addresses) writer.array(2).latin1(address).u64(id);
    optional(writer, supposed, writeSupposed);
  },
  decode(reader) {
    reader.tuple(FIELDS);
    return { roots: readRoots(reader), writes: readWrites(reader), supposed: given(reader, readSupposed) };
  },
};

function readRoots(reader: CborReader): Roots {
  reader.tuple(2);
  return { read: readIds(reader), written: readIds(reader) };
}

function writeIds(writer: CborWriter, ids: readonly ActorId[]): void {
  writer.array(ids.length);
  for (const id of ids) writer.u64(id);
}

function readIds(reader: CborReader): ActorId[] {
  return Array.from({ length: reader.array() }, () => reader.u64());
}

function readWrites(reader: CborReader): StateDiff {
  reader.tuple(2);
  const actors = new Map<ActorId, ActorChange>();
  for (let left = reader.array(); left > 0; left--) {
    reader.tuple(2);
    actors.set(reader.u64(), readChange(reader));
  }
  const addresses = new Map<Address, ActorId>();
  for (let left = reader.array(); left > 0; left--) {
    reader.tuple(2);
    addresses.set(reader.latin1() as Address, reader.u64());
  }
  return { actors, addresses };
}

function writeChange(writer: CborWriter, id: ActorId, change: ActorChange): void {
  writer.array(2).u64(id);
  if (change.kind === "removed") {
    writer.null();
  } else if (change.kind === "added") {
    const { code, state, nonce, balance, delegatedAddress } = change.actor;
    writer.array(1).array(5).cid(code).cid(state).u64(nonce);
    tokenCodec.encode(balance, writer);
    optional(writer, delegatedAddress, writeLatin1);
  } else {
    const { code, state, nonce, balance, delegatedAddress } = change;
    writer.array(5);
    optional(writer, code, writeCid);
    optional(writer, state, writeCid);
    optional(writer, nonce, writeU64);
    optional(writer, balance, writeAmount);
    // An empty one: none any more.
    optional(writer, delegatedAddress === null ? "" : delegatedAddress, writeLatin1);
  }
}

function readChange(reader: CborReader): ActorChange {
  if (reader.null()) return { kind: "removed" };
  if (reader.array() === 1) return { kind: "added", actor: readActor(reader) };
  const code = given(reader, readCid);
  const state = given(reader, readCid);
  const nonce = given(reader, readU64);
  const balance = given(reader, tokenCodec.decode);
  const delegated = given(reader, readAddress);
  const change: Writable<ChangedActor> = { kind: "changed" };
  if (code !== undefined) change.code = code;
  if (state !== undefined) change.state = state;
  if (nonce !== undefined) change.nonce = nonce;
  if (balance !== undefined) change.balance = balance;
  if (delegated !== undefined) change.delegatedAddress = delegated.length === 0 ? null : delegated;
  return change;
}

function readActor(reader: CborReader): ActorState {
  reader.tuple(5);
  return {
    code: reader.cid(),
    state: reader.cid(),
    nonce: reader.u64(),
    balance: tokenCodec.decode(reader),
    delegatedAddress: given(reader, readAddress),
  };
}

function writeSupposed(writer: CborWriter, { actors, addresses, outcome }: Supposed): void {
  writer.array(3).array(actors.length);
  for (const [id, read] of actors) writeRead(writer, id, read);
  writer.array(addresses.length);
  for (const [address, id] of addresses) optional(writer.array(2).latin1(address), id, writeU64);
  outcomeCodec.encode(outcome, writer);
}

function readSupposed(reader: CborReader): Supposed {
  reader.tuple(3);
  const actors = Array.from({ length: reader.array() }, () => readRead(reader));
  const addresses = Array.from({ length: reader.array() }, (): AddressRead => {
    reader.tuple(2);
    return [reader.latin1() as Address, given(reader, readU64)];
  });
  return { actors, addresses, outcome: outcomeCodec.decode(reader) };
}

function writeRead(writer: CborWriter, id: ActorId, read: ActorRead): void {
  const { code, delegatedAddress, state, nonce, balance } = read;
  writer.array(6).u64(id);
  optional(writer, code, writeCid);
  optional(writer, delegatedAddress, writeLatin1);
  optional(writer, state, writeCid);
  optional(writer, nonce, writeU64);
  if (balance === undefined) writer.null();
  else writeAmount(writer.array(2).bool(balance.isExact), balance.attoFil);
}

function readRead(reader: CborReader): readonly [ActorId, ActorRead] {
  reader.tuple(6);
  const id = reader.u64();
  const code = given(reader, readCid);
  const delegatedAddress = given(reader, readAddress);
  const state = given(reader, readCid);
  const nonce = given(reader, readU64);
  const balance = given(reader, () => {
    reader.tuple(2);
    return { isExact: reader.bool(), attoFil: tokenCodec.decode(reader) };
  });
  return [id, { code, delegatedAddress, state, nonce, balance }];
}

function optional<V>(
  writer: CborWriter,
  value: V | undefined,
  write: (writer: CborWriter, value: V) => void,
): void {
  if (value === undefined) writer.null();
  else write(writer, value);
}

function given<V>(reader: CborReader, read: (reader: CborReader) => V): V | undefined {
  return reader.null() ? undefined : read(reader);
}

const writeCid = (writer: CborWriter, cid: Cid) => void writer.cid(cid);
const readCid = (reader: CborReader) => reader.cid();
const writeLatin1 = (writer: CborWriter, text: string) => void writer.latin1(text);
const readAddress = (reader: CborReader) => reader.latin1() as Address;
const writeU64 = (writer: CborWriter, value: U64) => void writer.u64(value);
const readU64 = (reader: CborReader) => reader.u64();
const writeAmount = (writer: CborWriter, attoFil: bigint) => tokenCodec.encode(attoFil, writer);
