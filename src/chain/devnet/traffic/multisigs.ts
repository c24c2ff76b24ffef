import { type Address, idAddress, parseAddressBytes } from "../../../address/address.js";
import { CborReader } from "../../../ipld/cbor.js";
import { noBytes } from "../../../util/bytes.js";
import { SingletonId } from "../../../vm/state-tree/actor-state.js";
import type { SigningKey } from "../../signatures/keys.js";
import { params } from "../params.js";
import type { Draft, Scene } from "./draft.js";
import { native } from "./senders.js";

/** A multisig actor of two signers, of whom both have to agree. */
export interface Multisig {
  readonly address: Address;
  readonly signers: readonly SigningKey[];
  /** Transactions that wait for the second one. */
  readonly pending: { readonly id: number; readonly proposer: SigningKey }[];
}

const METHOD = { exec: 2, propose: 2, approve: 3 } as const;
const GAS = { create: 100_000_000, use: 60_000_000 } as const;
const FIL = 10n ** 18n;
const MOST_MULTISIGS = 20;
const THRESHOLD = 2;

/** Somebody's next step with multisigs: approve, else propose, else make one. */
export function useMultisig(scene: Scene): Draft {
  const { world, draw } = scene;
  const from = native(draw, world);
  const own = world.multisigs.filter(({ signers }) => signers.includes(from));
  const waiting = own.find(({ pending }) => pending.some(({ proposer }) => proposer !== from));
  if (waiting !== undefined) return approval(from, waiting);
  if (own.length > 0) return proposal(scene, from, draw.pick(own));
  return world.multisigs.length < MOST_MULTISIGS
    ? creation(scene, from)
    : proposal(scene, from, draw.pick(world.multisigs));
}

function creation({ draw, world, codeOf }: Scene, from: SigningKey): Draft {
  // Ethereum accounts cannot send what multisigs take.
  const others = world.senders.filter((key) => key !== from && key.type !== "delegated");
  const signers = [from, draw.pick(others)];
  const terms = params([signers.map(({ address }) => ({ address })), THRESHOLD, 0, 0]);
  return {
    from,
    to: idAddress(SingletonId.Init),
    value: 5n * FIL,
    method: METHOD.exec,
    params: params([{ cid: codeOf("multisig") }, terms]),
    gasLimit: GAS.create,
    learn: ({ exitCode, returnData }) => {
      if (exitCode === 0) world.multisigs.push({ address: madeBy(returnData), signers, pending: [] });
    },
  };
}

/** The init actor returns an ID address and a robust one. */
function madeBy(returnData: Uint8Array): Address {
  const reader = new CborReader(returnData);
  reader.tuple(2);
  return parseAddressBytes(reader.bytes());
}

/** Somebody who is no signer is refused. */
function proposal({ draw, world }: Scene, from: SigningKey, { address, pending }: Multisig): Draft {
  const { address: to } = draw.pick(world.senders);
  const value = BigInt(draw.below(1_000_000));
  return {
    from,
    to: address,
    method: METHOD.propose,
    params: params([{ address: to }, value, 0, noBytes()]),
    gasLimit: GAS.use,
    learn: ({ exitCode, returnData }) => {
      if (exitCode === 0) pending.push({ id: transactionIn(returnData), proposer: from });
    },
  };
}

function transactionIn(returnData: Uint8Array): number {
  const reader = new CborReader(returnData);
  reader.tuple(4);
  return Number(reader.i64());
}

function approval(from: SigningKey, { address, pending }: Multisig): Draft {
  const { id } = pending.find(({ proposer }) => proposer !== from) as Multisig["pending"][number];
  return {
    from,
    to: address,
    method: METHOD.approve,
    params: params([id, noBytes()]),
    gasLimit: GAS.use,
    learn: ({ exitCode }) => {
      const place = pending.findIndex((transaction) => transaction.id === id);
      if (exitCode === 0 && place >= 0) pending.splice(place, 1);
    },
  };
}
