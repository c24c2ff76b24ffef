/** `Filecoin.Version` and what `Filecoin.State*` tells of the network. */

import { firstHeader } from "../../../chain/history/chain-tipset.js";
import { failed, wrapping } from "../../filecoin/failures.js";
import { base64, bytesJson, cidJson } from "../../filecoin/json.js";
import {
  actorCodes,
  actorsManifest,
  beaconEntry,
  futureBeaconEntry,
  networkName,
  randomness,
  randomnessDigest,
  versionOf,
} from "../../filecoin/network.js";
import { networkParamsJson } from "../../filecoin/network-params.js";
import { loadingText, namedTipset, tipsetOf } from "../../filecoin/tipsets.js";
import type { Node, NodeSettings } from "../../node.js";
import { lenient, methodsOf, required } from "../../rpc/method.js";
import { answers, bytes, epoch, int64, tipsetKey, uint64 } from "./shapes.js";

const method = methodsOf<Node>();

/** Version of the API of path /rpc/v1: 2.3.0. Source: Lotus api/version.go. */
const API_VERSION = 0x02_03_00;

/** Name of the software: Lotus's where it is compared with. */
function agentOf({ lotus }: NodeSettings): string {
  return lotus ? "lotus" : "fvm-node";
}

function randomnessMethod(name: string, source: "tickets" | "beacon", words: string) {
  return method({
    name,
    summary: `Randomness of an epoch for a purpose, from the ${source === "tickets" ? "chain's tickets" : "beacon"}.`,
    params: [
      required("personalization", int64),
      required("epoch", epoch),
      required("entropy", bytes),
      lenient("key", tipsetKey),
    ],
    result: answers.text,
    call: async ({ node, signal }, personalization, at, entropy, key) => {
      const tipset = await wrapping(loadingText(key), () => tipsetOf(node.chain, key, { signal }));
      const request = { personalization, epoch: at, entropy };
      return base64(await wrapping(words, () => randomness(node.chain, source, tipset, request)));
    },
  });
}

function digestMethod(name: string, source: "tickets" | "beacon") {
  return method({
    name,
    summary: `The digest from which an epoch's randomness is drawn, of the ${source}.`,
    params: [required("epoch", epoch), lenient("key", tipsetKey)],
    result: answers.text,
    call: async ({ node, signal }, at, key) => {
      const tipset = await namedTipset(node.chain, key, { signal });
      const words = "failed to get randomness digest from tickets";
      return base64(await wrapping(words, () => randomnessDigest(node.chain, source, tipset, at)));
    },
  });
}

export const networkMethods = [
  method({
    name: "Filecoin.Version",
    summary: "Version of the node and of its API.",
    params: [],
    result: answers.object,
    call: ({ node }) => ({
      Version: node.settings.clientVersion,
      APIVersion: API_VERSION,
      BlockDelay: node.chain.network.blockDelay,
      Agent: agentOf(node.settings),
    }),
  }),
  method({
    name: "Filecoin.StateNetworkName",
    summary: "The network's name.",
    params: [],
    result: answers.text,
    call: ({ node, signal }) => networkName(node.chain, { signal }),
  }),
  method({
    name: "Filecoin.StateNetworkVersion",
    summary: "The network version of a tipset.",
    params: [lenient("key", tipsetKey)],
    result: answers.integer,
    call: async ({ node, signal }, key) =>
      versionOf(node.chain, await namedTipset(node.chain, key, { signal })),
  }),
  method({
    name: "Filecoin.StateGetNetworkParams",
    summary: "Parameters of the network, such as heights of its upgrades.",
    params: [],
    result: answers.object,
    call: async ({ node, signal }) => {
      const { genesis, network } = node.chain;
      return networkParamsJson(network, {
        networkName: await networkName(node.chain, { signal }),
        genesisTimestamp: genesis === undefined ? network.genesis.timestamp : firstHeader(genesis).timestamp,
      });
    },
  }),
  method({
    name: "Filecoin.StateActorManifestCID",
    summary: "The manifest of a network version's builtin actors.",
    params: [required("networkVersion", uint64)],
    result: answers.cid,
    call: ({ node }, version) => cidJson(actorsManifest(node.chain, knownVersion(version))),
  }),
  method({
    name: "Filecoin.StateActorCodeCIDs",
    summary: "Codes of a network version's builtin actors.",
    params: [required("networkVersion", uint64)],
    result: answers.object,
    call: async ({ node, signal }, version) => {
      const codes = await actorCodes(node.chain, knownVersion(version), { signal });
      const sorted = [...codes].sort(([a], [b]) => (a < b ? -1 : 1));
      return Object.fromEntries(sorted.map(([name, code]) => [name, cidJson(code)]));
    },
  }),
  method({
    name: "Filecoin.StateGetBeaconEntry",
    summary: "The beacon's entry of an epoch.",
    params: [required("epoch", epoch)],
    result: answers.object,
    call: async ({ node }, at) => {
      const { head } = node.chain;
      const { round, data } = await (at > head.epoch
        ? futureBeaconEntry(node.chain, at)
        : beaconEntry(node.chain, head, at));
      return { Round: round, Data: bytesJson(data) };
    },
  }),
  randomnessMethod("Filecoin.StateGetRandomnessFromTickets", "tickets", "getting chain randomness"),
  randomnessMethod("Filecoin.StateGetRandomnessFromBeacon", "beacon", "getting beacon randomness"),
  digestMethod("Filecoin.StateGetRandomnessDigestFromTickets", "tickets"),
  digestMethod("Filecoin.StateGetRandomnessDigestFromBeacon", "beacon"),
];

/** Throws `RpcError` for what is no network version. */
function knownVersion(version: number | bigint): number {
  if (version > MOST_VERSION) throw failed(`invalid network version ${version}`);
  return Number(version);
}

const MOST_VERSION = 1000;
