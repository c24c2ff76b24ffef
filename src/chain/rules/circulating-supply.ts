import { type BlockAccessOptions, walkBlocks } from "../../blockstore/access.js";
import type { Blocks, Blockstore } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { BuiltinActors } from "../../builtin/builtin-actors.js";
import { type Cid, checkCid } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import { retrying } from "../../ipld/retrying.js";
import { networkVersion } from "../../vm/network/version.js";
import { type ActorId, type ActorState, SingletonId } from "../../vm/state-tree/actor-state.js";
import { StoredState } from "../../vm/state-tree/state-view.js";
import type { SupplyRules } from "../networks/networks.js";

/** Where a network's FIL is. All in attoFIL. */
export interface CirculatingSupply {
  readonly vested: bigint;
  /** Paid to miners. */
  readonly mined: bigint;
  /** Amount that has left the reserve. */
  readonly reserveDisbursed: bigint;
  readonly burnt: bigint;
  /** Pledges, and up to network version 22 also deposits and payments of deals. */
  readonly locked: bigint;
  /** Sum of the first three less the last two; at least 0. */
  readonly circulating: bigint;
}

const FIL = 10n ** 18n;
const EPOCHS_IN_DAY = 2880n;

/** Grants of the beginning: days over which they vest, and FIL. */
const GRANTS = [
  [0n, 10_632_000n],
  [183n, 19_015_887n + 32_787_700n],
  [365n, 22_421_712n + 9_400_000n],
  [730n, 7_223_364n],
  [1095n, 87_637_883n + 898_958n],
  [2190n, 100_000_000n + 300_000_000n + 9_805_053n],
] as const;

const RESERVE = 90;
const BURNT_FUNDS = SingletonId.BurntFunds;

/**
 * The supply that a machine is told, which has nothing to do with accounts that circulate no more. Source: Lotus
 * chain/stmgr/supply.go, `GetVMCirculatingSupplyDetailed`.
 *
 * @param stateRoot the state from which the epoch begins
 * @param version network version of the epoch, from 16 on
 * @throws FvmError INVALID_STATE, UNKNOWN_NETWORK_VERSION; otherwise as `readBlocks`
 */
export async function circulatingSupply(
  store: Blockstore,
  stateRoot: Cid,
  epoch: number,
  version: number,
  { vestingStart, reserveAtFirst, reserveFromTeep }: SupplyRules,
  options: BlockAccessOptions = {},
): Promise<CirculatingSupply> {
  checkCid(stateRoot);
  const { treeVersions } = networkVersion(version).rules.state;
  return walkBlocks(
    store,
    function* (blocks) {
      const state = new SupplyState(
        blocks,
        yield* retrying(() => StoredState.load(blocks, stateRoot, treeVersions)),
        new BuiltinActors([], version),
      );
      const mined = yield* retrying(() =>
        state.amount("reward", SingletonId.Reward, ["total_storage_power_reward"]),
      );
      const pledged = yield* retrying(() =>
        state.amount("storagepower", SingletonId.Power, ["total_pledge_collateral"]),
      );
      const inDeals =
        version >= 23
          ? 0n
          : yield* retrying(() => state.amount("storagemarket", SingletonId.Market, DEAL_FIELDS));
      const burnt = yield* retrying(() => state.actor(BURNT_FUNDS).balance);
      const reserved = yield* retrying(() => state.actor(RESERVE).balance);
      const vested = vestedAt(epoch - vestingStart);
      const reserveDisbursed = (version >= 25 ? reserveFromTeep : reserveAtFirst) - reserved;
      const locked = pledged + inDeals;
      const rest = vested + mined + reserveDisbursed - burnt - locked;
      return { vested, mined, reserveDisbursed, burnt, locked, circulating: rest > 0n ? rest : 0n };
    },
    options,
  );
}

const DEAL_FIELDS = [
  "total_client_locked_collateral",
  "total_provider_locked_collateral",
  "total_client_storage_fee",
] as const;

/** attoFIL. @param elapsed epochs since the start */
function vestedAt(elapsed: number): bigint {
  return GRANTS.reduce(
    (sum, [days, fil]) => sum + vestedOf(fil * FIL, days * EPOCHS_IN_DAY, BigInt(elapsed)),
    0n,
  );
}

/** Each epoch unlocks as much as the last one, rounded down: what that loses is vested from the start. */
function vestedOf(amount: bigint, duration: bigint, elapsed: bigint): bigint {
  if (elapsed >= duration) return amount;
  if (elapsed < 0n) return 0n;
  return amount - (amount / duration) * (duration - elapsed);
}

class SupplyState {
  constructor(
    private readonly blocks: Blocks,
    private readonly state: StoredState,
    private readonly actors: BuiltinActors,
  ) {}

  actor(id: ActorId): ActorState {
    const actor = this.state.getActor(id);
    if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: `there is no actor f0${id}` });
    return actor;
  }

  /** The sum of these fields of an actor's state, attoFIL. */
  amount(type: ActorType, id: ActorId, fields: readonly string[]): bigint {
    const { form, value } = this.actors.decodeState(type, this.blocks.get(this.actor(id).state));
    if (form !== "schema" || value.kind !== "record") {
      throw new FvmError("INVALID_STATE", { reason: `the state of f0${id} is not that of ${type}` });
    }
    return fields.reduce((sum, name) => {
      const field = value.fields.find((one) => one.name === name)?.value;
      if (field?.kind !== "amount")
        throw new HostFault("BROKEN_INVARIANT", { text: `${type} has no ${name}` });
      return sum + field.value;
    }, 0n);
  }
}
