import type { Address } from "../../address/address.js";
import { formatAddress, parseAddress } from "../../address/text.js";
import type { NetworkSource } from "../../chain/store/network-source.js";
import { shapeOf } from "../../chain/types/shape.js";
import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { anything, isArray, isCount, isInteger, isText, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { ChainFile } from "./chain-file.js";
import type { ClockState } from "./clock.js";
import type { Fork } from "./fork/fork-store.js";

/** Facts that a development chain needs besides its blocks, to go on where it was. */
export interface DevRecord {
  readonly network: NetworkSource;
  /** Key of the head. */
  readonly head: readonly Cid[];
  /** f0 addresses. */
  readonly miners: readonly Address[];
  readonly mnemonic: string;
  /** Accounts of each kind. */
  readonly accounts: number;
  /** Unsigned messages that there have been. */
  readonly unsigned: number;
  /** Snapshots that there have been. Undefined: none. */
  readonly snapshots?: number | undefined;
  readonly clock: ClockState;
  /** The chain that it has left. Undefined: it has a beginning of its own. */
  readonly fork?: Fork | undefined;
  /** As `fork`, of a chain on disk. */
  readonly from?: ChainFile | undefined;
}

/** A record as JSON. */
interface RecordJson extends Omit<DevRecord, "head" | "miners"> {
  readonly format: number;
  readonly head: readonly string[];
  readonly miners: readonly string[];
}

const FORMAT = 1;
const CHECKS: Checks<RecordJson> = {
  format: isCount,
  network: anything,
  head: isArray,
  miners: isArray,
  mnemonic: isText,
  accounts: isCount,
  unsigned: isCount,
  snapshots: optional(isCount),
  clock: shapeOf<ClockState>({ offset: isInteger, next: optional(isCount), interval: optional(isCount) }),
  fork: optional(shapeOf<Fork>({ url: isText, epoch: optional(isCount) })),
  from: optional(shapeOf<ChainFile>({ path: isText, epoch: optional(isCount), network: anything })),
};

/** The same record gives the same bytes. */
export function encodeRecord(record: DevRecord): Uint8Array {
  const { head, miners, ...rest } = record;
  const json: RecordJson = {
    format: FORMAT,
    ...rest,
    head: head.map(cidText),
    miners: miners.map((miner) => formatAddress(miner)),
  };
  const fields = (Object.keys(CHECKS) as (keyof RecordJson)[]).map((name) => [name, json[name]]);
  return Buffer.from(JSON.stringify(Object.fromEntries(fields)));
}

/** Throws `FvmError` INVALID_STORE. @param store its name, for the error */
export function decodeRecord(data: Uint8Array, store: string): DevRecord {
  try {
    const { format, head, miners, ...rest } = checkedOptions(
      JSON.parse(Buffer.from(data).toString()) as RecordJson,
      CHECKS,
    );
    if (format !== FORMAT)
      throw new FvmError("INVALID_STORE", { store, reason: `format ${format}, not ${FORMAT}` });
    return { ...rest, head: head.map(parseCid), miners: miners.map((miner) => parseAddress(miner)) };
  } catch (cause) {
    if (cause instanceof FvmError && cause.code === "INVALID_STORE") throw cause;
    throw new FvmError(
      "INVALID_STORE",
      { store, reason: "it has no record of a development chain" },
      { cause },
    );
  }
}
