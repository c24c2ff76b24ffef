import type { Address } from "../../address/address.js";
import { METHOD_SEND } from "../../message/methods.js";
import { noBytes } from "../../util/bytes.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { SigningKey } from "../signatures/keys.js";
import type { SignatureType } from "../types/signature.js";
import type { Draw } from "./draw.js";
import type { DevnetMiner } from "./election.js";
import { ROOT_KEY } from "./genesis-state.js";
import { params } from "./params.js";
import { createMiner } from "./providers.js";
import type { StateMaker } from "./state-maker.js";

/** Keys of people that a first state has. */
export interface FirstPeople {
  /** Accounts that send messages. */
  readonly accounts: readonly SigningKey[];
  readonly miners: readonly FirstMiner[];
  /** Has a key of secp256k1, and may give data cap to clients. */
  readonly verifier: SigningKey;
}

/** A miner in the making. */
export interface FirstMiner {
  readonly owner: SigningKey;
  /** BLS: signs blocks. */
  readonly worker: SigningKey;
  /** Bytes, raw and quality-adjusted alike. */
  readonly power: bigint;
}

/** How many there are. */
export interface FirstNumbers {
  readonly miners: number;
  /** Accounts of each kind of signature. */
  readonly accountsOfEach: number;
  readonly kinds: readonly SignatureType[];
}

const FIL = 10n ** 18n;
/** attoFIL. */
const ACCOUNT_BALANCE = 100_000n * FIL;
/** attoFIL: more than the deposit that is asked for from network version 27 on (FIP-0077). */
export const MINER_BALANCE = 10_000n * FIL;
/** Bytes: together they have as much as mainnet, so that deposits and pledges are as there. Each has some units. */
const POWER_UNIT = 100n << 50n;
const MOST_UNITS = 4;
/** Bytes of data cap that the verifier may give. */
const VERIFIER_CAP = 1n << 60n;

const POWER = { updateClaimedPower: 3 } as const;
const REGISTRY = { addVerifier: 2 } as const;

/** Draws everybody's keys, and the miners' power. */
export function drawFirstPeople(draw: Draw, { miners, accountsOfEach, kinds }: FirstNumbers): FirstPeople {
  const key = (type: SignatureType, name: string) => SigningKey.fromSeed(type, draw.of(name).bytes());
  return {
    accounts: kinds.flatMap((type) =>
      Array.from({ length: accountsOfEach }, (_, i) => key(type, `${type} account ${i}`)),
    ),
    verifier: key("secp256k1", "verifier"),
    miners: Array.from({ length: miners }, (_, i) => ({
      owner: key("secp256k1", `owner ${i}`),
      worker: key("bls", `worker ${i}`),
      power: POWER_UNIT * BigInt(1 + draw.of(`power ${i}`).below(MOST_UNITS)),
    })),
  };
}

/**
 * Adds people to a state. Miners claim power without having a sector, so none of their proofs is ever due.
 *
 * @param bank ID of the actor that pays
 * @param windowPoSt type of window proofs that the actors accept
 * @returns the miners
 */
export async function addFirstPeople(
  maker: StateMaker,
  { accounts, miners, verifier }: FirstPeople,
  bank: number,
  windowPoSt: number,
): Promise<readonly DevnetMiner[]> {
  const pay = (address: Address, value: bigint) => maker.call(bank, address, METHOD_SEND, noBytes(), value);
  for (const { address } of [...accounts, verifier]) await pay(address, ACCOUNT_BALANCE);
  const verification = params([{ address: verifier.address }, VERIFIER_CAP]);
  await maker.call(ROOT_KEY, SingletonId.VerifiedRegistry, REGISTRY.addVerifier, verification);
  const added: DevnetMiner[] = [];
  for (const miner of miners) {
    await pay(miner.owner.address, MINER_BALANCE);
    await pay(miner.worker.address, 0n);
    added.push({ address: await addMiner(maker, miner, windowPoSt), worker: miner.worker });
  }
  return added;
}

/** Makes a miner that claims power without having a sector. Its owner pays the deposit. Throws as `StateMaker.call`. */
export async function addMiner(
  maker: StateMaker,
  { owner, worker, power }: FirstMiner,
  windowPoSt: number,
): Promise<Address> {
  const miner = await createMiner(maker, owner.address, worker.address, windowPoSt, MINER_BALANCE);
  await maker.call(miner, SingletonId.Power, POWER.updateClaimedPower, params([power, power]));
  return miner;
}
