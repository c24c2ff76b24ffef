import { writeBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import { aggregateSignatures } from "../signatures/keys.js";
import { drawTicket } from "../signatures/sign.js";
import type { BeaconEntry, BlockHeader } from "../types/header.js";
import { type BlockMessages, writeBlockMessages } from "../types/message-meta.js";
import type { Signature } from "../types/signature.js";
import type { SignedMessage } from "../types/signed-message.js";
import type { Winner } from "./election.js";

/** Facts that all blocks of a tipset have in common. */
export interface BlockGround {
  readonly parent: ChainTipset;
  readonly epoch: number;
  /** Entries since the parent; at least one. */
  readonly beaconEntries: readonly BeaconEntry[];
  /** After the parent. */
  readonly stateRoot: Cid;
  /** Root of the receipts of the parent's messages. */
  readonly receiptsRoot: Cid;
  readonly baseFee: bigint;
  /** Weight of the chain up to the parent. */
  readonly weight: bigint;
  /** Seconds from epoch to epoch. */
  readonly blockDelay: number;
}

/** Stands for a proof of spacetime, as on Lotus's test networks. A winning PoSt of sectors of 32 GiB, it says. */
const WINNING_POST = { type: 3, proof: new TextEncoder().encode("valid proof") };

/** The header of a winner's block without its signature. Stores the messages. Throws as `writeBlocks`. */
export async function unsignedBlock(
  blockstore: Blockstore,
  ground: BlockGround,
  { miner, electionProof }: Winner,
  signed: readonly SignedMessage[],
): Promise<BlockHeader> {
  const { parent, epoch, beaconEntries, blockDelay } = ground;
  const { messages, signatures } = split(signed);
  const first = firstHeader(parent);
  const beacon = beaconEntries.at(-1) as BeaconEntry;
  const draw = { header: { miner: miner.address, height: epoch }, beacon };
  const least = parent.headers.reduce(
    (time, { timestamp }) => Math.min(time, Number(timestamp)),
    Number(first.timestamp),
  );
  return {
    miner: miner.address,
    ticket: drawTicket(draw, first.ticket, miner.worker),
    electionProof,
    beaconEntries,
    winPoStProof: [WINNING_POST],
    parents: parent.key,
    parentWeight: ground.weight,
    height: epoch,
    parentStateRoot: ground.stateRoot,
    parentMessageReceipts: ground.receiptsRoot,
    messages: await writeBlocks(blockstore, (blocks) => writeBlockMessages(blocks, messages)),
    blsAggregate: aggregateSignatures(signatures),
    timestamp: least + blockDelay * (epoch - parent.epoch),
    blockSignature: undefined,
    forkSignaling: 0,
    parentBaseFee: ground.baseFee,
  };
}

/** The messages as a block has them, and the signatures for its aggregate. */
function split(signed: readonly SignedMessage[]): {
  messages: BlockMessages;
  signatures: readonly Signature[];
} {
  const isBls = ({ signature }: SignedMessage) => signature.type === "bls";
  const bls = signed.filter(isBls);
  return {
    messages: {
      bls: bls.map(({ message }) => message),
      secp: signed.filter((message) => !isBls(message)),
    },
    signatures: bls.map(({ signature }) => signature),
  };
}
