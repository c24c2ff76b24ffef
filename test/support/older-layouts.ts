/** States as older code reads them. */
import type { CID } from "multiformats/cid";
import type { Replacement, StateAccess } from "./borrowed-state.js";

type Convert = NonNullable<Replacement["convert"]>;

/** Fields that v8 knows: v9 added others at the end. */
const MINER_INFO_FIELDS = 11;
const MARKET_FIELDS = 11;

const emptyHamt = (access: StateAccess): CID => access.write([new Uint8Array(), []]);

/** From the layouts of actors v9 to those of v8, by name of the actor; others are the same. */
export const layoutsOfV8: Readonly<Record<string, Convert>> = {
  storageminer([info, ...rest], access) {
    const fields = access.read(info as CID) as unknown[] | undefined;
    return [fields === undefined ? info : access.write(fields.slice(0, MINER_INFO_FIELDS)), ...rest];
  },
  storagemarket: (state) => state.slice(0, MARKET_FIELDS),
  // Clients moved from here to the datacap actor.
  verifiedregistry: ([rootKey, verifiers, removals], access) => [
    rootKey,
    verifiers,
    emptyHamt(access),
    removals,
  ],
};
