import { type Address, addressBytes } from "../../address/address.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { ethToFilecoin } from "../../builtin/evm/index.js";
import { type DevnetActors, wasmOf, writeBuiltins } from "../../chain/devnet/builtins.js";
import { addMiner, MINER_BALANCE } from "../../chain/devnet/first-people.js";
import { writeFirstBlock } from "../../chain/devnet/genesis-block.js";
import { ROOT_KEY, writeFirstState } from "../../chain/devnet/genesis-state.js";
import { type NetworkFile, networkFile } from "../../chain/devnet/network-file.js";
import { sectorTypes } from "../../chain/devnet/sector-types.js";
import { onMachine, type StateMaker } from "../../chain/devnet/state-maker.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { SigningKey } from "../../chain/signatures/keys.js";
import { OwnBeacon, type OwnBeaconKind } from "../../chain/signatures/own-beacon.js";
import type { Cid } from "../../encoding/cid.js";
import { CborWriter } from "../../ipld/cbor.js";
import { METHOD_SEND } from "../../message/methods.js";
import { bigIntegerToBytes } from "../../message/token.js";
import { native } from "../../native/index.js";
import { editedState } from "../../simulate/edited-state.js";
import { noBytes } from "../../util/bytes.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import type { MnemonicKeys } from "./accounts.js";
import { CREATE2_DEPLOYER, MULTICALL3 } from "./contracts.js";

/** Settings of a chain's beacon. */
export interface BeaconSettings {
  readonly beacon: OwnBeaconKind;
  /** Accounts' keys follow from it, and so does the beacon's. */
  readonly mnemonic: string;
  readonly networkName: string;
  /** Seconds from epoch to epoch. */
  readonly blockDelay: number;
}

/** Settings of a development chain's beginning. */
export interface DevGenesis extends BeaconSettings {
  readonly networkVersion: number;
  readonly chainId: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Network whose builtin actors these are. */
  readonly bundle: string;
  readonly actors: DevnetActors;
  readonly keys: MnemonicKeys;
  /** attoFIL that each account begins with. */
  readonly balance: bigint;
  readonly miners: number;
}

/** A development chain's beginning. */
export interface DevBeginning {
  readonly file: NetworkFile;
  readonly genesis: ChainTipset;
  /** f0 addresses. */
  readonly miners: readonly Address[];
}

/** Methods of the verified registry and of init. */
const ADD_VERIFIER = 2;
const ADD_VERIFIED_CLIENT = 4;
const EXEC = 2;
/** Bytes that a verifier may give away, and that its client has: 1 PiB and 1 TiB. */
const ALLOWANCE = { verifier: 1n << 50n, client: 1n << 40n } as const;
/** attoFIL per gas: the least, so that nobody begins with a congested network. */
const BASE_FEE = 100n;

/**
 * Makes a chain's first state and block: the actors of which there is one, funded accounts of both kinds, miners with
 * power, a multisig wallet and a client with datacap, both the first Filecoin account's, and contracts that tools
 * expect. Throws as `writeFirstState` and `Machine`.
 */
export async function beginDevChain(blockstore: Blockstore, settings: DevGenesis): Promise<DevBeginning> {
  const { networkVersion, chainId, actors, bundle, timestamp } = settings;
  const versions = new Map([[networkVersion, actors]]);
  const codes = await writeBuiltins(blockstore, versions);
  const wasm = wasmOf(networkVersion, versions, codes);
  const empty = await writeFirstState(blockstore, {
    ...settings,
    actors: wasm,
    reserve: keyOf("reserve").address,
    rootKey: keyOf("root key").address,
  });
  const { stateRoot: peopled, made: miners } = await onMachine(blockstore, empty, settings, async (maker) => {
    await fund(maker, settings);
    await addClient(maker, settings.keys);
    await addMultisig(maker, settings.keys, codes.get(networkVersion)?.multisig);
    return addMiners(maker, settings.miners, sectorTypes(bundle, networkVersion).windowPoSt);
  });
  const machine = { network: networkVersion, stateRoot: peopled, blockstore, epoch: 0, chainId };
  const stateRoot = networkVersion < FIRST_WITH_CONTRACTS ? peopled : await editedState(machine, CONTRACTS);
  const ticket = native.blake2b(Buffer.from(settings.networkName), 32);
  const genesis = await writeFirstBlock(blockstore, stateRoot, {
    networkVersion,
    timestamp,
    ticket,
    baseFee: BASE_FEE,
  });
  const manifests = new Map([[networkVersion, actors.manifest]]);
  const own = devBeacon(settings, timestamp);
  const facts = { genesisVersion: networkVersion, upgrades: [], manifests, beacon: own?.beacon };
  const file = networkFile({ ...settings, ...facts }, genesis);
  return { file, genesis, miners };
}

/** The beacon of a chain that begins at a time, seconds since 1970. Undefined: the mock. */
export function devBeacon(
  { beacon, mnemonic, networkName: name, blockDelay }: BeaconSettings,
  timestamp: number,
): OwnBeacon | undefined {
  return OwnBeacon.ofKind(beacon, mnemonic, { name, blockDelay, genesis: { timestamp } });
}

const FIRST_WITH_CONTRACTS = 18;
/** Contracts that tools expect, as a state is to have them. */
export const CONTRACTS = [MULTICALL3, CREATE2_DEPLOYER].map(
  ({ address, bytecode }) => [ethToFilecoin(address), { bytecode, nonce: 1 }] as const,
);

/** Keys that nobody needs: the node speaks for their accounts. */
function keyOf(name: string): SigningKey {
  return SigningKey.fromSeed("secp256k1", name);
}

async function fund(maker: StateMaker, { keys, balance, networkVersion }: DevGenesis): Promise<void> {
  const eth = networkVersion < FIRST_WITH_CONTRACTS ? [] : keys.eth;
  for (const { address } of [...keys.filecoin, ...eth]) {
    await maker.call(ROOT_KEY, address, METHOD_SEND, noBytes(), balance);
  }
}

/** The first account becomes a client, by a verifier whom nobody else knows. */
async function addClient(maker: StateMaker, { filecoin: [client] }: MnemonicKeys): Promise<void> {
  if (client === undefined) return;
  const verifier = keyOf("verifier").address;
  const allowance = (address: Address, bytes: bigint) =>
    new CborWriter().array(2).bytes(addressBytes(address)).bytes(bigIntegerToBytes(bytes)).finish();
  const registry = SingletonId.VerifiedRegistry;
  await maker.call(ROOT_KEY, verifier, METHOD_SEND, noBytes());
  await maker.call(ROOT_KEY, registry, ADD_VERIFIER, allowance(verifier, ALLOWANCE.verifier));
  await maker.call(verifier, registry, ADD_VERIFIED_CLIENT, allowance(client.address, ALLOWANCE.client));
}

/** A wallet of the first two accounts, each of which may spend from it. */
async function addMultisig(
  maker: StateMaker,
  { filecoin }: MnemonicKeys,
  code: Cid | undefined,
): Promise<void> {
  const [owner, ...others] = filecoin.slice(0, 2);
  if (owner === undefined || code === undefined) return;
  const wallet = new CborWriter().array(4).array(1 + others.length);
  for (const { address } of [owner, ...others]) wallet.bytes(addressBytes(address));
  wallet.u64(1).i64(0).i64(0);
  const params = new CborWriter().array(2).cid(code).bytes(wallet.finish()).finish();
  await maker.call(owner.address, SingletonId.Init, EXEC, params);
}

async function addMiners(maker: StateMaker, count: number, windowPoSt: number): Promise<Address[]> {
  const miners: Address[] = [];
  for (let i = 0; i < count; i++) {
    const owner = keyOf(`owner ${i}`);
    const worker = SigningKey.fromSeed("bls", `worker ${i}`);
    await maker.call(ROOT_KEY, owner.address, METHOD_SEND, noBytes(), MINER_BALANCE);
    await maker.call(ROOT_KEY, worker.address, METHOD_SEND, noBytes());
    miners.push(await addMiner(maker, { owner, worker, power: POWER }, windowPoSt));
  }
  return miners;
}

/** Bytes of power of each miner: the least with which mainnet's miners win. */
const POWER = 10n << 40n;
