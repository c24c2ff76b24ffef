import type { Cid } from "../../encoding/cid.js";
import { type Param, params } from "./params.js";

/** A sector that its provider announces. */
export interface AnnouncedSector {
  readonly number: number;
  readonly seal: number;
  readonly sealed: Cid;
  /** Data that fills it. Default: none. */
  readonly data?: Cid | undefined;
  readonly deals?: readonly number[];
  /** Epoch of the randomness with which it was sealed: in the past. */
  readonly sealedAt: number;
  /** Epoch. */
  readonly expiration: number;
}

/** A method of the miner actor and its parameters. */
export interface MinerCall {
  readonly method: number;
  readonly params: Uint8Array;
}

/** PreCommitSectorBatch and its successor, with the CID of the data. */
const METHOD = { withoutData: 25, withData: 28 } as const;
/** The first network version of the latter. */
const WITH_DATA = 17;

/** How a provider announces sectors. */
export function announcementOf(sectors: readonly AnnouncedSector[], networkVersion: number): MinerCall {
  const withData = networkVersion >= WITH_DATA;
  const fields = sectors.map((sector): Param => {
    const { number, seal, sealed, data, deals = [], sealedAt, expiration } = sector;
    const common = [seal, number, { cid: sealed }, sealedAt, deals, expiration];
    return withData ? [...common, data === undefined ? null : { cid: data }] : [...common, false, 0, 0, 0];
  });
  return { method: withData ? METHOD.withData : METHOD.withoutData, params: params([fields]) };
}
