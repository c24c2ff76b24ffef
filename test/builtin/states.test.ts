/** States of real networks and of vectors have the layouts that are said, down to the last block. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Address, addressId } from "../../src/address/address.js";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { ACTOR_TYPES, specOf } from "../../src/builtin/actors/index.js";
import type { BuiltinActors } from "../../src/builtin/builtin-actors.js";
import { readBuiltinActors } from "../../src/builtin/read-builtin-actors.js";
import type { Cid } from "../../src/encoding/cid.js";
import { readCar } from "../../src/ipld/car/car.js";
import { CborReader, decodeCbor } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { defaultVectorFolder, vectorFiles } from "../../src/tools/vectors/files.js";
import { VectorStore } from "../../src/tools/vectors/store.js";
import { networkVersion } from "../../src/vm/network/version.js";
import { actorCodec } from "../../src/vm/state-tree/actor-codec.js";
import type { ActorId, ActorState } from "../../src/vm/state-tree/actor-state.js";
import { stateRootCodec } from "../../src/vm/state-tree/state-view.js";
import { memoryBlocks } from "../support/blocks.js";
import { blocksOf, openActors } from "../support/borrowed-vectors.js";
import { mainnetBundle } from "../support/real-actors.js";
import { readMessageVector, replay } from "../support/replay.js";
import { skipLoudly } from "../support/skip.js";
import { bundleFile } from "../support/test-data.js";
import { Walker } from "./walk.js";

/** Where a genesis block has its state root. */
const PARENT_STATE_ROOT = 8;

type Store = Blockstore & { get(cid: Cid): Uint8Array | undefined };

/** Actors walked, by type and version of the actors. */
const walked = new Map<string, number>();

function walkAll(
  found: Iterable<readonly [ActorId, ActorState]>,
  store: Store,
  actors: BuiltinActors,
): Walker {
  const blocks = memoryBlocks(store);
  const walker = new Walker(blocks, actors, (cid) => store.get(cid) !== undefined);
  for (const [id, actor] of found) {
    const type = actors.typeOf(actor.code);
    const state = type && specOf(type, actors.version)?.state;
    // A state that a later call has changed again was never stored.
    if (state === undefined || store.get(actor.state) === undefined) continue;
    const key = `${type} v${actors.version}`;
    walked.set(key, (walked.get(key) ?? 0) + 1);
    walker.value(state, blocks.get(actor.state), `f0${id} (${type})`);
  }
  return walker;
}

describe("a network's first state", () => {
  const networks = [
    ["butterflynet-nv22", 22],
    ["butterflynet-nv24", 24],
    ["butterflynet-nv27", 27],
  ] as const;
  for (const [name, network] of networks) {
    const path = bundleFile(`genesis/${name}.car`);
    if (path === undefined) {
      skipLoudly(`genesis/${name}.car is not in the bundle folder`);
      continue;
    }
    test(name, async () => {
      const { roots, blocks } = readCar(readFileSync(path));
      const store = new MemoryBlockstore(blocks);
      const header = new CborReader(store.get(roots[0] as Cid) as Uint8Array);
      header.array();
      for (let i = 0; i < PARENT_STATE_ROOT; i++) header.skip();
      const root = header.cid();
      const { version, actors: hamt } = decodeCbor(stateRootCodec, store.get(root) as Uint8Array);
      const entries = Hamt.load(memoryBlocks(store), hamt, actorCodec(version)).entries();
      const all = [...entries].map(
        ([address, actor]) => [addressId(address as Address) ?? 0, actor] as const,
      );
      const walker = walkAll(all, store, await readBuiltinActors(store, root, network));
      expect(walker.problems).toEqual([]);
      expect(walker.missing).toBe(0);
      expect(walker.found.size).toBeGreaterThan(30);
    });
  }
});

/** Vectors by network version; after them all that they touched is looked at. */
const VECTORS: readonly (readonly [network: number, folder: string, pick: RegExp])[] = [
  // One of each method, from mainnet.
  [17, "shark", /-(Ok|16)-1\.json$/],
  [18, "hygge", /-Ok-1\.json$/],
  ...[18, 20, 21, 23, 25, 28].map(
    (network) =>
      [
        network,
        `generated/nv${network}`,
        /(paych\/voucher-merge|multisig\/(nested|locked)|datacap\/allocations|miner\/(create|beneficiary)|market\/add-withdraw|evm\/[^/]*selfdestruct[^/]*|evm\/[^/]*transient[^/]*)\.json$/,
      ] as const,
  ),
];

describe("states after a vector's messages", () => {
  for (const [network, folder, pick] of VECTORS) {
    const path = join(defaultVectorFolder() ?? "", folder);
    const { actorsVersion } = networkVersion(network);
    if (!existsSync(path) || mainnetBundle(actorsVersion) === undefined) {
      skipLoudly(`no vectors ${folder}, or no bundle v${actorsVersion}`);
      continue;
    }
    const files = vectorFiles([path]).filter((file) => pick.test(file));
    test(`${folder}: ${files.length} vectors, actors v${actorsVersion}`, async () => {
      expect(files.length).toBeGreaterThan(5);
      const below = blocksOf(openActors(actorsVersion));
      for (const file of files) {
        const read = readMessageVector(file);
        const store = new VectorStore(read.vector.car(), below);
        const touched = new Map<ActorId, ActorState>();
        const before = read.vector.stateRoot;
        await replay(read, store, network, before, (observation) => {
          if (observation.kind === "stateWrite" && observation.state !== undefined) {
            touched.set(observation.id, observation.state);
          }
        });
        const actors = await readBuiltinActors(store, before, network);
        const walker = walkAll([...touched], store, actors);
        expect(walker.problems, file).toEqual([]);
      }
    });
  }
});

test("all types are among them", () => {
  const types = new Set([...walked.keys()].map((key) => key.split(" ")[0]));
  expect(ACTOR_TYPES.filter((type) => !types.has(type))).toEqual(["placeholder"]);
});
