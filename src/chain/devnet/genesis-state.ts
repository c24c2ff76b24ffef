import { type Address, addressBytes, delegatedAddress, idAddress } from "../../address/address.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { CborWriter } from "../../ipld/cbor.js";
import { METHOD_CONSTRUCTOR } from "../../message/methods.js";
import { bigIntegerToBytes } from "../../message/token.js";
import { noBytes } from "../../util/bytes.js";
import { Genesis } from "../../vm/genesis/genesis.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { onMachine, type StateMaker, type StateSettings } from "./state-maker.js";

/** Settings of a first state. */
export interface FirstState extends StateSettings {
  readonly networkName: string;
  /** Code of the builtin actors by name, in the order of their bundle. */
  readonly actors: Readonly<Record<string, Uint8Array>>;
  /** Key of the reserve, f090. */
  readonly reserve: Address;
  /** Root key of the verified registry, f080, which has what is for nobody else. */
  readonly rootKey: Address;
}

const FIL = 10n ** 18n;
/** attoFIL. Source: Lotus build/buildconstants/params_shared_vals.go. */
const MINING_REWARD = 1_100_000_000n * FIL;
const RESERVED = 300_000_000n * FIL;
const REST = 600_000_000n * FIL;

export const ROOT_KEY = 80;
export const RESERVE = 90;

/** Methods that run at the end of each epoch. Source: builtin-actors. */
const EPOCH_TICK_END = 5;
const CRON_TICK = 9;

/** Actors of which there is one, and what their constructors take. */
const CONSTRUCTED: readonly (readonly [name: string, id: number, params: () => Uint8Array])[] = [
  ["reward", SingletonId.Reward, () => new CborWriter().bytes(bigIntegerToBytes(0n)).finish()],
  ["cron", SingletonId.Cron, cronEntries],
  ["storagepower", SingletonId.Power, noBytes],
  ["storagemarket", SingletonId.Market, noBytes],
  ["verifiedregistry", SingletonId.VerifiedRegistry, () => addressParams(ROOT_KEY)],
  ["datacap", SingletonId.DataCap, () => addressParams(SingletonId.VerifiedRegistry)],
];

/**
 * Makes a first state of the actors of which there is one. Each one's state is what its own constructor makes, so any
 * version of the builtin actors will do. Source: Lotus chain/gen/genesis/genesis.go.
 *
 * @throws FvmError INVALID_STATE if an actor refuses; as `Genesis` and `Machine`
 */
export async function writeFirstState(blockstore: Blockstore, settings: FirstState): Promise<Cid> {
  const empty = await writeActors(blockstore, settings);
  const construct = async (maker: StateMaker) => {
    for (const [name, id, params] of CONSTRUCTED) {
      if (!Object.hasOwn(settings.actors, name)) continue;
      await maker.call(SingletonId.System, id, METHOD_CONSTRUCTOR, params());
    }
  };
  return (await onMachine(blockstore, empty, settings, construct)).stateRoot;
}

/** The actors, those of `CONSTRUCTED` without a state. */
async function writeActors(blockstore: Blockstore, settings: FirstState): Promise<Cid> {
  const { networkVersion, networkName, actors, reserve, rootKey } = settings;
  const genesis = new Genesis(blockstore, { network: networkVersion, networkName, builtins: actors });
  for (const [name, id] of CONSTRUCTED) {
    if (!Object.hasOwn(actors, name)) continue;
    const balance = id === SingletonId.Reward ? MINING_REWARD : 0n;
    genesis.addActor({ id, code: genesis.codeOf(name), balance });
  }
  const account = (id: number, address: Address, balance: bigint) => {
    const state = new CborWriter().array(1).bytes(addressBytes(address)).finish();
    genesis.addActor({ id, code: genesis.codeOf("account"), state, balance, address });
  };
  account(ROOT_KEY, rootKey, REST);
  account(RESERVE, reserve, RESERVED);
  if (Object.hasOwn(actors, "ethaccount")) {
    const address = delegatedAddress(SingletonId.Eam, new Uint8Array(20));
    genesis.addActor({ code: genesis.codeOf("ethaccount"), address });
  }
  return genesis.write();
}

function cronEntries(): Uint8Array {
  const entries = [
    [SingletonId.Power, EPOCH_TICK_END],
    [SingletonId.Market, CRON_TICK],
  ] as const;
  const writer = new CborWriter().array(1).array(entries.length);
  for (const [id, method] of entries) writer.array(2).latin1(idAddress(id)).u64(method);
  return writer.finish();
}

function addressParams(id: number): Uint8Array {
  return new CborWriter().latin1(idAddress(id)).finish();
}
