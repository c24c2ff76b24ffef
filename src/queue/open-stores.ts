import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Blockstore } from "../blockstore/blocks.js";
import { CarBlockstore } from "../blockstore/car/car-blockstore.js";
import { GatewayBlockstore } from "../blockstore/gateway/gateway-blockstore.js";
import { LayeredBlockstore } from "../blockstore/layered-blockstore.js";
import { DATA_FILE } from "../blockstore/lmdb/data-file.js";
import { LmdbBlockstore } from "../blockstore/lmdb/lmdb-blockstore.js";
import { S3Blockstore } from "../blockstore/s3/s3-blockstore.js";
import { ChainStore } from "../chain/store/chain-store.js";
import { FvmError, isFvmError } from "../errors.js";

/** Stores, one behind the other. */
export interface OpenStores {
  /** Reads through all of them; a folder of blocks that comes first keeps what others give. */
  readonly store: Blockstore;
  /** The last one. */
  readonly last: Blockstore;
  close(): Promise<void>;
}

interface OpenStore {
  readonly store: Blockstore;
  /** Whether it keeps what later ones give. */
  readonly keeps: boolean;
  close(): void | Promise<void>;
}

/**
 * Opens stores by their places: the folder of a chain, a folder of blocks, which is made if there is none, a CAR file, or
 * the URL of a gateway (`https://…`, with a name and a password if it asks for them) or of a bucket (`s3://…`, as `S3Blockstore.open`
 * takes it).
 *
 * @throws FvmError INVALID_OPTION; as the stores
 */
export async function openStores(places: readonly string[]): Promise<OpenStores> {
  if (places.length === 0)
    throw new FvmError("INVALID_OPTION", { option: "stores", reason: "there is none" });
  const opened: OpenStore[] = [];
  const close = async () => {
    for (const store of opened) await store.close();
  };
  try {
    for (const place of places) opened.push(await openStore(place));
  } catch (error) {
    await close();
    throw error;
  }
  const stores = opened.map(({ store }) => store);
  const [first, last] = [opened[0] as OpenStore, stores.at(-1) as Blockstore];
  if (stores.length === 1) return { store: last, last, close };
  const layers = new LayeredBlockstore(stores, { keep: first.keeps });
  return { store: layers, last, close: () => layers.close().finally(close) };
}

async function openStore(place: string): Promise<OpenStore> {
  if (/^https?:\/\//.test(place)) return openGateway(new URL(place));
  if (place.startsWith("s3://")) {
    return { store: await S3Blockstore.open(place), keeps: false, close: () => undefined };
  }
  if (/^[a-z0-9+.-]+:\/\//i.test(place)) {
    // Not the place itself: it may have a password in it.
    const reason = `${place.slice(0, place.indexOf(":"))}: is no kind of store`;
    throw new FvmError("INVALID_OPTION", { option: "stores", reason });
  }
  if (statSync(place, { throwIfNoEntry: false })?.isFile()) return openCar(place);
  return openFolder(place);
}

function openGateway(url: URL): OpenStore {
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const headers = { authorization: `Basic ${credentials.toString("base64")}` };
  const store = new GatewayBlockstore(url.href, username === "" ? {} : { headers });
  return { store, keeps: false, close: () => undefined };
}

async function openCar(file: string): Promise<OpenStore> {
  const store = await CarBlockstore.open(file);
  return { store, keeps: false, close: () => store.close() };
}

async function openFolder(folder: string): Promise<OpenStore> {
  const chain = existsSync(join(folder, DATA_FILE)) ? await chainIn(folder) : undefined;
  if (chain !== undefined) return { store: chain.blockstore, keeps: true, close: () => chain.close() };
  const store = await LmdbBlockstore.open(folder);
  return { store, keeps: true, close: () => store.close() };
}

/** The chain in a folder; undefined: it has only blocks. */
async function chainIn(folder: string): Promise<ChainStore | undefined> {
  try {
    return await ChainStore.open(folder);
  } catch (error) {
    if (isFvmError(error, "NO_CHAIN")) return undefined;
    throw error;
  }
}
