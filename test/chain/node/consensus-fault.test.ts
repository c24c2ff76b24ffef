import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { Blocks } from "../../../src/blockstore/blocks.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { heightOf } from "../../../src/chain/networks/upgrades.js";
import { consensusFault, type FaultSetting } from "../../../src/chain/node/consensus-fault.js";
import { ElectionStates } from "../../../src/chain/rules/election-states.js";
import { SigningKey } from "../../../src/chain/signatures/keys.js";
import { signBlock } from "../../../src/chain/signatures/sign.js";
import { type BlockHeader, encodeHeader, headerCid } from "../../../src/chain/types/header.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { native } from "../../../src/native/index.js";
import { ConsensusFaultType } from "../../../src/vm/externs/externs.js";
import { type ActorState, withState } from "../../../src/vm/state-tree/actor-state.js";
import { StoredState } from "../../../src/vm/state-tree/state-view.js";
import { executableLotusChains, openLotusNode } from "../../support/lotus-node.js";
import { skipLoudly } from "../../support/skip.js";

const { DoubleForkMining, TimeOffsetMining, ParentGrinding } = ConsensusFaultType;
const NAME = "nv28-debug";
const MINER = 1000;
const WORKER = 102;
const OTHER_MINER = 1001;

const key = SigningKey.fromSeed("bls", "worker");
const nobody = new Uint8Array();

const isThere = executableLotusChains().includes(NAME);
if (!isThere) skipLoudly("consensus faults on a Lotus node's chain: it is not on this machine");

describe.runIf(isThere)("two headers", () => {
  let setting: FaultSetting;
  /** The tipset in execution, of epoch 1,133: what is older than 233 is final. */
  let head: ChainTipset;
  let template: BlockHeader;

  beforeAll(async () => {
    const { network, chain, tipsets } = await openLotusNode(NAME);
    head = tipsets.at(-1) as ChainTipset;
    template = { ...firstHeader(head), miner: idAddress(MINER), parents: [cid(1), cid(2)], height: 1000 };
    const stateRoot = await withWorker(chain.blockstore, firstHeader(head).parentStateRoot);
    const states = new ElectionStates(chain.blockstore, {});
    setting = { network, chain, from: head, epoch: head.epoch, stateRoot, states, options: {} };
  });

  /** The state with the worker's account for our key, which was another one at the lookback. */
  async function withWorker(store: FaultSetting["chain"]["blockstore"], root: Cid): Promise<Cid> {
    const blocks = new Blocks(native.blocks(), store);
    const state = StoredState.load(blocks, root, [5]);
    const account = blocks.put(DAG_CBOR, new CborWriter().array(1).latin1(key.address).finish());
    const worker = withState(state.getActor(WORKER) as ActorState, account);
    const changed = state.with(new Map([[WORKER, worker]]), blocks).root;
    await blocks.flushAll();
    return changed;
  }

  function block(changes: Partial<BlockHeader> = {}, signer = key): BlockHeader {
    return signBlock({ ...template, ...changes }, signer);
  }

  function ask(a: BlockHeader, b: BlockHeader, extra?: BlockHeader, changes: Partial<FaultSetting> = {}) {
    const witness = extra === undefined ? nobody : encodeHeader(extra);
    return consensusFault({ ...setting, ...changes }, encodeHeader(a), encodeHeader(b), witness);
  }

  const fault = (type: ConsensusFaultType, epoch: number) => ({ target: MINER, epoch, type });

  test("of one epoch are a fork", async () => {
    expect(await ask(block(), block({ timestamp: 5 }))).toEqual(fault(DoubleForkMining, 1000));
  });

  test("of one epoch are a fork, whatever their parents", async () => {
    expect(await ask(block(), block({ parents: [cid(7)] }))).toEqual(fault(DoubleForkMining, 1000));
  });

  test("on the same parents are of one epoch", async () => {
    const later = block({ height: 1004, parents: [cid(2), cid(1)] });
    expect(await ask(block(), later)).toEqual(fault(TimeOffsetMining, 1004));
  });

  test("on parents of which one is named twice count as the other's", async () => {
    const [twice, two] = [block({ height: 1004, parents: [cid(1), cid(1)] }), block()];
    expect(await ask(two, twice)).toEqual(fault(TimeOffsetMining, 1004));
    expect(await ask({ ...block({ parents: [cid(1), cid(1)] }) }, block({ height: 1004 }))).toBeUndefined();
  });

  describe("with a witness", () => {
    const other = { miner: idAddress(OTHER_MINER), timestamp: 9 };

    test("leave a block of one's own out", async () => {
      const witness = block(other);
      const later = block({ height: 1001, parents: [headerCid(witness)] });
      expect(await ask(block(), later, witness)).toEqual(fault(ParentGrinding, 1001));
      // Nobody looks at who has signed the witness.
      const unsigned = { ...witness, blockSignature: undefined };
      const onUnsigned = block({ height: 1001, parents: [headerCid(unsigned)] });
      expect(await ask(block(), onUnsigned, unsigned)).toEqual(fault(ParentGrinding, 1001));
    });

    test("are no fault if the block is among the parents", async () => {
      const [witness, first] = [block(other), block()];
      const later = block({ height: 1001, parents: [headerCid(witness), headerCid(first)] });
      expect(await ask(first, later, witness)).toBeUndefined();
    });

    test.each<[string, Partial<BlockHeader>]>([
      ["on other parents", { parents: [cid(3)] }],
      ["of another epoch", { height: 999 }],
    ])("%s are no fault", async (_, changes) => {
      const witness = block({ ...other, ...changes });
      expect(
        await ask(block(), block({ height: 1001, parents: [headerCid(witness)] }), witness),
      ).toBeUndefined();
    });

    test("that is not among the parents are no fault", async () => {
      expect(await ask(block(), block({ height: 1001, parents: [cid(9)] }), block(other))).toBeUndefined();
    });

    test("are that fault even if they are another one", async () => {
      const witness = block(other);
      const fork = block({ parents: [headerCid(witness)] });
      expect(await ask(block(), fork, witness)).toEqual(fault(ParentGrinding, 1000));
      expect(await ask(block(), block({ timestamp: 5 }), witness)).toEqual(fault(DoubleForkMining, 1000));
    });

    test("that cannot be read are no fault, whatever they are", async () => {
      const garbage = encodeHeader(block(other)).subarray(0, -1);
      const [a, b] = [encodeHeader(block()), encodeHeader(block({ timestamp: 5 }))];
      expect(await consensusFault(setting, a, b, garbage)).toBeUndefined();
    });
  });

  describe("are no fault", () => {
    test("if they are the same", async () => {
      const same = block();
      expect(await ask(same, same)).toBeUndefined();
    });

    test("if they are the same but for bytes at the end", async () => {
      const bytes = encodeHeader(block());
      expect(await consensusFault(setting, bytes, Uint8Array.of(...bytes, 0), nobody)).toBeUndefined();
    });

    test("if one cannot be read", async () => {
      const bytes = encodeHeader(block());
      for (const [a, b] of [
        [bytes, nobody],
        [bytes.subarray(0, -1), encodeHeader(block({ timestamp: 5 }))],
      ] as const) {
        expect(await consensusFault(setting, a, b, nobody)).toBeUndefined();
      }
    });

    test("of two miners", async () => {
      expect(await ask(block(), block({ miner: idAddress(OTHER_MINER) }))).toBeUndefined();
    });

    test("if the second is of an earlier epoch", async () => {
      expect(await ask(block({ height: 1004 }), block())).toBeUndefined();
    });

    test("of different epochs on different parents", async () => {
      expect(await ask(block(), block({ height: 1004, parents: [cid(1), cid(3)] }))).toBeUndefined();
      expect(await ask(block(), block({ height: 1004, parents: [cid(1)] }))).toBeUndefined();
    });

    test("unless the worker has signed both", async () => {
      const forged = block({ timestamp: 5 }, SigningKey.fromSeed("bls", "another"));
      expect(await ask(block(), forged)).toBeUndefined();
      expect(await ask(forged, block())).toBeUndefined();
      expect(await ask(block(), { ...block({ timestamp: 5 }), blockSignature: undefined })).toBeUndefined();
    });

    test("of a miner that there is not", async () => {
      const miner = idAddress(777_777);
      expect(await ask(block({ miner }), block({ miner, timestamp: 5 }))).toBeUndefined();
    });

    test("once the first is older than a finality", async () => {
      const at = (height: number) =>
        ask(block({ height }), block({ height: 1000, parents: template.parents }));
      expect(await at(head.epoch - 900)).toEqual(fault(TimeOffsetMining, 1000));
      expect(await at(head.epoch - 901)).toBeUndefined();
    });

    test("if the lookback lies after the tipset in execution", async () => {
      const at = (height: number) => ask(block({ height }), block({ height, timestamp: 5 }));
      expect(await at(head.epoch + 899)).toEqual(fault(DoubleForkMining, head.epoch + 899));
      expect(await at(head.epoch + 900)).toBeUndefined();
    });

    test("near calibnet's fix", async () => {
      const at = (height: number) => {
        const upgrades = [{ name: "WatermelonFix", height, networkVersion: 28 } as const];
        const network = { ...setting.network, upgrades: [...setting.network.upgrades, ...upgrades] };
        expect(heightOf(network, "WatermelonFix")).toBe(height);
        return ask(block(), block({ timestamp: 5 }), undefined, { network });
      };
      expect(await at(101)).toBeUndefined();
      expect(await at(1899)).toBeUndefined();
      expect(await at(100)).toEqual(fault(DoubleForkMining, 1000));
      expect(await at(-2)).toEqual(fault(DoubleForkMining, 1000));
    });
  });

  test("may have bytes behind them", async () => {
    const [a, b] = [block(), block({ timestamp: 5 })].map((one) =>
      Uint8Array.of(...encodeHeader(one), 1, 2, 3),
    );
    expect(await consensusFault(setting, a as Uint8Array, b as Uint8Array, nobody)).toEqual(
      fault(DoubleForkMining, 1000),
    );
  });
});

function cid(seed: number): Cid {
  return native.cidOf(DAG_CBOR, Uint8Array.of(seed));
}
