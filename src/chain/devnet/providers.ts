import { type Address, addressId } from "../../address/address.js";
import { CborReader } from "../../ipld/cbor.js";
import { METHOD_SEND } from "../../message/methods.js";
import { noBytes } from "../../util/bytes.js";
import { type ActorId, SingletonId } from "../../vm/state-tree/actor-state.js";
import { SigningKey } from "../signatures/keys.js";
import type { Draw } from "./draw.js";
import { addFirstSectors } from "./first-sectors.js";
import { params } from "./params.js";
import type { SectorTypes } from "./sector-types.js";
import type { StateMaker } from "./state-maker.js";

/** A storage provider of a devnet: a miner with sectors, which makes no blocks. */
export interface DevnetProvider {
  /** f0. */
  readonly address: Address;
  readonly id: ActorId;
  /** A key of secp256k1. */
  readonly owner: SigningKey;
  /** A key of BLS, as Lotus makes it. */
  readonly worker: SigningKey;
  readonly sectors: SectorTypes;
  /**
   * From which its habits follow.
   *
   * @internal
   */
  readonly draw: Draw;
  /** The number of its next sector. */
  readonly nextSector: number;
}

/** Settings of the providers' first state. */
export interface ProviderSettings {
  readonly networkVersion: number;
  readonly sectors: SectorTypes;
}

const FIL = 10n ** 18n;
/** attoFIL. */
const OWNER_BALANCE = 1000n * FIL;
const WORKER_BALANCE = 1000n * FIL;
/** attoFIL: deposits and pledges of many sectors. */
const MINER_BALANCE = 20_000n * FIL;
/** attoFIL: collateral of deals. */
const ESCROW = 1000n * FIL;

const POWER = { createMiner: 2 } as const;
const MARKET = { addBalance: 2 } as const;

/** Draws a provider's keys. */
function keysOf(draw: Draw): Pick<DevnetProvider, "owner" | "worker"> {
  return {
    owner: SigningKey.fromSeed("secp256k1", draw.of("owner").bytes()),
    worker: SigningKey.fromSeed("bls", draw.of("worker").bytes()),
  };
}

/**
 * Adds a storage provider to a state, with sectors in all deadlines, and balance for deals.
 *
 * @param bank ID of the actor that pays
 */
export async function addProvider(
  maker: StateMaker,
  draw: Draw,
  bank: number,
  { networkVersion, sectors }: ProviderSettings,
): Promise<DevnetProvider> {
  const { owner, worker } = keysOf(draw);
  const pay = (to: Address, value: bigint) => maker.call(bank, to, METHOD_SEND, noBytes(), value);
  await pay(owner.address, OWNER_BALANCE + MINER_BALANCE + ESCROW);
  await pay(worker.address, WORKER_BALANCE);
  const address = await createMiner(maker, owner.address, worker.address, sectors.windowPoSt, MINER_BALANCE);
  await maker.call(owner.address, SingletonId.Market, MARKET.addBalance, params({ address }), ESCROW);
  const id = addressId(address) as ActorId;
  const first = {
    draw: draw.of("sectors"),
    miner: { address, id },
    worker: worker.address,
    networkVersion,
    sectors,
  };
  const nextSector = await addFirstSectors(maker, first);
  return {
    address,
    id,
    owner,
    worker,
    sectors,
    draw: draw.of("habits"),
    nextSector,
  };
}

/** Has the power actor make a miner, and returns its f0 address. @param value attoFIL */
export async function createMiner(
  maker: StateMaker,
  owner: Address,
  worker: Address,
  windowPoSt: number,
  value: bigint,
): Promise<Address> {
  const creation = params([{ address: owner }, { address: worker }, windowPoSt, noBytes(), []]);
  const made = await maker.call(owner, SingletonId.Power, POWER.createMiner, creation, value);
  const reader = new CborReader(made);
  reader.tuple(2);
  return reader.latin1() as Address;
}
