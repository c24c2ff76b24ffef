/** Miners and their power as Lotus's `State*` methods find them. */
import { base58btc } from "multiformats/bases/base58";
import { decode as decodeMultihash } from "multiformats/hashes/digest";
import { type Address, addressId } from "../../address/address.js";
import type { Structure } from "../../builtin/schema/schema.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { DecodedFields } from "../../chain/rules/decoded-fields.js";
import { CONSENSUS_MINERS } from "../../chain/validation/election-checks.js";
import type { InspectedState } from "../../inspect/state/inspected-state.js";
import { Hamt } from "../../ipld/hamt.js";
import { retryingInside } from "../../ipld/retrying.js";
import { latin1Bytes } from "../../util/bytes.js";
import type { Waits } from "../../util/waits.js";
import { type ActorId, SingletonId } from "../../vm/state-tree/actor-state.js";
import type { NodeChain } from "../chain/node-chain.js";
import { ActorsIn, eachEntry, onParentState, rawCodec, recordOf } from "./actors.js";
import { failed } from "./failures.js";
import { type GoJson, goJson } from "./state-json.js";

/** Miners of a state, in the order of their claims. Throws as `onParentState`. Source: Lotus `ListMinerActors`. */
export async function listMiners(
  chain: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<Address[]> {
  return onParentState(chain, tipset, (state) => minersIn(state), options);
}

/** The same of one state. @param most of them. Default: all */
export function* minersIn(state: InspectedState, most = Number.POSITIVE_INFINITY): Waits<Address[]> {
  const power = yield* recordOf(state, SingletonId.Power, "storagepower");
  const miners: Address[] = [];
  yield* eachEntry(state, power.get("claims", "cid").value, rawCodec, (key) => {
    miners.push(key as Address);
    return miners.length < most;
  });
  return miners;
}

/** Lotus's `MinerInfo`. Throws `RpcError` if it is no miner; as `onParentState`. */
export async function minerInfo(
  chain: NodeChain,
  tipset: ChainTipset,
  miner: Address | undefined,
  options: ChainReadOptions,
): Promise<GoJson> {
  const { letter } = chain.network;
  return onParentState(
    chain,
    tipset,
    function* (state) {
      const info = yield* minerInfoIn(state, chain, miner);
      const json = (name: string) => goJson(info.any(name) ?? { kind: "null" }, letter);
      const pending = info.any("pending_worker_key");
      const worker = pending?.kind === "record" ? new DecodedFields(pending, "worker") : undefined;
      return {
        Owner: json("owner"),
        Worker: json("worker"),
        NewWorker: worker === undefined ? "<empty>" : goJson(worker.get("new_worker", "address"), letter),
        ControlAddresses: json("control_addresses"),
        WorkerChangeEpoch: worker === undefined ? -1 : worker.integer("effective_at"),
        PeerId: peerIdText(info.get("peer_id", "bytes").value),
        Multiaddrs: json("multi_address"),
        WindowPoStProofType: json("window_post_proof_type"),
        SectorSize: json("sector_size"),
        WindowPoStPartitionSectors: json("window_post_partition_sectors"),
        ConsensusFaultElapsed: json("consensus_fault_elapsed"),
        PendingOwnerAddress: json("pending_owner_address"),
        Beneficiary: json("beneficiary"),
        BeneficiaryTerm: json("beneficiary_term"),
        PendingBeneficiaryTerm: json("pending_beneficiary_term"),
      };
    },
    options,
  );
}

/** Lotus's `MinerPower`: without a miner, that of the network. Throws as `onParentState`. */
export async function minerPower(
  chain: NodeChain,
  tipset: ChainTipset,
  miner: Address | undefined,
  options: ChainReadOptions,
): Promise<GoJson> {
  return onParentState(
    chain,
    tipset,
    function* (state) {
      const power = yield* recordOf(state, SingletonId.Power, "storagepower");
      const total = claimJson(power.big("total_raw_byte_power"), power.big("total_quality_adj_power"));
      const claim = miner === undefined ? undefined : yield* claimIn(state, power, miner);
      if (claim === undefined) {
        return { MinerPower: NO_POWER, TotalPower: total, HasMinPower: false };
      }
      const raw = claim.big("raw_byte_power");
      const isFew = power.integer("miner_above_min_power_count") < CONSENSUS_MINERS;
      return {
        MinerPower: claimJson(raw, claim.big("quality_adj_power")),
        TotalPower: total,
        HasMinPower: raw >= chain.network.leastPower || (isFew && raw > 0n),
      };
    },
    options,
  );
}

const NO_POWER = { RawBytePower: "0", QualityAdjPower: "0" };

function claimJson(raw: bigint, qualityAdjusted: bigint): GoJson {
  return { RawBytePower: String(raw), QualityAdjPower: String(qualityAdjusted) };
}

function* claimIn(
  state: InspectedState,
  power: DecodedFields,
  miner: Address,
): Waits<DecodedFields | undefined> {
  const claims = power.get("claims", "cid");
  const { value: schema } = structureOf(claims, "hamt");
  // The table's keys are f0 addresses.
  if (addressId(miner) === undefined) return undefined;
  const found = yield* retryingInside(() => Hamt.load(state.blocks, claims.value, rawCodec).get(miner));
  if (found === undefined) return undefined;
  return new DecodedFields(state.actors.decode(schema, latin1Bytes(found)).value, "claim");
}

function* minerInfoIn(
  state: InspectedState,
  chain: NodeChain,
  miner: Address | undefined,
): Waits<DecodedFields> {
  const actors = new ActorsIn(state, chain);
  const actor = yield* actors.actor(miner);
  const type = state.actors.typeOf(actor.code);
  if (type !== "storageminer")
    throw failed(`failed to load miner actor state: actor code is not miner: ${type}`);
  const id = (yield* actors.find(miner as Address)) as ActorId;
  const fields = yield* recordOf(state, id, "storageminer");
  const link = fields.get("info", "cid");
  const { of: schema } = structureOf(link, "block");
  const data = yield* retryingInside(() => state.blocks.get(link.value));
  return new DecodedFields(state.actors.decode(schema, data).value, "miner info");
}

function structureOf<K extends Structure["kind"]>(
  { of: structure }: Extract<DecodedValue, { kind: "cid" }>,
  kind: K,
): Extract<Structure, { kind: K }> {
  if (structure?.kind !== kind) throw failed(`a link that is no ${kind}`);
  return structure as Extract<Structure, { kind: K }>;
}

/** Null: it is no multihash. */
function peerIdText(id: Uint8Array): string | null {
  try {
    decodeMultihash(id);
  } catch {
    return null;
  }
  return base58btc.baseEncode(id);
}
