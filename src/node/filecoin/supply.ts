/** The network's supply as Lotus's `State*` methods tell it. All in attoFIL. */
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { circulatingSupply } from "../../chain/rules/circulating-supply.js";
import type { DecodedFields } from "../../chain/rules/decoded-fields.js";
import type { InspectedState } from "../../inspect/state/inspected-state.js";
import { takingEach } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import { type ActorId, type ActorState, SingletonId } from "../../vm/state-tree/actor-state.js";
import { StoredState } from "../../vm/state-tree/state-view.js";
import { actorIdOf } from "../../vm/state-tree/stored-difference.js";
import type { NodeChain } from "../chain/node-chain.js";
import { onParentState, recordOf } from "./actors.js";
import { failed, wrapping } from "./failures.js";
import type { GoJson } from "./state-json.js";

const SAFT = 122;
const RESERVE = 90;
const TOTAL = 2_000_000_000n * 10n ** 18n;

/** Accounts whose money never circulates. Source: Lotus chain/stmgr/supply.go, `GetCirculatingSupply`. */
const UNCIRCULATING: ReadonlySet<ActorId> = new Set<ActorId>([
  SingletonId.Init,
  SingletonId.Reward,
  SingletonId.VerifiedRegistry,
  SingletonId.Power,
  SingletonId.System,
  SingletonId.Cron,
  SingletonId.BurntFunds,
  SAFT,
  RESERVE,
  SingletonId.Eam,
  SingletonId.DataCap,
]);
const CIRCULATING_TYPES: ReadonlySet<string | undefined> = new Set([
  "account",
  "paymentchannel",
  "ethaccount",
  "evm",
  "placeholder",
]);
/** From this network version on, deals lock nothing of the market's balance in this sum. */
const MARKET_CIRCULATES_SINCE = 23;

/** Parts of the supply that a machine is told, at a tipset. Throws as `circulatingSupply`. */
export async function vmSupply(
  { chain, network }: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<GoJson> {
  const { epoch } = tipset;
  const version = networkVersionAt(network, epoch);
  const root = firstHeader(tipset).parentStateRoot;
  const supply = await wrapping(undefined, () =>
    circulatingSupply(chain.blockstore, root, epoch, version, network.supply, options),
  );
  return {
    FilVested: String(supply.vested),
    FilMined: String(supply.mined),
    FilBurnt: String(supply.burnt),
    FilLocked: String(supply.locked),
    FilCirculating: String(supply.circulating),
    FilReserveDisbursed: String(supply.reserveDisbursed),
  };
}

/**
 * FIL that circulates: the sum over all actors of what they may spend, in the state before a tipset. Throws `RpcError`
 * if the actors' money is not all there is; as `onParentState`.
 */
export async function exactSupply(
  chain: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<bigint> {
  const epoch = tipset.epoch - 1;
  const version = networkVersionAt(chain.network, epoch);
  return onParentState(
    chain,
    tipset,
    function* (state) {
      const { view } = state;
      if (!(view instanceof StoredState)) throw failed("not a stored state");
      const funded: [ActorId, ActorState][] = [];
      yield* takingEach(view.entries(), ({ key, after }) => {
        const actor = after as ActorState;
        if (actor.balance !== 0n) funded.push([actorIdOf(key), actor]);
      });
      let [circulating, total] = [0n, 0n];
      for (const [id, actor] of funded) {
        total += actor.balance;
        circulating += yield* spendable(state, id, actor, epoch, version);
      }
      if (total !== TOTAL) {
        throw failed(`total filecoin didn't add to expected amount: ${total} != ${TOTAL}`);
      }
      return circulating;
    },
    options,
  );
}

function* spendable(
  state: InspectedState,
  id: ActorId,
  { balance, code }: ActorState,
  epoch: number,
  version: number,
): Waits<bigint> {
  if (UNCIRCULATING.has(id)) return 0n;
  const type = state.actors.typeOf(code);
  if (id === SingletonId.Market) {
    if (version >= MARKET_CIRCULATES_SINCE) return balance;
    const market = yield* recordOf(state, id, "storagemarket");
    return balance - sum(market, MARKET_LOCKED);
  }
  if (CIRCULATING_TYPES.has(type)) return balance;
  if (type === "storageminer") {
    const miner = yield* recordOf(state, id, "storageminer");
    const unlocked = balance - sum(miner, MINER_LOCKED);
    return unlocked < 0n ? 0n : unlocked - amount(miner, "fee_debt");
  }
  if (type === "multisig") {
    const free = balance - lockedInMultisig(yield* recordOf(state, id, "multisig"), epoch);
    return free > 0n ? free : 0n;
  }
  throw failed(`unexpected actor: f0${id}`);
}

const MARKET_LOCKED = [
  "total_client_locked_collateral",
  "total_provider_locked_collateral",
  "total_client_storage_fee",
];
const MINER_LOCKED = ["locked_funds", "pre_commit_deposits", "initial_pledge"];

/** Source: go-state-types builtin/v9/multisig/multisig_state.go, `AmountLocked`. */
export function lockedInMultisig(multisig: DecodedFields, epoch: number): bigint {
  const elapsed = BigInt(epoch) - multisig.big("start_epoch");
  const duration = multisig.big("unlock_duration");
  const initial = amount(multisig, "initial_balance");
  if (elapsed >= duration) return 0n;
  if (elapsed <= 0n) return initial;
  const product = initial * (duration - elapsed);
  return (product + duration - 1n) / duration;
}

function amount(fields: DecodedFields, name: string): bigint {
  return fields.get(name, "amount").value;
}

function sum(fields: DecodedFields, names: readonly string[]): bigint {
  return names.reduce((total, name) => total + amount(fields, name), 0n);
}
