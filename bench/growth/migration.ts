/** An upgrade that gives all actors other code, of a state that gets larger. */
import { Blocks } from "#src/blockstore/blocks.js";
import { migrateState } from "#src/chain/migrations/migrate-state.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "#src/chain/networks/networks.js";
import type { Cid } from "#src/encoding/cid.js";
import { DAG_CBOR, RAW } from "#src/encoding/codecs.js";
import { CborWriter } from "#src/ipld/cbor.js";
import { native } from "#src/native/index.js";
import { StoredState } from "#src/vm/state-tree/state-view.js";
import { expectSame } from "../micro/measure.js";
import { genesisOptions } from "../micro/network.js";
import { spreadOf } from "../statistics.js";
import { accountId } from "./add-accounts.js";
import { type BigState, bigState, Overlay } from "./big-state.js";
import type { CurvePoint, Section } from "./curve.js";
import type { GrowthOptions } from "./options.js";
import { powersOfTen } from "./state-size.js";

const NAMES = Object.keys(genesisOptions.builtins);
const ROUNDS = 5;
const WARM_UPS = 10;
/** A store in memory answers more slowly the larger it is. */
const TOLERANCE = 3;
const UPGRADE = { height: 1, networkVersion: 28 };

export async function migration({ max, note }: GrowthOptions): Promise<Section> {
  const points: CurvePoint[] = [];
  const sizes = powersOfTen(1_000, max);
  note("the compiler of JavaScript sees the code");
  const small = await bigState(sizes[0] ?? 0);
  for (let i = 0; i < WARM_UPS; i++) await measureMigration(small);
  for (const size of sizes) {
    note(`a state of ${size.toLocaleString("en")} actors`);
    points.push({ size, ns: spreadOf(await measureMigration(await bigState(size))) });
  }
  return {
    name: "migration",
    title: "Actors of a state that gets other code",
    sizes: "actors",
    per: "actor of an upgrade's migration",
    scale: "logarithmic",
    curves: [{ name: "actor", law: "flat", tolerance: TOLERANCE, counts: "min", points }],
  };
}

/** Nanoseconds per actor of each round. */
async function measureMigration(state: BigState): Promise<readonly number[]> {
  const network = await networkWithOtherActors(state);
  const samples: number[] = [];
  let root: Cid | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const store = new Overlay(state.blockstore);
    const start = process.hrtime.bigint();
    const migrated = await migrateState(store, network, UPGRADE, state.stateRoot);
    samples.push(Number(process.hrtime.bigint() - start) / state.count);
    root ??= migrated;
    expectSame("root", migrated, root);
    const blocks = new Blocks(native.blocks(), store);
    const last = StoredState.load(blocks, migrated, [5]).getActor(accountId(state.count - 1));
    // All have the same code here, and of names with one code the last one counts.
    expectSame("code of the last account", last?.code, codeOf(NAMES.at(-1) as string));
  }
  return samples;
}

/** Stores a manifest of the same actors with other code. */
async function networkWithOtherActors({ blockstore }: BigState): Promise<ChainNetwork> {
  const blocks = new Blocks(native.blocks(), blockstore);
  const list = new CborWriter().array(NAMES.length);
  for (const name of NAMES) list.array(2).text(name).cid(codeOf(name));
  const data = blocks.put(DAG_CBOR, list.finish());
  const manifest = blocks.put(DAG_CBOR, new CborWriter().array(2).u64(1).cid(data).finish());
  await blocks.flushAll();
  return { ...CHAIN_NETWORKS.mainnet, manifests: { [UPGRADE.networkVersion]: manifest } };
}

function codeOf(name: string): Cid {
  return native.cidOf(RAW, Buffer.from(`other ${name}`));
}
