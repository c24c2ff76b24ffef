import type { Address } from "../../address/address.js";
import { exitCodeText } from "../../builtin/exit-codes.js";
import type { ExitCode } from "../../encoding/outcome-numbers.js";
import { FvmError } from "../../errors.js";
import { CborReader, CborWriter } from "../../ipld/cbor.js";
import { noBytes } from "../../util/bytes.js";
import { type ActorId, SingletonId } from "../../vm/state-tree/actor-state.js";
import { announcementOf } from "./announcement.js";
import { commitmentWithoutSeed, WITHOUT_SEED } from "./commit-without-seed.js";
import { sealedCid } from "./commitments.js";
import type { Draw } from "./draw.js";
import { DEADLINES, SECTOR_LIFETIME } from "./epochs.js";
import { params } from "./params.js";
import type { SectorTypes } from "./sector-types.js";
import type { StateMaker } from "./state-maker.js";

/** Settings of a miner's first sectors. */
export interface FirstSectors {
  readonly draw: Draw;
  readonly miner: { readonly address: Address; readonly id: ActorId };
  readonly worker: Address;
  readonly networkVersion: number;
  readonly sectors: SectorTypes;
}

const POWER = { currentTotalPower: 9 } as const;
const REWARD = { thisEpochReward: 3 } as const;
/** ConfirmSectorProofsValid: the power actor confirms sectors that are announced. */
const CONFIRM_SECTORS = 17;
const SECTORS_OF_DEADLINE = 2;
/** The deadline is open in epoch 0, or the next one: USR_FORBIDDEN. */
const DEADLINE_CLOSED = 18;
/** The epoch before the first one. */
const BEFORE = -1;

/**
 * Gives a miner its first sectors: two in each deadline of a proving period that can be changed in epoch 0. Up to
 * network version 22 all come into one deadline, because the miner actor fills partitions.
 *
 * @returns the number of its next sector
 */
export async function addFirstSectors(maker: StateMaker, first: FirstSectors): Promise<number> {
  if (first.networkVersion < WITHOUT_SEED) return confirmSectors(maker, first);
  const { draw, miner, worker, sectors } = first;
  for (let deadline = 0; deadline < DEADLINES; deadline++) {
    const { method, params } = commitmentWithoutSeed(draw, {
      miner: miner.id,
      numbers: Array.from({ length: SECTORS_OF_DEADLINE }, (_, i) => SECTORS_OF_DEADLINE * deadline + i),
      types: sectors,
      sealedAt: BEFORE,
      expiration: SECTOR_LIFETIME,
      deadline,
    });
    const { exitCode } = await maker.attempt(worker, miner.address, method, params);
    if (exitCode !== 0 && exitCode !== DEADLINE_CLOSED) throw refused(exitCode);
  }
  return DEADLINES * SECTORS_OF_DEADLINE;
}

function refused(exitCode: ExitCode): FvmError {
  const reason = `a miner's first sectors end with exit code ${exitCodeText(exitCode)}`;
  return new FvmError("INVALID_STATE", { reason });
}

/** Announces sectors, and has them count as proven. */
async function confirmSectors(
  maker: StateMaker,
  { draw, miner, worker, networkVersion, sectors }: FirstSectors,
): Promise<number> {
  const numbers = Array.from({ length: DEADLINES * SECTORS_OF_DEADLINE }, (_, i) => i);
  const announced = numbers.map((number) => ({
    number,
    seal: sectors.seal,
    sealed: sealedCid(draw.bytes()),
    sealedAt: BEFORE,
    expiration: SECTOR_LIFETIME,
  }));
  const announcement = announcementOf(announced, networkVersion);
  await maker.call(worker, miner.address, announcement.method, announcement.params);
  const system = SingletonId.System;
  const reward = await maker.call(system, SingletonId.Reward, REWARD.thisEpochReward, noBytes());
  const power = await maker.call(system, SingletonId.Power, POWER.currentTotalPower, noBytes());
  const [rewardSmoothed, baseline] = items(reward);
  const [, , , powerSmoothed] = items(power);
  const confirmation = new CborWriter().array(4).raw(params(numbers));
  for (const part of [rewardSmoothed, baseline, powerSmoothed]) confirmation.raw(part as Uint8Array);
  await maker.call(SingletonId.Power, miner.address, CONFIRM_SECTORS, confirmation.finish());
  return numbers.length;
}

/** Items of an array, as CBOR. */
function items(data: Uint8Array): Uint8Array[] {
  const reader = new CborReader(data);
  return Array.from({ length: reader.array() }, () => reader.raw());
}
