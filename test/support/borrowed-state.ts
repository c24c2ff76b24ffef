/** States of one actors version made into states of another. */
import { decode, encode } from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { type Cid, cidBytes, cidFromBytes } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import type { Block } from "../../src/ipld/block-access.js";
import { cidOf } from "./fake-native-blocks.js";

export interface BorrowedState {
  readonly root: Cid;
  /** Differences from the state it is made of. */
  readonly blocks: readonly Block[];
  /** Actors that have other code. */
  readonly actors: number;
}

/** A block read as DAG-CBOR, or undefined if it is not there; and a link to a new block. */
export interface StateAccess {
  read(link: CID): unknown;
  write(value: unknown): CID;
}

/** Fate of an actor. */
export interface Replacement {
  readonly code: Cid;
  /** Makes a state of the other layout, where the layouts differ. */
  readonly convert: ((state: unknown[], access: StateAccess) => unknown[]) | undefined;
}

type ActorTuple = [code: CID, state: CID, ...rest: unknown[]];
type Entry = [key: Uint8Array, actor: ActorTuple];
/** A node of the actors' HAMT: bit field, and for each bit a link to a child or a list of entries. */
type Node = [bits: Uint8Array, pointers: (CID | Entry[])[]];

/** Key of the system actor, f00. */
const SYSTEM = Uint8Array.of(0, 0);

/**
 * Gives all actors that the store knows other code, and the system actor another list of builtin actors.
 *
 * Keys stay where they are in the HAMT, so its nodes keep their form and only links change. Nodes that
 * are not in the store stay as they are: a vector has only what its messages read.
 *
 * @param replacements by the code that actors have
 * @param builtinActors the list of actors that the system actor is to name
 */
export function borrowState(
  get: (cid: Cid) => Uint8Array | undefined,
  root: Cid,
  replacements: ReadonlyMap<Cid, Replacement>,
  builtinActors: Cid,
): BorrowedState {
  const blocks: Block[] = [];
  let actors = 0;

  const access: StateAccess = {
    read(link) {
      const data = get(cidFromBytes(link.bytes));
      return data === undefined ? undefined : decode(data);
    },
    write(value) {
      const data = encode(value);
      const cid = cidOf(DAG_CBOR, data);
      blocks.push({ cid, data });
      return toLink(cid);
    },
  };
  const borrowActor = ([key, [code, state, ...rest]]: Entry): Entry => {
    const isSystem = Buffer.compare(key, SYSTEM) === 0;
    const replacement = replacements.get(cidFromBytes(code.bytes));
    if (replacement === undefined) return [key, [code, state, ...rest]];
    actors++;
    const old = access.read(state) as unknown[] | undefined;
    const converted = isSystem ? [toLink(builtinActors)] : old && replacement.convert?.(old, access);
    const link = converted === undefined ? state : access.write(converted);
    return [key, [toLink(replacement.code), link, ...rest]];
  };
  const borrowNode = (link: CID): CID => {
    const node = access.read(link) as Node | undefined;
    if (node === undefined) return link;
    const [bits, pointers] = node;
    return access.write([
      bits,
      pointers.map((at) => (at instanceof CID ? borrowNode(at) : at.map(borrowActor))),
    ]);
  };

  const [version, tree, info] = access.read(toLink(root)) as [number, CID, CID];
  const borrowed = access.write([version, borrowNode(tree), info]);
  return { root: cidFromBytes(borrowed.bytes), blocks, actors };
}

function toLink(cid: Cid): CID {
  return CID.decode(cidBytes(cid));
}
