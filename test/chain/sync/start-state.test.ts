/** The state that a validation begins on: what the parent of its first tipset leads to. */
import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { DevnetChain } from "../../../src/chain/devnet/devnet-chain.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { validateChain } from "../../../src/chain/sync/validate-chain.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { readActor } from "../../../src/inspect/state/read-actor.js";
import { SingletonId } from "../../../src/vm/state-tree/actor-state.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const isThere = devnetVersions([28]).length > 0;
if (!isThere) skipLoudly("where validations begin: the builtin actors are not on this machine");

/** @param lost a block that the store lacks */
function validateFrom(devnet: DevnetChain, from: number, lost?: Cid) {
  const blocks = [...(devnet.blockstore as MemoryBlockstore)].filter(({ cid }) => cid !== lost);
  const store = new MemoryBlockstore(blocks);
  const blockCache = BlockCache.create(1 << 20);
  const chain = new Chain(store, { blockCache });
  const { network, head } = devnet;
  const node = chainNode({ network, chain, blockCache });
  return validateChain({ chain, network, node, head }, { from, blockCache });
}

describe.skipIf(!isThere)("a validation that begins in the middle", () => {
  let devnet: DevnetChain;
  const tipsets: ChainTipset[] = [];
  beforeAll(async () => {
    devnet = await makeDevnet();
    for (let i = 0; i < 4; i++) tipsets.push(await devnet.mine());
  });

  test("executes the parent of its first tipset, which it does not count", async () => {
    const { epoch } = tipsets[2] as ChainTipset;
    const result = await validateFrom(devnet, epoch);
    expect(result).toMatchObject({ ok: true, from: epoch, tipsets: 2, unchecked: ["winningPost"] });
  });

  test("refuses a first tipset on another state", async () => {
    const other = await makeDevnet();
    for (let i = 0; i < 2; i++) await other.mine();
    const before = firstHeader(other.head).parentStateRoot;
    const parent = other.head;
    const wrong = await other.mine({ edit: (header) => ({ ...header, parentStateRoot: before }) });
    const { ok, tipsets: count, difference } = await validateFrom(other, wrong.epoch);
    expect({ ok, count }).toEqual({ ok: false, count: 0 });
    expect(difference).toMatchObject({
      epoch: wrong.epoch,
      refusal: { code: "STATE_ROOT" },
      executed: { epoch: parent.epoch },
    });
  });

  test("says so if it cannot find out", async () => {
    const [, parent, first] = tipsets as [ChainTipset, ChainTipset, ChainTipset];
    const at = { root: firstHeader(parent).parentStateRoot, network: 28 };
    const { stateRoot } = await readActor(devnet.blockstore, at, idAddress(SingletonId.Reward));
    const result = await validateFrom(devnet, first.epoch, stateRoot);
    expect(result).toMatchObject({ ok: true, tipsets: 2, unchecked: ["winningPost", "firstState"] });
  });
});
