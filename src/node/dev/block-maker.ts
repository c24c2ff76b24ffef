import type { Address } from "../../address/address.js";
import { storeBlocks } from "../../blockstore/blocks.js";
import { type ChainTipset, firstHeader, namedTipset } from "../../chain/history/chain-tipset.js";
import { baseFeeRuleAt, nextBaseFee } from "../../chain/rules/base-fee.js";
import { beaconRoundAt } from "../../chain/rules/beacon-round.js";
import { weightAfter } from "../../chain/rules/weight.js";
import { aggregateSignatures } from "../../chain/signatures/keys.js";
import type { EntryMaker } from "../../chain/signatures/own-beacon.js";
import { type BeaconEntry, type BlockHeader, headerCodec } from "../../chain/types/header.js";
import { type BlockMessages, writeMessageCids } from "../../chain/types/message-meta.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import type { Block, BlockAccess } from "../../ipld/block-access.js";
import { encodeCbor } from "../../ipld/cbor.js";
import { native } from "../../native/index.js";
import { concatBytes, latin1Bytes } from "../../util/bytes.js";
import { blockOfSigned } from "../chain/message-names.js";
import type { NodeChain } from "../chain/node-chain.js";

/** State and receipts that a tipset has left: its child's headers say them. */
export interface Outcome {
  readonly stateRoot: Cid;
  readonly receiptsRoot: Cid;
}

/** A tipset to make. */
export interface TipsetPlan {
  readonly parent: ChainTipset;
  readonly outcome: Outcome;
  readonly epoch: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** attoFIL per gas. Default: as it follows from the parent. */
  readonly baseFee?: bigint | undefined;
  /** Data of the beacon's entry of the epoch. Default: the beacon's own. */
  readonly randomness?: Uint8Array | undefined;
  /** Messages of each block. */
  readonly blocks: readonly (readonly SignedMessage[])[];
  /** Tells its tickets from those of other branches. Default: 0. */
  readonly branch?: number;
}

/** Stands for a proof of spacetime, as on Lotus's test networks. A winning PoSt of sectors of 32 GiB, it says. */
const WINNING_POST = [{ type: 3, proof: new TextEncoder().encode("valid proof") }];
/** Power of all miners, 10 TiB: of a network so small that it does not matter. */
const POWER = 10n << 40n;
const DRAW_BYTES = 32;

/**
 * Makes tipsets whose headers say about their parents what Lotus's do. Nobody wins an election for them, draws a ticket
 * by a key or signs them: that would cost more than to execute a message.
 */
export class BlockMaker {
  /** Base fees after tipsets that blocks may soon be made on. */
  readonly #baseFees = new WeakMap<ChainTipset, bigint>();

  /** @param miners f0 addresses of those who take turns, one or more */
  constructor(
    private readonly chain: NodeChain,
    private readonly miners: readonly Address[],
    private readonly entryOf: EntryMaker,
  ) {}

  /** Throws `FvmError` INVALID_OPTION if a tipset of so many blocks has more than miners. */
  checkBlocks(blocks: number): void {
    const most = this.miners.length;
    if (blocks <= most) return;
    const reason = `${blocks} blocks of a tipset, and there are ${most} miners: ${most} blocks at most`;
    throw new FvmError("INVALID_OPTION", { option: "blocks", reason });
  }

  /** Makes and stores a tipset. Throws as `checkBlocks` and `writeBlocks`. */
  async make(plan: TipsetPlan): Promise<ChainTipset> {
    const { parent, outcome, epoch, timestamp, blocks, branch = 0 } = plan;
    const most = this.miners.length;
    this.checkBlocks(blocks.length);
    const beaconEntries = this.#entries(plan);
    const parentWeight = weightAfter(parent.headers, POWER);
    const parentBaseFee = plan.baseFee ?? (await this.baseFeeAfter(parent));
    const made: Block[] = [];
    const headers: BlockHeader[] = [];
    for (const [i, messages] of blocks.entries()) {
      const ticket = drawn(firstHeader(parent).ticket, epoch, i + branch * most);
      headers.push({
        miner: this.miners[(epoch + i) % this.miners.length] as Address,
        ticket,
        electionProof: { winCount: 1, vrfProof: drawn(ticket, epoch, i) },
        beaconEntries,
        winPoStProof: WINNING_POST,
        parents: parent.key,
        parentWeight,
        height: epoch,
        parentStateRoot: outcome.stateRoot,
        parentMessageReceipts: outcome.receiptsRoot,
        messages: storedIn(made, messages),
        blsAggregate: aggregateOf(messages),
        timestamp,
        blockSignature: undefined,
        forkSignaling: 0,
        parentBaseFee,
      });
    }
    const stored = headers.map((header) => {
      // Its fields are this class's own, and need no checks.
      const data = encodeCbor(headerCodec, header);
      return { header, data, cid: native.cidOf(DAG_CBOR, data) };
    });
    const { chain } = this.chain;
    await storeBlocks(chain.blockstore, [...made, ...stored], undefined);
    const tipset = namedTipset(stored);
    // In the tipset's order, which tickets decide.
    const ordered = tipset.headers.map((header) => messagesOf(blocks[headers.indexOf(header)] ?? []));
    chain.keep(tipset, ordered);
    return tipset;
  }

  /** attoFIL per gas: the base fee of blocks on a tipset. Throws as `Chain.messages`. */
  async baseFeeAfter(parent: ChainTipset): Promise<bigint> {
    const known = this.#baseFees.get(parent);
    if (known !== undefined) return known;
    const rule = baseFeeRuleAt(this.chain.network, parent.epoch);
    const messages = await this.chain.chain.messages(parent);
    const baseFee = nextBaseFee(rule, firstHeader(parent).parentBaseFee, messages);
    this.#baseFees.set(parent, baseFee);
    return baseFee;
  }

  /** One for each epoch since the parent. */
  #entries({ parent, epoch, randomness }: TipsetPlan): BeaconEntry[] {
    const { network } = this.chain;
    const entries = Array.from({ length: epoch - parent.epoch }, (_, i) =>
      this.entryOf(beaconRoundAt(network, parent.epoch + 1 + i)),
    );
    const last = entries.pop() as BeaconEntry;
    return [...entries, randomness === undefined ? last : { ...last, data: randomness }];
  }
}

/** Adds blocks to a list. */
function putInto(blocks: Block[]): BlockAccess["put"] {
  return (codec, given) => {
    const data = typeof given === "string" ? latin1Bytes(given) : given;
    const cid = native.cidOf(codec, data);
    blocks.push({ cid, data });
    return cid;
  };
}

/** Adds a block's messages to a list, and what names them. @returns the header's `messages` */
function storedIn(blocks: Block[], messages: readonly SignedMessage[]): Cid {
  if (messages.length === 0) {
    blocks.push(...NO_MESSAGES.blocks);
    return NO_MESSAGES.cid;
  }
  const put = (signed: SignedMessage) => {
    const block = blockOfSigned(signed);
    blocks.push(block);
    return block.cid;
  };
  const cids = {
    bls: messages.filter(isBls).map(put),
    secp: messages.filter((signed) => !isBls(signed)).map(put),
  };
  return writeMessageCids({ put: putInto(blocks) }, cids);
}

/** Blocks of a header's `messages` if there are none: each provisional tipset has them. */
const NO_MESSAGES = noMessages();

function noMessages(): { readonly cid: Cid; readonly blocks: readonly Block[] } {
  const blocks: Block[] = [];
  return { cid: writeMessageCids({ put: putInto(blocks) }, { bls: [], secp: [] }), blocks };
}

function isBls({ signature }: SignedMessage): boolean {
  return signature.type === "bls";
}

function messagesOf(messages: readonly SignedMessage[]): BlockMessages {
  return {
    bls: messages.filter(isBls).map(({ message }) => message),
    secp: messages.filter((message) => !isBls(message)),
  };
}

const NO_SIGNATURES = aggregateSignatures([]);

function aggregateOf(messages: readonly SignedMessage[]) {
  const signatures = messages.flatMap(({ signature }) => (signature.type === "bls" ? [signature] : []));
  return signatures.length === 0 ? NO_SIGNATURES : aggregateSignatures(signatures);
}

/** Bytes that follow from a ticket and a place. */
function drawn(ticket: Uint8Array | undefined, epoch: number, place: number): Uint8Array {
  return native.blake2b(
    concatBytes(ticket ?? new Uint8Array(), Buffer.from(`${epoch} ${place}`)),
    DRAW_BYTES,
  );
}
