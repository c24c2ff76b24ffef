import { type Address, addressBytes, idAddress, parseAddressBytes } from "../../../address/address.js";
import { CborReader, CborWriter } from "../../../ipld/cbor.js";
import { bigIntegerToBytes } from "../../../message/token.js";
import { noBytes } from "../../../util/bytes.js";
import { SingletonId } from "../../../vm/state-tree/actor-state.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { Draft, Scene } from "./draft.js";
import type { Multisig } from "./world.js";

const METHOD = { exec: 2, propose: 2, approve: 3 } as const;
const GAS = { create: 100_000_000, use: 60_000_000 } as const;
const FIL = 10n ** 18n;
const MOST_MULTISIGS = 20;
const THRESHOLD = 2;

/** The sender's next step with multisigs: approve, else propose, else make one. */
export function useMultisig(scene: Scene): Draft {
  const { sender, world, draw } = scene;
  const own = world.multisigs.filter(({ signers }) => signers.includes(sender));
  const waiting = own.find(({ pending }) => pending.some(({ proposer }) => proposer !== sender));
  if (waiting !== undefined) return approval(scene, waiting);
  if (own.length > 0) return proposal(scene, draw.pick(own));
  return world.multisigs.length < MOST_MULTISIGS
    ? creation(scene)
    : proposal(scene, draw.pick(world.multisigs));
}

function creation({ draw, sender, world, codeOf }: Scene): Draft {
  // Ethereum accounts cannot send what multisigs take.
  const others = world.senders.filter((key) => key !== sender && key.type !== "delegated");
  const signers = [sender, draw.pick(others)];
  const params = new CborWriter().array(4).array(signers.length);
  for (const { address } of signers) params.bytes(addressBytes(address));
  params.u64(THRESHOLD).i64(0).i64(0);
  const creation = new CborWriter().array(2).cid(codeOf("multisig")).bytes(params.finish());
  return {
    to: idAddress(SingletonId.Init),
    value: 5n * FIL,
    method: METHOD.exec,
    params: creation.finish(),
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
function proposal({ draw, sender, world }: Scene, { address, pending }: Multisig): Draft {
  const params = new CborWriter().array(4).bytes(addressBytes(draw.pick(world.senders).address));
  params
    .bytes(bigIntegerToBytes(BigInt(draw.below(1_000_000))))
    .u64(0)
    .bytes(noBytes());
  return {
    to: address,
    method: METHOD.propose,
    params: params.finish(),
    gasLimit: GAS.use,
    learn: ({ exitCode, returnData }) => {
      if (exitCode === 0) pending.push({ id: transactionIn(returnData), proposer: sender });
    },
  };
}

function transactionIn(returnData: Uint8Array): number {
  const reader = new CborReader(returnData);
  reader.tuple(4);
  return Number(reader.i64());
}

function approval({ sender }: Scene, { address, pending }: Multisig): Draft {
  const { id } = pending.find(({ proposer }) => proposer !== sender) as { id: number; proposer: SigningKey };
  return {
    to: address,
    method: METHOD.approve,
    params: new CborWriter().array(2).i64(id).bytes(noBytes()).finish(),
    gasLimit: GAS.use,
    learn: ({ exitCode }) => {
      const place = pending.findIndex((transaction) => transaction.id === id);
      if (exitCode === 0 && place >= 0) pending.splice(place, 1);
    },
  };
}
