/** A header of a block that says nothing in particular. */
import { idAddress } from "../../src/address/address.js";
import type { BlockHeader } from "../../src/chain/types/header.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { native } from "../../src/native/index.js";

const EMPTY = native.cidOf(DAG_CBOR, Uint8Array.of(0x80));

export function plainHeader(changes: Partial<BlockHeader> = {}): BlockHeader {
  return {
    miner: idAddress(1000),
    ticket: undefined,
    electionProof: undefined,
    beaconEntries: [],
    winPoStProof: [],
    parents: [],
    parentWeight: 0n,
    height: 1,
    parentStateRoot: EMPTY,
    parentMessageReceipts: EMPTY,
    messages: EMPTY,
    blsAggregate: undefined,
    timestamp: 0,
    blockSignature: undefined,
    forkSignaling: 0,
    parentBaseFee: 100n,
    ...changes,
  };
}
