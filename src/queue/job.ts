import { createHash } from "node:crypto";
import type { NetworkSource } from "../chain/store/network-source.js";
import type { EpochRange } from "../chain/store/ranges.js";
import type { ChainValidation } from "../chain/sync/validate-chain.js";
import type { Cid } from "../encoding/cid.js";

/** Work on a range of tipsets. */
export type RangeWork =
  | {
      readonly kind: "validate";
      /** Whether another range says that the state on which this one begins is right. */
      readonly takesStart: boolean;
      /** Receipts and actors that the explanation of a difference lists, each. Default 20. */
      readonly maxListed?: number;
    }
  | {
      readonly kind: "map";
      /** Name by which workers know the module. */
      readonly module: string;
      /** Version that the module has to have, too; undefined: any. */
      readonly version?: string;
    };

/** A range of tipsets, with all that a worker needs to know. Plain JSON: its text is what the job's key is made of. */
export interface RangeJob {
  /** Version of the code that made it, as `codeVersion` has it. */
  readonly code: string;
  readonly network: NetworkSource;
  readonly range: EpochRange;
  /** Epoch of the tipset whose headers say what the range leads to; if there is none, of the range's last one. */
  readonly head: number;
  /** Parts of the chain's index that the range looks into, by the names under which the queue has them. */
  readonly index: readonly string[];
  readonly work: RangeWork;
  /** Where blocks go that execution makes: nowhere, or into the last of a worker's stores. */
  readonly blocks: "nowhere" | "last";
}

/** Outcome of a range. */
export type RangeOutcome =
  | ({ readonly kind: "validated" } & RangeTotals &
      Pick<ChainValidation, "tipsets" | "messages" | "unchecked" | "difference">)
  | ({ readonly kind: "mapped" } & RangeTotals &
      Pick<ChainValidation, "tipsets" | "messages" | "difference"> & {
        /** Values that the module's function has returned, for each tipset of the range, ascending. */
        readonly values: readonly MappedTipset[];
      })
  /** The worker's stores lack a block. */
  | { readonly kind: "missing"; readonly epoch: number; readonly missing: string; readonly cid: string };

/** Results of executing a range. */
export interface RangeTotals {
  /** Gas of all receipts, rewards and cron not counted. */
  readonly gas: bigint;
  /** State after the last tipset that was executed; undefined: none was. */
  readonly stateRoot: Cid | undefined;
  /** Receipts of that tipset. */
  readonly receiptsRoot: Cid | undefined;
}

/** Value that a module's function has returned for a tipset. */
export interface MappedTipset {
  readonly epoch: number;
  readonly value: unknown;
}

/** A job's result as a queue keeps it. */
export interface RangeResult {
  readonly outcome: RangeOutcome;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** Name of the worker. */
  readonly worker: string;
}

const KEY = /^epochs-(\d+)-(\d+)-[0-9a-f]{32}$/;

/** Key of a job: jobs with the same one have the same result. */
export function jobKey(job: RangeJob): string {
  const { from, to } = job.range;
  const digest = createHash("sha256").update(JSON.stringify(job)).digest("hex").slice(0, 32);
  return `epochs-${from}-${to}-${digest}`;
}

/** The range of a job's key; undefined: it is no such key. */
export function rangeOfKey(key: string): EpochRange | undefined {
  const [, from, to] = KEY.exec(key) ?? [];
  return from === undefined ? undefined : { from: Number(from), to: Number(to) };
}
