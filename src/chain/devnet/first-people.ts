import { type Address, addressBytes } from "../../address/address.js";
import { CborReader, CborWriter } from "../../ipld/cbor.js";
import { METHOD_SEND } from "../../message/methods.js";
import { bigIntegerToBytes } from "../../message/token.js";
import { noBytes } from "../../util/bytes.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { SigningKey } from "../signatures/keys.js";
import type { SignatureType } from "../types/signature.js";
import type { Draw } from "./draw.js";
import type { DevnetMiner } from "./election.js";
import type { StateMaker } from "./state-maker.js";

/** Keys of people that a first state has. */
export interface FirstPeople {
  /** Accounts that send messages. */
  readonly accounts: readonly SigningKey[];
  readonly miners: readonly FirstMiner[];
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
/** The least power with which mainnet's miners win, in bytes; each one's is some times as much. */
const POWER_UNIT = 10n << 40n;
const MOST_UNITS = 4;

/** Methods of the power actor. */
const CREATE_MINER = 2;
const UPDATE_CLAIMED_POWER = 3;

/** Draws everybody's keys, and the miners' power. */
export function drawFirstPeople(draw: Draw, { miners, accountsOfEach, kinds }: FirstNumbers): FirstPeople {
  const key = (type: SignatureType, name: string) => SigningKey.fromSeed(type, draw.of(name).bytes());
  return {
    accounts: kinds.flatMap((type) =>
      Array.from({ length: accountsOfEach }, (_, i) => key(type, `${type} account ${i}`)),
    ),
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
  { accounts, miners }: FirstPeople,
  bank: number,
  windowPoSt: number,
): Promise<readonly DevnetMiner[]> {
  const pay = (address: Address, value: bigint) => maker.call(bank, address, METHOD_SEND, noBytes(), value);
  for (const { address } of accounts) await pay(address, ACCOUNT_BALANCE);
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
  const creation = new CborWriter().array(5);
  creation.bytes(addressBytes(owner.address)).bytes(addressBytes(worker.address));
  creation.i64(windowPoSt).bytes(noBytes()).array(0);
  const made = await maker.call(
    owner.address,
    SingletonId.Power,
    CREATE_MINER,
    creation.finish(),
    MINER_BALANCE,
  );
  const reader = new CborReader(made);
  reader.tuple(2);
  const miner = reader.latin1() as Address;
  const delta = bigIntegerToBytes(power);
  const claim = new CborWriter().array(2).bytes(delta).bytes(delta).finish();
  await maker.call(miner, SingletonId.Power, UPDATE_CLAIMED_POWER, claim);
  return miner;
}
