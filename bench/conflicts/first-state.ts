import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { Draw } from "#src/chain/devnet/draw.js";
import { writeFirstState } from "#src/chain/devnet/genesis-state.js";
import { type SectorTypes, sectorTypes } from "#src/chain/devnet/sector-types.js";
import { onMachine } from "#src/chain/devnet/state-maker.js";
import { SigningKey } from "#src/chain/signatures/keys.js";
import type { SignatureType } from "#src/chain/types/signature.js";
import type { Cid } from "#src/encoding/cid.js";
import { actorsOf, type Bundle, blockOf } from "#src/tools/bundles/bundle.js";
import { BenchError } from "../bench-error.js";
import type { Contract } from "./contracts.js";
import { type Deployed, type Made, type Miner, type Person, Population } from "./population.js";

/** An account of one case: its kind of key, and attoFIL. */
export type Funds = Readonly<Record<string, readonly [type: SignatureType, balance: bigint]>>;

/** A state for tipsets to begin with. */
export interface FirstState {
  readonly networkVersion: number;
  readonly store: MemoryBlockstore;
  readonly root: Cid;
  /** By name: `eth 0`, `bls 0`, `secp 0` and so on, and those of the case. */
  readonly people: ReadonlyMap<string, Person>;
  readonly miners: readonly Miner[];
  /** By name; an exchange's tokens are `token 0` and `token 1`. */
  readonly contracts: ReadonlyMap<string, Deployed>;
  /** A wallet of three signers, `secp 1`, `bls 1` and `bls 2`, of whom two have to agree. */
  readonly multisig: Made;
  /** From `secp 0` to `bls 0`; it may be collected. */
  readonly channel: Made;
  readonly sectors: SectorTypes;
  /** The ID that the next actor gets. */
  readonly nextId: number;
  codeOf(name: string): Cid;
}

export const CHAIN_ID = 31_415_926;
/** Epoch before the first tipset: payment channels that are settled in epoch 0 may be collected. */
export const FIRST_PARENT = 1500;
const FIL = 10n ** 18n;
/** attoFIL. */
const FUNDS = 50_000n * FIL;
const SEED = "conflicts";
/** Accounts of each kind. */
const COUNTS = { delegated: 8, bls: 5, secp256k1: 5 } as const;
const NAMES = { delegated: "eth", bls: "bls", secp256k1: "secp" } as const;
const MINERS = 5;

/** Makes a state of a bundle's actors, with people, miners and contracts. Throws as `writeFirstState`. */
export async function makeFirstState(
  bundle: Bundle,
  networkVersion: number,
  contracts: ReadonlyMap<string, Contract>,
  funds: Funds,
): Promise<FirstState> {
  const codes = new Map(actorsOf(bundle).map(({ name, code }) => [name, code]));
  const store = new MemoryBlockstore(Array.from(bundle.blocks, ([cid, data]) => ({ cid, data })));
  const draw = new Draw(SEED);
  const key = (type: SignatureType, name: string) => SigningKey.fromSeed(type, draw.of(name).bytes());
  const settings = { networkVersion, chainId: CHAIN_ID };
  const root = await writeFirstState(store, {
    ...settings,
    networkName: SEED,
    actors: Object.fromEntries([...codes].map(([name, code]) => [name, blockOf(bundle, code)])),
    reserve: key("secp256k1", "reserve").address,
    rootKey: key("secp256k1", "root key").address,
  });
  const sectors = sectorTypes("mainnet", networkVersion);
  const codeOf = (name: string) => codes.get(name) ?? unknown(`actor ${name}`);
  const { stateRoot, made } = await onMachine(store, root, settings, async (maker) => {
    const population = new Population(maker, key);
    const miners = await population.miners(draw.of("first people"), {
      count: MINERS,
      balance: FUNDS,
      windowPoSt: sectors.windowPoSt,
    });
    for (const type of ["delegated", "bls", "secp256k1"] as const) {
      for (let i = 0; i < COUNTS[type]; i++) await population.person(`${NAMES[type]} ${i}`, type, FUNDS);
    }
    for (const [name, contract] of contracts) await population.deploy(name, contract);
    await population.market();
    const [multisig, channel] = [await population.multisig(codeOf), await population.channel(codeOf)];
    for (const [name, [type, balance]] of Object.entries(funds)) await population.person(name, type, balance);
    const { id } = await population.person("last", "bls", FIL);
    const nextId = Number(id) + 1;
    return { people: population.people, contracts: population.contracts, miners, multisig, channel, nextId };
  });
  return { networkVersion, store, root: stateRoot, sectors, codeOf, ...made };
}

function unknown(name: string): never {
  throw new BenchError(`the first state has no ${name}`);
}
