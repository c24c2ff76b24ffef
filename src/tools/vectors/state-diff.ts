import { type Address, addressId } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import type { BlockAccess } from "../../ipld/block-access.js";
import { CborReader } from "../../ipld/cbor.js";
import { DecodedBlocks } from "../../ipld/decoded-blocks.js";
import { Hamt } from "../../ipld/hamt.js";
import { hex } from "../../util/bytes.js";
import { actorCodec } from "../../vm/state-tree/actor-codec.js";
import type { ActorState } from "../../vm/state-tree/actor-state.js";

/** Reads a block; `undefined`: a vector holds only what was read and written when it was made. */
export type ReadBlock = (cid: Cid) => Uint8Array | undefined;

/** How two states differ: the actor and the field in question. */
export interface StateDifference {
  /** The actor, such as `f01000`, and the field, such as `balance` or `state[3]`. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * The actors in which two state trees differ, by ID, with the first field each. Parts that are the same
 * in both are never read.
 */
export function diffStates(read: ReadBlock, expected: Cid, actual: Cid): StateDifference[] {
  const [a, b] = [readRoot(read, expected), readRoot(read, actual)];
  if (a.version !== b.version) {
    return [{ field: "state tree version", expected: `${a.version}`, actual: `${b.version}` }];
  }
  const codec = actorCodec(a.version);
  const blocks = accessTo(read);
  const [left, right] = [a, b].map(({ actors }) => Hamt.load(blocks, actors, codec)) as [Actors, Actors];
  return [...right.differences(left)]
    .map(({ key, before, after }) => ({ address: key as Address, a: before, b: after }))
    .sort((x, y) => Number(addressId(x.address)) - Number(addressId(y.address)))
    .map(({ address, a, b }) => diffActors(read, formatAddress(address), a, b));
}

type Actors = Hamt<ActorState>;

/** Blocks that are only read. */
function accessTo(read: ReadBlock): BlockAccess {
  const put = () => {
    throw new Error("differences write nothing");
  };
  return { get: (cid) => mustRead(read, cid), put, decoded: new DecodedBlocks() };
}

function mustRead(read: ReadBlock, cid: Cid): Uint8Array {
  const data = read(cid);
  if (data === undefined) throw new Error(`the vector does not hold block ${cidText(cid)}`);
  return data;
}

function readRoot(read: ReadBlock, root: Cid): { version: number; actors: Cid } {
  const reader = new CborReader(mustRead(read, root));
  reader.tuple(3);
  return { version: reader.u32(), actors: reader.cid() };
}

function diffActors(
  read: ReadBlock,
  name: string,
  expected: ActorState | undefined,
  actual: ActorState | undefined,
): StateDifference {
  if (expected === undefined || actual === undefined) {
    return { field: name, expected: presence(expected), actual: presence(actual) };
  }
  for (const [field, text] of Object.entries(SHOWN_FIELDS)) {
    const [a, b] = [text(expected), text(actual)];
    if (a !== b) return { field: `${name} ${field}`, expected: a, actual: b };
  }
  return diffFields(read, name, expected.state, actual.state);
}

/** Cheap and telling fields first; `state` comes after them. */
const SHOWN_FIELDS: Readonly<Record<string, (actor: ActorState) => string>> = {
  code: (actor) => cidText(actor.code),
  nonce: (actor) => `${actor.nonce}`,
  balance: (actor) => `${actor.balance}`,
  "delegated address": (actor) => (actor.delegatedAddress ? formatAddress(actor.delegatedAddress) : "none"),
};

function presence(actor: ActorState | undefined): string {
  return actor === undefined ? "no such actor" : `an actor with code ${cidText(actor.code)}`;
}

/** The first field of an actor's own state, which is a list in all builtin actors. */
function diffFields(read: ReadBlock, name: string, expected: Cid, actual: Cid): StateDifference {
  const [a, b] = [fieldsOf(read(expected)), fieldsOf(read(actual))];
  const index = a.findIndex((field, i) => field !== b[i]);
  if (a.length !== b.length || index < 0) {
    return { field: `${name} state`, expected: cidText(expected), actual: cidText(actual) };
  }
  return { field: `${name} state[${index}]`, expected: a[index] ?? "", actual: b[index] ?? "" };
}

/** The items of a CBOR list in hexadecimal; none if it is something else. */
function fieldsOf(data: Uint8Array | undefined): string[] {
  if (data === undefined) return [];
  try {
    const reader = new CborReader(data);
    return Array.from({ length: reader.array() }, () => hex(reader.raw()));
  } catch {
    return [];
  }
}
