import { expect, test } from "vitest";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { executeChainTipset, stateAfter } from "../../../src/chain/node/execute-chain-tipset.js";
import { cidText } from "../../../src/encoding/cid.js";
import { executableLotusChains, openLotusNode } from "../../support/lotus-node.js";
import { skipLoudly } from "../../support/skip.js";

const names = executableLotusChains();
if (names.length === 0) skipLoudly("executing the chains of a Lotus node: they are not on this machine");

test.each(names)("the chain %s leads to the states that it says", { timeout: 120_000 }, async (name) => {
  const { network, chain, tipsets } = await openLotusNode(name);
  const node = chainNode({ network, chain });
  for (const [i, tipset] of tipsets.entries()) {
    const next = tipsets[i + 1];
    if (next === undefined) break;
    const { stateRoot, receiptsRoot } = await stateAfter(node, chain, tipset);
    const { parentStateRoot, parentMessageReceipts } = firstHeader(next);
    expect([tipset.epoch, cidText(stateRoot), cidText(receiptsRoot)]).toEqual([
      tipset.epoch,
      cidText(parentStateRoot),
      cidText(parentMessageReceipts),
    ]);
  }
  await expect(executeChainTipset(node, chain, tipsets[0] as (typeof tipsets)[0])).rejects.toThrow(
    "nothing is before genesis",
  );
});
