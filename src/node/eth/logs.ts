import type { EthAddress } from "../../builtin/evm/index.js";
import { type Hex, quantity } from "../../inspect/tracers/hex.js";
import { logOfEvent } from "../../inspect/tracers/logs.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { ExecutedMessage } from "../chain/executed-tipset.js";
import type { EthHash } from "./json.js";

/** A log in Ethereum's JSON. */
export interface EthLog {
  readonly address: EthAddress;
  readonly data: Hex;
  readonly topics: readonly EthHash[];
  /** Whether the block is no part of the chain any more. */
  readonly removed: boolean;
  /** Place among all events of the tipset; those of native actors count, too. */
  readonly logIndex: Hex;
  readonly transactionIndex: Hex;
  readonly transactionHash: EthHash;
  readonly blockHash: EthHash;
  readonly blockNumber: Hex;
}

/** Facts about a tipset that logs repeat. */
export interface LogSetting {
  readonly blockHash: EthHash;
  /** Its messages' own, in order. */
  readonly hashes: readonly EthHash[];
  readonly emitter: (id: ActorId) => EthAddress;
  /** Whether events without entries are no logs: Lotus's index has none of them. */
  readonly asLotus: boolean;
}

/** Sources of logs. */
export interface LoggedBlock {
  readonly epoch: number;
  readonly messages: readonly Pick<ExecutedMessage, "events">[];
}

/**
 * The logs of each message of a tipset, in order: of its events those that are logs. Source: Lotus
 * node/impl/eth/events.go, `ethFilterLogsFromEvents`.
 */
export function logsOf({ epoch, messages }: LoggedBlock, setting: LogSetting): readonly EthLog[][] {
  const { blockHash, hashes, emitter, asLotus } = setting;
  let place = 0;
  return messages.map(({ events }, i) => {
    const logs: EthLog[] = [];
    for (const event of events) {
      const logIndex = quantity(place++);
      const content = logOfEvent(event.entries);
      if (content === undefined || (asLotus && event.entries.length === 0)) continue;
      logs.push({
        address: emitter(event.emitter),
        data: content.data,
        topics: content.topics,
        removed: false,
        logIndex,
        transactionIndex: quantity(i),
        transactionHash: hashes[i] as EthHash,
        blockHash,
        blockNumber: quantity(epoch),
      });
    }
    return logs;
  });
}
