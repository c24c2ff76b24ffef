import { gzipSync } from "node:zlib";
import { stringify } from "lossless-json";
import { type Cid, cidCodec, cidFromParts, cidText } from "#src/encoding/cid.js";
import { BLAKE2B_256, DAG_CBOR } from "#src/encoding/codecs.js";
import type { Block } from "#src/ipld/block-access.js";
import { writeCar } from "#src/ipld/car/write.js";
import { linksOf } from "#src/ipld/links.js";
import { native } from "#src/native/index.js";
import type { Bundle } from "#src/tools/bundles/bundle.js";
import { CHAIN_ID, FIRST_PARENT, type FirstState } from "./first-state.js";
import type { TipsetJson } from "./script.js";

/** Seconds since 1970. */
const GENESIS_TIMESTAMP = 1_700_000_000;
/** attoFIL. */
const CIRCULATING = 500_000_000n * 10n ** 18n;
/** Epochs before the first tipset that contracts may ask about. */
const LOOK_BACK = 2;
const HASH_BYTES = 32;

/** A vector to be. */
export interface Draft {
  readonly id: string;
  readonly bundle: Bundle;
  /** Number of the bundle. */
  readonly actorsVersion: number;
  readonly state: FirstState;
  /** Blocks of the state that nobody has. */
  readonly absent: ReadonlySet<Cid>;
  readonly tipsets: readonly TipsetJson[];
}

/** A vector without results, as text. Builtin actors are not in it. */
export function draftText({ id, bundle, actorsVersion, state, absent, tipsets }: Draft): string {
  const last = FIRST_PARENT + Math.max(...tipsets.map(({ epoch_offset: offset }) => offset));
  const first = FIRST_PARENT - LOOK_BACK;
  const epochs = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const blocks = blocksOf(state).filter(({ cid }) => !bundle.blocks.has(cid) && !absent.has(cid));
  const text = stringify({
    class: "tipset",
    _meta: { id },
    bundle: `v${actorsVersion}`,
    chain_id: CHAIN_ID,
    genesis_timestamp: GENESIS_TIMESTAMP,
    car: base64(gzipSync(writeCar({ roots: [state.root], blocks }), { level: 9 })),
    preconditions: {
      variants: [{ id: `nv${state.networkVersion}`, epoch: FIRST_PARENT, nv: state.networkVersion }],
      state_tree: { root_cid: link(state.root) },
      circ_supply: CIRCULATING,
    },
    randomness: epochs.flatMap((epoch) =>
      ["chain", "beacon"].map((source) => ({ on: [source, epoch], ret: base64(hash(`${source}:${epoch}`)) })),
    ),
    tipset_cids: epochs.map((epoch) => ({
      epoch,
      cid: link(cidFromParts(DAG_CBOR, BLAKE2B_256, hash(`tipset:${epoch}`))),
    })),
    apply_tipsets: tipsets,
    postconditions: { state_tree: { root_cid: link(state.root) }, receipts: [], receipts_roots: [] },
  });
  return text as string;
}

/** The blocks of a state, from its root on. */
function blocksOf({ root, store }: FirstState): Block[] {
  const found = new Map<Cid, Uint8Array>();
  const waiting = [root];
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    const data = found.has(cid) ? undefined : store.get(cid);
    if (data === undefined) continue;
    found.set(cid, data);
    if (cidCodec(cid) === DAG_CBOR) waiting.push(...linksOf(data));
  }
  return Array.from(found, ([cid, data]) => ({ cid, data }));
}

function hash(text: string): Uint8Array {
  return native.blake2b(Buffer.from(text), HASH_BYTES);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function link(cid: Cid): { readonly "/": string } {
  return { "/": cidText(cid) };
}
