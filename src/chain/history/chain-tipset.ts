import type { Cid } from "../../encoding/cid.js";
import type { U64 } from "../../util/u64.js";
import type { BlockHeader } from "../types/header.js";
import { inTipsetOrder, type NamedHeader, tipsetOrder } from "../types/tipset-key.js";

/** Blocks of one epoch on the same parents: their headers, in the tipset's order. */
export interface ChainTipset {
  readonly epoch: number;
  /** CIDs of the headers. */
  readonly key: readonly Cid[];
  /** At least one. */
  readonly headers: readonly BlockHeader[];
}

/** The tipset of these headers, in whatever order they are given. Throws as `tipsetOrder`. */
export function chainTipset(headers: readonly BlockHeader[]): ChainTipset {
  return tipsetOf(tipsetOrder(headers));
}

/** As `chainTipset`, of headers whose CIDs are known. */
export function namedTipset(headers: readonly NamedHeader[]): ChainTipset {
  return tipsetOf(inTipsetOrder(headers));
}

function tipsetOf(ordered: readonly NamedHeader[]): ChainTipset {
  return {
    epoch: Number(ordered[0]?.header.height),
    key: ordered.map(({ cid }) => cid),
    headers: ordered.map(({ header }) => header),
  };
}

/** The first header: its ticket is the least, and what all headers of a tipset agree on is read from it. */
export function firstHeader({ headers }: ChainTipset): BlockHeader {
  return headers[0] as BlockHeader;
}

export function isSameTipset(a: readonly Cid[], b: readonly Cid[]): boolean {
  return a.length === b.length && a.every((cid, i) => cid === b[i]);
}

/** Seconds since 1970: the least of the blocks' timestamps, which their messages see. */
export function leastTimestamp(tipset: ChainTipset): U64 {
  return tipset.headers.reduce(
    (least, { timestamp }) => (timestamp < least ? timestamp : least),
    firstHeader(tipset).timestamp,
  );
}
