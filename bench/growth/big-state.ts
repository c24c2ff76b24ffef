import { type Address, idAddress } from "#src/address/address.js";
import { Blocks, type Blockstore } from "#src/blockstore/blocks.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import type { Cid } from "#src/encoding/cid.js";
import { DAG_CBOR } from "#src/encoding/codecs.js";
import type { Block, BlockAccess } from "#src/ipld/block-access.js";
import { CborReader, CborWriter, encodeCborLatin1 } from "#src/ipld/cbor.js";
import { Hamt } from "#src/ipld/hamt.js";
import { native } from "#src/native/index.js";
import { latin1Bytes } from "#src/util/bytes.js";
import { Genesis } from "#src/vm/genesis/genesis.js";
import { actorCodec } from "#src/vm/state-tree/actor-codec.js";
import { emptyActor, SingletonId } from "#src/vm/state-tree/actor-state.js";
import { idCodec } from "#src/vm/state-tree/init-actor.js";
import { genesisOptions } from "../micro/network.js";
import { bulkHamt } from "./bulk-hamt.js";

/** A state of many accounts, each with a key address that the init actor knows. */
export interface BigState {
  readonly blockstore: MemoryBlockstore;
  readonly stateRoot: Cid;
  readonly count: number;
}

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

/** @param code of the builtin actors. Default: one that cannot be called */
export async function bigState(count: number, code?: Uint8Array): Promise<BigState> {
  const blockstore = new MemoryBlockstore();
  const { builtins } = genesisOptions;
  const genesis = new Genesis(blockstore, {
    ...genesisOptions,
    builtins: Object.fromEntries(Object.entries(builtins).map(([name, usual]) => [name, code ?? usual])),
  });
  const small = await genesis.write();
  const put: BlockAccess["put"] = (codec, data) => {
    const cid = native.cidOf(codec, data);
    blockstore.putMany([{ cid, data: typeof data === "string" ? latin1Bytes(data) : data }]);
    return cid;
  };
  const blocks = new Blocks(native.blocks(), blockstore);
  const [version, smallActors, info] = readStateRoot(blocks.get(small));
  const codec = actorCodec(version);
  const account = { ...emptyActor(genesis.codeOf("account"), undefined), balance: ATTO_FIL };
  const encodedAccount = encodeCborLatin1(codec, account);
  const actors = Hamt.load(
    blocks,
    bulkHamt({ count, key: (index) => idAddress(accountId(index)), encoded: () => encodedAccount }, put),
    codec,
  );
  const addresses = bulkHamt(
    { count, key: accountAddress, encoded: (index) => encodeCborLatin1(idCodec, accountId(index)) },
    put,
  );
  // The network's own actors: few, so they are inserted.
  for (const [key, actor] of Hamt.load(blocks, smallActors, codec).entries()) actors.set(key, actor);
  const init = new CborWriter()
    .array(3)
    .cid(addresses)
    .u64(FIRST_ID + count)
    .text(genesisOptions.networkName);
  const key = idAddress(SingletonId.Init);
  const actor = emptyActor(genesis.codeOf("init"), undefined);
  actors.set(key, { ...actor, state: blocks.put(DAG_CBOR, init.finish()) });
  const root = new CborWriter().array(3).u64(version).cid(actors.flush()).cid(info).finish();
  const stateRoot = blocks.put(DAG_CBOR, root);
  await blocks.flushAll();
  return { blockstore, stateRoot, count };
}

function readStateRoot(data: Uint8Array): [version: number, actors: Cid, info: Cid] {
  const reader = new CborReader(data);
  reader.tuple(3);
  return [reader.u32(), reader.cid(), reader.cid()];
}

/** Blocks that machines write stay apart, so that the next one finds the state as it was. Counts bytes. */
export class Overlay implements Blockstore {
  bytesRead = 0;
  bytesWritten = 0;
  readonly #written = new MemoryBlockstore();

  constructor(private readonly below: MemoryBlockstore) {}

  get(cid: Cid): Uint8Array | undefined {
    const data = this.#written.get(cid) ?? this.below.get(cid);
    this.bytesRead += data?.length ?? 0;
    return data;
  }

  putMany(blocks: readonly Block[]): void {
    for (const { data } of blocks) this.bytesWritten += data.length;
    this.#written.putMany(blocks);
  }
}
