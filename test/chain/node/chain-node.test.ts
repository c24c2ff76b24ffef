import { describe, expect, test } from "vitest";
import { executeTipset } from "../../../src/chain/execution/execute-tipset.js";
import type { ChainNode } from "../../../src/chain/execution/node.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { FvmError } from "../../../src/errors.js";
import type { NetworkVersion } from "../../../src/vm/network/version.js";
import { keyAddress, plainNetwork } from "../../support/plain-network.js";

const { mainnet, butterflynet } = CHAIN_NETWORKS;

async function nodeOn(
  network: ChainNetwork,
): Promise<{ readonly node: ChainNode; readonly root: Parameters<typeof executeTipset>[1] }> {
  const { store, stateRoot } = await plainNetwork([keyAddress(1)]);
  return { node: chainNode({ network, chain: new Chain(store) }), root: stateRoot };
}

const tipset = (epoch: number) => ({ epoch, parentEpoch: epoch - 1, timestamp: 0, baseFee: 0n, blocks: [] });

describe("the node of a chain", () => {
  test("executes a tipset without a key, as long as nobody looks back", async () => {
    const { node, root } = await nodeOn(butterflynet);
    await expect(executeTipset(node, root, tipset(5))).resolves.toMatchObject({ nullRounds: [] });
  });

  test("makes each network version once, with the network's debugging", async () => {
    const { node } = await nodeOn({ ...butterflynet, actorDebugging: true });
    const version = node.networkVersion(5) as NetworkVersion;
    expect([version.version, version.actorDebugging]).toEqual([28, true]);
    expect(node.networkVersion(6)).toBe(version);
  });

  test.each<[string, ChainNetwork, number, object]>([
    ["before network version 16", mainnet, 100_000, { code: "UNKNOWN_NETWORK_VERSION" }],
    [
      "over an upgrade that rewrites states",
      mainnet,
      4_878_841,
      {
        code: "UPGRADE_NOT_SUPPORTED",
        details: {
          ...{ upgrade: "Teep", networkVersion: 25, epoch: 4_878_840 },
          reason: "it rewrites miners and contracts",
        },
      },
    ],
    ["over an upgrade without its actors", mainnet, 6_052_801, { code: "ACTORS_MISSING" }],
  ])("executes no tipset %s", async (_, network, epoch, error) => {
    const { node, root } = await nodeOn(network);
    await expect(executeTipset(node, root, tipset(epoch))).rejects.toMatchObject(error);
  });

  test.each<[string, unknown]>([
    ["options", undefined],
    ["network", { chain: new Chain({ get: () => undefined, putMany: () => undefined }) }],
    ["chain", { network: mainnet }],
    ["chain", { network: mainnet, chain: { tipset: () => undefined } }],
  ])("is not made without %s", (option, options) => {
    expect(() => chainNode(options as never)).toThrow(
      expect.toSatisfy((error) => error instanceof FvmError && error.message.includes(`option: '${option}'`)),
    );
  });
});
