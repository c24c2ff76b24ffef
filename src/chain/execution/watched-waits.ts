import type { Blockstore } from "../../blockstore/blocks.js";
import { promiseOf } from "../../util/waits.js";
import type { Externs } from "../../vm/externs/externs.js";
import type { MachineOptions } from "../../vm/machine/options.js";

/** Is told when a machine begins to wait for something, and when that is there. */
export interface WaitWatcher {
  beginWait(): number;
  /** @param place what `beginWait` returned */
  endWait(place: number): void;
}

/** Options of a machine whose waits for its store, its externs and its supply are watched. */
export function withWatchedWaits(options: MachineOptions, watcher: WaitWatcher): MachineOptions {
  const { blockstore, externs, circulatingSupply: supply } = options;
  const watched = watchedBy(watcher);
  return {
    ...options,
    blockstore: watchedStore(blockstore, watched),
    ...(externs && { externs: watchedExterns(externs, watched) }),
    ...(typeof supply === "function" && { circulatingSupply: () => watched(supply()) }),
  };
}

/** The same answer. */
type Watched = <T>(answer: T) => T;

function watchedBy(watcher: WaitWatcher): Watched {
  return <T>(answer: T) => {
    const later = promiseOf(answer);
    if (later === undefined) return answer;
    const place = watcher.beginWait();
    return later.finally(() => watcher.endWait(place)) as T;
  };
}

function watchedStore(store: Blockstore, watched: Watched): Blockstore {
  return {
    get: (cid, options) => watched(store.get(cid, options)),
    putMany: (blocks, options) => store.putMany(blocks, options),
  };
}

function watchedExterns(externs: Externs, watched: Watched): Externs {
  return {
    getChainRandomness: (...asked) => watched(externs.getChainRandomness(...asked)),
    getBeaconRandomness: (...asked) => watched(externs.getBeaconRandomness(...asked)),
    getTipsetCid: (...asked) => watched(externs.getTipsetCid(...asked)),
    verifyConsensusFault: (...asked) => watched(externs.verifyConsensusFault(...asked)),
  };
}
