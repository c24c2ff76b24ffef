import { ADDRESS_PROTOCOL, addressId, addressPayload, addressProtocol } from "../address/address.js";
import { formatAddress } from "../address/text.js";
import type { BlockAccessOptions } from "../blockstore/access.js";
import type { Blockstore } from "../blockstore/blocks.js";
import { allClaims, type PowerClaim, standingIn } from "../chain/rules/election-states.js";
import { CONSENSUS_MINERS } from "../chain/validation/election-checks.js";
import { FvmError } from "../errors.js";
import { onState, type StateAt } from "../inspect/state/inspected-state.js";
import { is, isCount } from "../util/check.js";
import { checkOption } from "../util/options.js";
import type { ActorId } from "../vm/state-tree/actor-state.js";
import { inTableOrder, type PowerEntry, type PowerTable } from "./power-table.js";

/** Rules that decide who is in a table, beside the state. */
export interface TableRules {
  /** Epoch of the tipset whose parents have left the state. */
  readonly epoch: number;
  /** Raw power from which on a miner may always mine, bytes: a `ChainNetwork` has it. */
  readonly leastPower: bigint;
}

/**
 * The power table that F3 takes from a state: miners who may mine, with their workers' keys. Source: Lotus
 * chain/lf3/ec.go.
 *
 * @throws FvmError INVALID_STATE, also if a worker's key is not of BLS; INVALID_OPTION; as `readBlocks`
 */
export async function powerTableOf(
  store: Blockstore,
  state: StateAt,
  { epoch, leastPower }: TableRules,
  options: BlockAccessOptions = {},
): Promise<PowerTable> {
  checkOption("epoch", epoch, isCount);
  checkOption(
    "leastPower",
    leastPower,
    is((value) => typeof value === "bigint", "a bigint"),
  );
  return onState(
    store,
    state,
    function* (opened) {
      const { claims, power } = yield* allClaims(opened);
      const mayMine = ({ raw, qualityAdjusted }: PowerClaim) =>
        qualityAdjusted > 0n &&
        (raw >= leastPower || (power.minersAboveLeast < CONSENSUS_MINERS && raw > 0n));
      const entries: PowerEntry[] = [];
      for (const [miner, claim] of claims) {
        if (!mayMine(claim)) continue;
        const standing = yield* standingIn(opened, miner);
        if (standing === "none") throw invalid(`${formatAddress(miner)} has power and is no miner`);
        if (standing.feeDebt !== 0n || epoch <= standing.faultElapsed) continue;
        const { worker } = standing;
        if (worker === undefined || addressProtocol(worker) !== ADDRESS_PROTOCOL.BLS) {
          throw invalid(`the worker of ${formatAddress(miner)} has no key of BLS`);
        }
        entries.push({
          participant: addressId(miner) as ActorId,
          power: claim.qualityAdjusted,
          key: addressPayload(worker),
        });
      }
      return inTableOrder(entries);
    },
    options,
  );
}

function invalid(reason: string): FvmError {
  return new FvmError("INVALID_STATE", { reason });
}
