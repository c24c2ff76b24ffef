import type { Cid } from "../../encoding/cid.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { SigningKey } from "../signatures/keys.js";
import { OwnBeacon } from "../signatures/own-beacon.js";
import type { SignatureType } from "../types/signature.js";
import { type BuiltinCodes, checkActors, wasmOf, writeBuiltins } from "./builtins.js";
import { Draw } from "./draw.js";
import type { DevnetMiner } from "./election.js";
import { addFirstPeople, drawFirstPeople } from "./first-people.js";
import { writeFirstBlock } from "./genesis-block.js";
import { RESERVE, ROOT_KEY, writeFirstState } from "./genesis-state.js";
import { type NetworkFile, networkFile } from "./network-file.js";
import { addProvider, type DevnetProvider } from "./providers.js";
import { sectorTypes } from "./sector-types.js";
import type { DevnetSettings } from "./settings.js";
import { onMachine } from "./state-maker.js";

/** A chain's beginning. */
export interface DevnetBeginning {
  readonly file: NetworkFile;
  readonly genesis: ChainTipset;
  readonly miners: readonly DevnetMiner[];
  readonly providers: readonly DevnetProvider[];
  readonly verifier: SigningKey;
  readonly accounts: readonly SigningKey[];
  readonly codes: BuiltinCodes;
  /** Undefined: the mock. */
  readonly beacon: OwnBeacon | undefined;
}

/** Makes a chain's first state and block. Throws as `DevnetChain.create`. */
export async function beginDevnet(settings: DevnetSettings): Promise<DevnetBeginning> {
  const { blockstore, networkVersion, timestamp, bundle } = settings;
  const draw = new Draw(settings.seed);
  const codes = await writeBuiltins(blockstore, settings.actors);
  const base = await baseState(settings, draw, codes);
  const people = drawFirstPeople(draw.of("people"), { ...settings, kinds: kindsOf(networkVersion) });
  const sectors = sectorTypes(bundle, networkVersion);
  const { stateRoot, made } = await onMachine(blockstore, base.root, settings, async (maker) => {
    const miners = await addFirstPeople(maker, people, base.bank, sectors.windowPoSt);
    const providers: DevnetProvider[] = [];
    for (let i = 0; i < settings.providers; i++) {
      const own = draw.of(`provider ${i}`);
      providers.push(await addProvider(maker, own, base.bank, { networkVersion, sectors }));
    }
    return { miners, providers };
  });
  const ticket = draw.of("first ticket").bytes();
  const genesis = await writeFirstBlock(blockstore, stateRoot, { networkVersion, timestamp, ticket });
  const manifests = new Map([...settings.actors].map(([version, { manifest }]) => [version, manifest]));
  const beacon = beaconOf(settings, draw);
  const facts = { ...settings, genesisVersion: networkVersion, manifests, beacon: beacon?.beacon };
  const file = networkFile(facts, genesis);
  return { file, genesis, ...made, verifier: people.verifier, accounts: people.accounts, codes, beacon };
}

/** The state without people, and who pays for them. */
async function baseState(
  settings: DevnetSettings,
  draw: Draw,
  codes: BuiltinCodes,
): Promise<{ readonly root: Cid; readonly bank: number }> {
  const { blockstore, stateRoot, networkVersion, actors } = settings;
  if (stateRoot !== undefined) {
    await checkActors(blockstore, stateRoot, networkVersion, codes);
    return { root: stateRoot, bank: RESERVE };
  }
  const key = (name: string) => SigningKey.fromSeed("secp256k1", draw.of(name).bytes()).address;
  const wasm = wasmOf(networkVersion, actors, codes);
  const own = { ...settings, actors: wasm, reserve: key("reserve"), rootKey: key("root key") };
  return { root: await writeFirstState(blockstore, own), bank: ROOT_KEY };
}

function beaconOf(settings: DevnetSettings, draw: Draw): OwnBeacon | undefined {
  const { beacon, networkName: name, blockDelay, timestamp } = settings;
  return OwnBeacon.ofKind(beacon, draw.of("beacon").bytes(), { name, blockDelay, genesis: { timestamp } });
}

/** Kinds of signatures that senders of a network version have. */
function kindsOf(version: number): readonly SignatureType[] {
  return version < 18 ? ["secp256k1", "bls"] : ["secp256k1", "bls", "delegated"];
}
