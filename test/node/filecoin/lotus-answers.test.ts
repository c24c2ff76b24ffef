/** `Filecoin.*` methods on the chain of a recorded Lotus node: its answers. */
import { beforeAll, describe, expect, test } from "vitest";
import { TipsetTraces } from "../../../src/node/chain/traced-tipset.js";
import { filecoinMethods } from "../../../src/node/methods/filecoin/index.js";
import type { Node } from "../../../src/node/node.js";
import { MessagePool } from "../../../src/node/pool/message-pool.js";
import { differences } from "../../support/asked-again.js";
import { executableLotusChains, recordedNodeChain } from "../../support/lotus-node.js";
import { read, recordings } from "../../support/lotus-recording.js";
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
    const chain = await recordedNodeChain(name);
    const { client } = read(name, "network.json") as { readonly client: string };
    const settings = { lotus: true, clientVersion: client };
    node = {
      chain,
      pool: new MessagePool(chain, { asLotus: true }),
      traces: new TipsetTraces(chain),
      settings,
    };
  });

  test.each(METHODS)("%s", { timeout: 300_000 }, async (method) => {
    const found = await differences(node, filecoinMethods, name, `Filecoin.${method}`);
    expect(found.asked).toBeGreaterThan(0);
    expect(found.differences.slice(0, 3)).toEqual([]);
  });
});
