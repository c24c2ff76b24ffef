import { EventFlag, type StampedEvent } from "../../../src/message/event.js";
import { toHex } from "./abi.js";

/** An event as Ethereum's logs are. */
export interface EvmLog {
  /** Actor ID of the contract. */
  readonly emitter: number;
  readonly topics: readonly string[];
  readonly data: string;
}

const RAW = 0x55;
const INDEXED = EventFlag.IndexedKey | EventFlag.IndexedValue;

/** FEVM's convention: entries t1 to t4, then d unless there are no data, all raw bytes and indexed. */
export function logOf({ emitter, entries }: StampedEvent): EvmLog {
  const topics: string[] = [];
  let data = "0x";
  for (const { flags, key, codec, value } of entries) {
    if (flags !== INDEXED || codec !== RAW) throw new Error(`entry ${key}: flags ${flags}, codec ${codec}`);
    if (key === `t${topics.length + 1}` && data === "0x" && value.length === 32) topics.push(toHex(value));
    else if (key === "d" && data === "0x" && value.length > 0) data = toHex(value);
    else throw new Error(`unexpected entry ${key}`);
  }
  return { emitter: Number(emitter), topics, data };
}
