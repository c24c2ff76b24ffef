import type { Cid } from "../../../../encoding/cid.js";
import type { DevnetProvider } from "../../providers.js";

/** Data that a sector is to keep, with what counts on it. */
export interface PromisedData {
  readonly piece: Cid;
  /** A deal that the market is to hear of. */
  readonly deal?: number;
  /** An allocation of data cap that is to be claimed. */
  readonly allocation?: { readonly client: number; readonly id: number };
}

/** A sector that is announced. */
export interface Announced {
  readonly number: number;
  /** In which it was announced. */
  readonly epoch: number;
  readonly data: PromisedData | undefined;
  /** Epoch of the last attempt to prove it. */
  tried: number;
}

/** A storage provider, and what has become of it. */
export class ProviderWorld {
  /** A multiple of the proving period before some deadline 0 opens: epoch. Undefined: not looked at. */
  periodStart: number | undefined;
  nextSector: number;
  readonly announced: Announced[] = [];
  /** For sectors to come. */
  readonly promised: PromisedData[] = [];
  /** Deadlines that seem to have faulty sectors. */
  readonly faulty = new Set<number>();
  /** Epoch in which the deadline opened that was proven last. */
  provenAt = Number.NEGATIVE_INFINITY;

  constructor(readonly provider: DevnetProvider) {
    this.nextSector = provider.nextSector;
  }
}
