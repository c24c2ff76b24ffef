import { cidText } from "../../encoding/cid.js";
import { firstHeader } from "../history/chain-tipset.js";
import { networkVersionAt } from "../networks/upgrades.js";
import type { MissingActors } from "./actors.js";
import type { ChainStore } from "./chain-store.js";
import type { EpochRange } from "./ranges.js";
import { readRecord } from "./records.js";

/** Content of a chain's folder. */
export interface ChainInfo {
  /** Name of the network. */
  readonly network: string;
  /** CID of the first header, as text; undefined if the headers do not go back to it. */
  readonly genesis: string | undefined;
  readonly head: {
    readonly epoch: number;
    /** CIDs of the headers, as text. */
    readonly key: readonly string[];
    /** ISO 8601. */
    readonly time: string;
    readonly networkVersion: number;
    /** CID of the state that it is executed on, as text. */
    readonly stateRoot: string;
  };
  /** Epochs whose headers are there. */
  readonly headers: EpochRange;
  /** Epochs of the tipsets that are there to be executed. */
  readonly states: readonly EpochRange[];
  /** Epochs of the tipsets that were executed, and found to be right. */
  readonly validated: readonly EpochRange[];
  readonly blocks: number;
  /** Bytes of the files. Bytes that deleted blocks have left are used again. */
  readonly fileBytes: number;
  readonly missingActors: readonly MissingActors[];
  /** Work that was ended before its time, and goes on with the next call. */
  readonly unfinished: readonly ("import" | "gc")[];
}

/** Content of a chain's folder. Throws as `ChainStore.head`. */
export async function chainInfo(store: ChainStore): Promise<ChainInfo> {
  const head = await store.head();
  const { timestamp, parentStateRoot } = firstHeader(head);
  const { blocks, fileBytes } = store.database.stat();
  const segments = readRecord(store.database, "head")?.segments;
  const hasImport =
    readRecord(store.database, "import")?.isOpen === true || readRecord(store.database, "walk") !== undefined;
  const hasGarbage = readRecord(store.database, "garbage") !== undefined;
  return {
    network: store.network.name,
    genesis: store.genesis && cidText(store.genesis),
    head: {
      epoch: head.epoch,
      key: head.key.map(cidText),
      time: new Date(Number(timestamp) * 1000).toISOString(),
      networkVersion: networkVersionAt(store.network, head.epoch),
      stateRoot: cidText(parentStateRoot),
    },
    headers: { from: segments?.[0]?.from ?? head.epoch, to: head.epoch },
    states: store.states,
    validated: store.validated,
    blocks,
    fileBytes,
    missingActors: store.missingActors(),
    unfinished: [...(hasImport ? ["import" as const] : []), ...(hasGarbage ? ["gc" as const] : [])],
  };
}
