/** States of any size with builtin actors that have no code, for what only looks at state. */
import { delegatedAddress, idAddress } from "../../src/address/address.js";
import { Blocks, type Blockstore } from "../../src/blockstore/blocks.js";
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../src/encoding/codecs.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { writeToken } from "../../src/message/token.js";
import { native } from "../../src/native/index.js";
import { actorCodec } from "../../src/vm/state-tree/actor-codec.js";
import { type ActorState, EMPTY_ARRAY, EMPTY_ARRAY_BLOCK } from "../../src/vm/state-tree/actor-state.js";
import { stateRootCodec } from "../../src/vm/state-tree/state-view.js";

export const ACTOR_NAMES = [
  ...["system", "init", "cron", "account", "storagepower", "storageminer", "storagemarket", "paymentchannel"],
  ...["multisig", "reward", "verifiedregistry", "datacap", "placeholder", "evm", "eam", "ethaccount"],
];

export interface MadeActors {
  readonly manifest: Cid;
  readonly list: Cid;
  code(name: string): Cid;
}

/** Stores a list of builtin actors; of each version they have other code, but for placeholders. */
export async function makeActors(
  store: Blockstore,
  version: number,
  names = ACTOR_NAMES,
): Promise<MadeActors> {
  const blocks = new Blocks(native.blocks(), store);
  const code = (name: string): Cid =>
    native.cidOf(RAW, Buffer.from(name === "placeholder" ? name : `${name} ${version}`));
  const list = new CborWriter().array(names.length);
  for (const name of names) list.array(2).text(name).cid(code(name));
  const listCid = blocks.put(DAG_CBOR, list.finish());
  const manifest = blocks.put(DAG_CBOR, new CborWriter().array(2).u64(1).cid(listCid).finish());
  await blocks.flushAll();
  return { manifest, list: listCid, code };
}

export interface MadeState {
  readonly root: Cid;
  readonly actors: ReadonlyMap<number, ActorState>;
}

/** Stores a state: system, power, the reserve, and so many others of all sorts. */
export async function makeState(
  store: Blockstore,
  { code, list }: MadeActors,
  count: number,
): Promise<MadeState> {
  const blocks = new Blocks(native.blocks(), store);
  blocks.put(DAG_CBOR, EMPTY_ARRAY_BLOCK);
  const kinds = ["account", "storageminer", "multisig", "evm", "placeholder"] as const;
  const plain = { state: EMPTY_ARRAY, nonce: 0, balance: 0n, delegatedAddress: undefined };
  const actors = new Map<number, ActorState>([
    [
      0,
      {
        ...plain,
        code: code("system"),
        state: blocks.put(DAG_CBOR, new CborWriter().array(1).cid(list).finish()),
      },
    ],
    [4, { ...plain, code: code("storagepower"), state: blocks.put(DAG_CBOR, powerState(EMPTY_ARRAY)) }],
    [90, { ...plain, code: code("multisig"), balance: 10n ** 27n, nonce: 3 }],
  ]);
  for (let i = 0; i < count; i++) {
    const kind = kinds[i % kinds.length] as string;
    const delegatedTo =
      kind === "evm" || kind === "placeholder" ? delegatedAddress(10, addressOf(i)) : undefined;
    const balance = BigInt(i) ** 5n;
    actors.set(1000 + i, {
      ...plain,
      code: code(kind),
      nonce: i * 7,
      balance,
      delegatedAddress: delegatedTo,
    });
  }
  const root = writeState(blocks, actors);
  await blocks.flushAll();
  return { root, actors };
}

/** Writes a state's tree, actor by actor. */
export function writeState(blocks: Blocks, actors: ReadonlyMap<number, ActorState>): Cid {
  const hamt = Hamt.empty(blocks, actorCodec(5));
  for (const [id, actor] of actors) hamt.set(idAddress(id), actor);
  return blocks.write({ version: 5, actors: hamt.flush(), info: EMPTY_ARRAY }, stateRootCodec);
}

/** A power actor's state as of actors 14; with a ramp as of actors 15. */
export function powerState(
  link: Cid,
  ramp?: { readonly start: number; readonly duration: number },
): Uint8Array {
  const writer = new CborWriter().array(ramp === undefined ? 15 : 17);
  for (let amount = 1n; amount <= 8n; amount++) writeToken(writer, amount << 70n);
  writer.array(2);
  writeToken(writer, 5n << 128n);
  writeToken(writer, -(7n << 120n));
  writer.i64(12).i64(3);
  if (ramp !== undefined) writer.i64(ramp.start).u64(ramp.duration);
  writer.cid(link).i64(99).cid(link).null();
  return writer.finish();
}

function addressOf(i: number): Uint8Array {
  const bytes = new Uint8Array(20).fill(0x11);
  new DataView(bytes.buffer).setUint32(0, i);
  return bytes;
}
