/** Messages that nobody sends and nobody pays. Source: lotus chain/consensus/filcns/compute_state.go. */
import { type Address, idAddress } from "../../address/address.js";
import { CborWriter } from "../../ipld/cbor.js";
import type { Message } from "../../message/message.js";
import { writeToken } from "../../message/token.js";
import { noBytes } from "../../util/bytes.js";

const SYSTEM_ACTOR = idAddress(0);
const REWARD_ACTOR = idAddress(2);
const CRON_ACTOR = idAddress(3);

/** reward.AwardBlockReward and cron.EpochTick. */
const METHOD = 2;

/** Half of the greatest limit there is, whatever the implicit message itself says. */
const GAS_LIMIT = (2n ** 63n - 1n) / 2n;

/** Ends each epoch. */
export function cronMessage(epoch: number): Message {
  return implicit(epoch, CRON_ACTOR, noBytes());
}

/** Pays a block's miner. Amounts are attoFIL. */
export function rewardMessage(
  epoch: number,
  award: { miner: Address; penalty: bigint; gasReward: bigint; winCount: number },
): Message {
  const writer = new CborWriter().array(4).latin1(award.miner);
  writeToken(writer, award.penalty);
  writeToken(writer, award.gasReward);
  return implicit(epoch, REWARD_ACTOR, writer.i64(award.winCount).finish());
}

function implicit(epoch: number, to: Address, params: Uint8Array): Message {
  return {
    version: 0,
    to,
    from: SYSTEM_ACTOR,
    nonce: epoch,
    value: 0n,
    gasLimit: GAS_LIMIT,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: METHOD,
    params,
  };
}
