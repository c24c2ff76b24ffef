import { type Address, idAddress } from "#src/address/address.js";
import { Blocks, type Blockstore } from "#src/blockstore/blocks.js";
import type { Cid } from "#src/encoding/cid.js";
import { DAG_CBOR } from "#src/encoding/codecs.js";
import type { BlockAccess } from "#src/ipld/block-access.js";
import { CborReader, CborWriter, encodeCborLatin1 } from "#src/ipld/cbor.js";
import { Hamt } from "#src/ipld/hamt.js";
import { native } from "#src/native/index.js";
import { latin1Bytes } from "#src/util/bytes.js";
import { actorCodec } from "#src/vm/state-tree/actor-codec.js";
import { type ActorState, emptyActor, SingletonId } from "#src/vm/state-tree/actor-state.js";
import { idCodec } from "#src/vm/state-tree/init-actor.js";
import { BenchError } from "../bench-error.js";
import { bulkHamt } from "./bulk-hamt.js";

const FIRST_ID = 1_000;
const ATTO_FIL = 10n ** 18n;

/** The key address of an account. Nobody has the key. */
export function accountAddress(index: number): Address {
  const bytes = [24, 16, 8, 0].map((shift) => String.fromCharCode((index >>> shift) & 0xff));
  return `\x01${"\0".repeat(16)}${bytes.join("")}` as Address;
}

export function accountId(index: number): number {
  return FIRST_ID + index;
}

/** Adds accounts, each with a key address that the init actor knows, to a small state whose IDs are all below theirs. */
export async function addAccounts(
  blockstore: Blockstore,
  small: Cid,
  count: number,
  code: Cid,
): Promise<Cid> {
  const put: BlockAccess["put"] = (codec, data) => {
    const cid = native.cidOf(codec, data);
    blockstore.putMany([{ cid, data: typeof data === "string" ? latin1Bytes(data) : data }]);
    return cid;
  };
  const blocks = new Blocks(native.blocks(), blockstore);
  const [version, smallActors, info] = readStateRoot(blocks.get(small));
  const codec = actorCodec(version);
  const encodedAccount = encodeCborLatin1(codec, { ...emptyActor(code, undefined), balance: ATTO_FIL });
  const actors = Hamt.load(
    blocks,
    bulkHamt({ count, key: (index) => idAddress(accountId(index)), encoded: () => encodedAccount }, put),
    codec,
  );
  const addresses = Hamt.load(
    blocks,
    bulkHamt(
      { count, key: accountAddress, encoded: (index) => encodeCborLatin1(idCodec, accountId(index)) },
      put,
    ),
    idCodec,
  );
  // Those of the small state are few, so they are inserted.
  let init: ActorState | undefined;
  for (const [key, actor] of Hamt.load(blocks, smallActors, codec).entries()) {
    actors.set(key, actor);
    if (key === idAddress(SingletonId.Init)) init = actor;
  }
  if (init === undefined) throw new BenchError("the state has no init actor");
  const reader = new CborReader(blocks.get(init.state));
  reader.tuple(3);
  for (const [key, id] of Hamt.load(blocks, reader.cid(), idCodec).entries()) addresses.set(key, id);
  reader.u64();
  const state = new CborWriter().array(3).cid(addresses.flush()).u64(accountId(count)).text(reader.text());
  actors.set(idAddress(SingletonId.Init), { ...init, state: blocks.put(DAG_CBOR, state.finish()) });
  const root = new CborWriter().array(3).u64(version).cid(actors.flush()).cid(info).finish();
  const stateRoot = blocks.put(DAG_CBOR, root);
  await blocks.flushAll();
  return stateRoot;
}

function readStateRoot(data: Uint8Array): [version: number, actors: Cid, info: Cid] {
  const reader = new CborReader(data);
  reader.tuple(3);
  return [reader.u32(), reader.cid(), reader.cid()];
}
