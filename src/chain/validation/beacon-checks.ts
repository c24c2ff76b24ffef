import type { Cid } from "../../encoding/cid.js";
import type { ChainNetwork } from "../networks/networks.js";
import { type BeaconFault, checkBeaconEntries } from "../rules/beacon.js";
import type { BeaconEntry, BlockHeader } from "../types/header.js";
import { type BlockRefusal, refusal } from "./refusal.js";
import type { SignatureChecks } from "./signature-checks.js";

const TEXTS: { readonly [K in BeaconFault["kind"]]: (fault: Extract<BeaconFault, { kind: K }>) => string } = {
  count: ({ expected, actual }) => `there are ${actual} instead of ${expected}`,
  missing: () => "there are none",
  round: ({ place, expected, actual }) => `entry ${place} is of round ${actual} instead of ${expected}`,
};

/**
 * Why a block's beacon entries are wrong whatever they are; otherwise their signatures are added.
 *
 * @param parentEpoch of the block's parents
 * @param previous last entry of its ancestors
 */
export function addBeaconEntries(
  checks: SignatureChecks,
  network: ChainNetwork,
  block: Cid,
  header: BlockHeader,
  parentEpoch: number,
  previous: BeaconEntry,
): BlockRefusal | undefined {
  const { fault, checks: entries } = checkBeaconEntries({ header, parentEpoch, previous }, network);
  if (fault !== undefined) return refusal("BEACON", { reason: textOf(fault) });
  for (const { entry, previous: before, beacon } of entries) {
    checks.expect(checks.batch.addBeaconEntry(entry, before, beacon), () => ({
      block,
      refusal: refusal("BEACON", { reason: `entry of round ${entry.round} is not the beacon's` }),
    }));
  }
  return undefined;
}

function textOf(fault: BeaconFault): string {
  return (TEXTS[fault.kind] as (fault: BeaconFault) => string)(fault);
}
