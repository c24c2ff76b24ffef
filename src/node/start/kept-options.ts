/** Options of a node whose chain is there already. */
import { beaconAt } from "../../chain/networks/beacons.js";
import { networkOf } from "../../chain/store/network-source.js";
import { FvmError } from "../../errors.js";
import type { DevRecord } from "../dev/dev-record.js";
import type { DevOptions } from "./options.js";

/**
 * Throws `FvmError` INVALID_OPTION if a chain has begun otherwise than options say: they would have no effect. The same
 * options as at its beginning are right.
 */
export function checkKept(record: DevRecord, options: DevOptions): void {
  const { fork, from, miners } = record;
  if (options.fork !== undefined && fork === undefined) throw refused("fork", "no fork");
  if (options.from !== undefined && from === undefined) throw refused("from", "a beginning of its own");
  // A chain that has gone on from another one has that one's facts.
  if (fork !== undefined || from !== undefined) return;
  const { chainId, genesisVersion, bundle, blockDelay, beacons } = networkOf(record.network);
  const beacon = beaconAt(beacons, 0).kind === "mock" ? "mock" : "quicknet";
  const facts = {
    chainId,
    networkVersion: genesisVersion,
    bundle,
    blockDelay,
    beacon,
    miners: miners.length,
  };
  for (const [option, value] of Object.entries(facts)) {
    const asked = options[option as keyof typeof facts];
    if (asked !== undefined && asked !== value) throw refused(option, String(value));
  }
}

function refused(option: string, has: string): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason: `the chain that is there has ${has}` });
}
