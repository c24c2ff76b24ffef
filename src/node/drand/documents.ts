import { drandInfo } from "../../chain/networks/drand-info.js";
import { beaconRoundAt } from "../../chain/rules/beacon-round.js";
import type { OwnBeacon } from "../../chain/signatures/own-beacon.js";
import { SHA2_256 } from "../../encoding/codecs.js";
import { native } from "../../native/index.js";
import { hex } from "../../util/bytes.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { Node } from "../node.js";
import type { Document, Documents } from "../server/http.js";

/** A path below `/drand`, with the network's hash before it or without. */
const PATH = /^\/drand(?:\/([0-9a-f]{64}))?\/(chains|info|health|public\/latest|public\/[^/]+)$/;
const ROUND = /^public\/([0-9]{1,20})$/;
const FOREVER = { "Cache-Control": "public, max-age=604800, immutable" };
const CHANGES = { "Cache-Control": "must-revalidate, no-cache, max-age=0" };
const NOT_FOUND: Document = { status: 404, headers: CHANGES };
const BAD_ROUND: Document = { status: 400, headers: CHANGES };

/**
 * drand's HTTP API for the beacon of a chain of the node's own, at `/drand`. A round is there as soon as the head's epoch
 * is at it or beyond: the chain's time counts, not the clock's. Source: drand's handler/http/server.go.
 */
export function drandDocuments(node: Node): Documents {
  return (path) => {
    const [, hash, name = ""] = PATH.exec(path) ?? [];
    const own = node.dev?.beacon;
    if (own === undefined || name === "") return undefined;
    if (hash !== undefined && hash !== hex(own.beacon.hash)) return NOT_FOUND;
    return document(own, node.chain, name);
  };
}

function document(own: OwnBeacon, { network, head }: NodeChain, name: string): Document {
  const latest = BigInt(beaconRoundAt(network, head.epoch));
  const ok = (json: unknown, headers = CHANGES): Document => ({ status: 200, headers, json });
  if (name === "chains") return ok([hex(own.beacon.hash)]);
  if (name === "info") return ok(drandInfo(own.beacon), FOREVER);
  if (name === "health") return ok({ current: Number(latest), expected: Number(latest) });
  if (name === "public/latest") return ok(entryJson(own, latest));
  const digits = ROUND.exec(name)?.[1];
  if (digits === undefined) return BAD_ROUND;
  const round = BigInt(digits);
  // A chain may go back and lose an entry, so none is for ever.
  return round === 0n || round > latest ? NOT_FOUND : ok(entryJson(own, round));
}

function entryJson(own: OwnBeacon, round: bigint): object {
  const { data } = own.entry(round);
  return {
    round: Number(round),
    randomness: hex(native.hash(SHA2_256, data) as Uint8Array),
    signature: hex(data),
  };
}
