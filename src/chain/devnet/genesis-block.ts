import { idAddress } from "../../address/address.js";
import { writeBlocks } from "../../blockstore/access.js";
import { type Blockstore, storeBlocks } from "../../blockstore/blocks.js";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { hexBytes } from "../../util/bytes.js";
import { networkVersion } from "../../vm/network/version.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { receiptsArray } from "../execution/receipts.js";
import { type ChainTipset, chainTipset } from "../history/chain-tipset.js";
import { type BlockHeader, encodeHeader, headerCid } from "../types/header.js";
import { writeBlockMessages } from "../types/message-meta.js";

/** The parent that the headers of all networks' first blocks name. Source: Lotus chain/gen/genesis/genblock.go. */
const BEFORE_GENESIS = {
  cid: parseCid("bafyreiaqpwbbyjo4a42saasj36kkrpv4tsherf2e7bvezkert2a7dhonoi"),
  data: hexBytes(
    "a5684461746574696d6573323031372d30352d30352030313a32373a3531674e6574776f726b6846696c65636f696e65546f6b656e" +
      "6846696c65636f696e6c546f6b656e416d6f756e7473a36b546f74616c537570706c796d322c3030302c3030302c303030664d696e" +
      "6572736d312c3430302c3030302c3030306c50726f746f636f6c4c616273a36b446576656c6f706d656e746b3330302c3030302c30" +
      "30306b46756e6472616973696e676b3230302c3030302c3030306a466f756e646174696f6e6b3130302c3030302c303030674d6573" +
      "73616765784854686973206973207468652047656e6573697320426c6f636b206f66207468652046696c65636f696e20446563656e" +
      "7472616c697a65642053746f72616765204e6574776f726b2e",
  ),
};

const INITIAL_BASE_FEE = 100_000_000n;
const FIRST_BEACON_BYTES = 32;

/** Settings of a chain's first block. */
export interface FirstBlock {
  readonly networkVersion: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** From which the tickets of the next blocks follow. */
  readonly ticket: Uint8Array;
  /** attoFIL per gas. Default: 0.1 nanoFIL, as Lotus's networks begin. */
  readonly baseFee?: bigint;
}

/** Stores a chain's first block, and returns its tipset. Throws as `writeBlocks` and `Blockstore.putMany`. */
export async function writeFirstBlock(
  blockstore: Blockstore,
  stateRoot: Cid,
  { networkVersion: version, timestamp, ticket, baseFee = INITIAL_BASE_FEE }: FirstBlock,
): Promise<ChainTipset> {
  const messages = await writeBlocks(blockstore, (blocks) =>
    writeBlockMessages(blocks, { bls: [], secp: [] }),
  );
  const receipts = receiptsArray([], networkVersion(version));
  const header: BlockHeader = {
    miner: idAddress(SingletonId.System),
    ticket,
    electionProof: { winCount: 0, vrfProof: new Uint8Array() },
    beaconEntries: [{ round: 0, data: new Uint8Array(FIRST_BEACON_BYTES) }],
    winPoStProof: [],
    parents: [BEFORE_GENESIS.cid],
    parentWeight: 0n,
    height: 0,
    parentStateRoot: stateRoot,
    parentMessageReceipts: receipts.root,
    messages,
    blsAggregate: undefined,
    timestamp,
    blockSignature: undefined,
    forkSignaling: 0,
    parentBaseFee: baseFee,
  };
  const block = { cid: headerCid(header), data: encodeHeader(header) };
  await storeBlocks(blockstore, [...receipts.blocks, BEFORE_GENESIS, block], undefined);
  return chainTipset([header]);
}
