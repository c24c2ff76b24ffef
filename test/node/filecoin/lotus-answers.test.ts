/** `Filecoin.*` methods on the chain of a recorded Lotus node: its answers. */
import { beforeAll, describe, expect, test } from "vitest";
import { filecoinMethods } from "../../../src/node/methods/filecoin/index.js";
import type { Node } from "../../../src/node/node.js";
import { differences } from "../../support/asked-again.js";
import { lotusNode } from "../../support/lotus-answers.js";
import { executableLotusChains } from "../../support/lotus-node.js";
import { recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const METHODS = [
  "ChainGetBlock",
  "ChainGetBlockMessages",
  "ChainGetEvents",
  "ChainGetFinalizedTipSet",
  "ChainGetGenesis",
  "ChainGetMessage",
  "ChainGetMessagesInTipset",
  "ChainGetParentMessages",
  "ChainGetParentReceipts",
  "ChainGetPath",
  "ChainGetTipSetAfterHeight",
  "ChainGetTipSetByHeight",
  "ChainHasObj",
  "ChainHead",
  "ChainReadObj",
  "StateAccountKey",
  "StateActorCodeCIDs",
  "StateActorManifestCID",
  "StateCall",
  "StateCirculatingSupply",
  "StateCompute",
  "StateGetActor",
  "StateGetBeaconEntry",
  "StateGetNetworkParams",
  "StateGetRandomnessFromBeacon",
  "StateGetRandomnessFromTickets",
  "StateListActors",
  "StateListMiners",
  "StateLookupID",
  "StateLookupRobustAddress",
  "StateMinerInfo",
  "StateMinerPower",
  "StateNetworkName",
  "StateNetworkVersion",
  "StateReadState",
  "StateReplay",
  "StateSearchMsg",
  "StateVMCirculatingSupplyInternal",
  "Version",
  "WalletBalance",
  "WalletValidateAddress",
];

const executable = new Set(executableLotusChains());
const names = recordings(["nv28", "nv27-28"]).filter((name) => executable.has(name));
if (names.length === 0) skipLoudly("answers of Lotus's API: no recording, or no bundles of its actors");

describe.each(names)("%s", (name) => {
  let node: Node;

  beforeAll(async () => {
    node = (await lotusNode(name)).options.node;
  });

  test.each(METHODS)("%s", { timeout: 300_000 }, async (method) => {
    const found = await differences(node, filecoinMethods, name, `Filecoin.${method}`);
    expect(found.asked).toBeGreaterThan(0);
    expect(found.differences.slice(0, 3)).toEqual([]);
  });
});
