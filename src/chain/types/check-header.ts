import { isAddress } from "../../address/address.js";
import { isBinaryCid } from "../../encoding/cid.js";
import { fitsToken } from "../../message/token.js";
import { type Check, is, isBytes, isI64, isU64, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { BeaconEntry, BlockHeader, ElectionProof, PoStProof } from "./header.js";
import { listOf, shapeOf } from "./shape.js";
import { isChainSignature } from "./signature.js";

const isToken: Check = is((value) => typeof value === "bigint" && fitsToken(value), "a bigint of attoFIL");
const isWeight: Check = is((value) => typeof value === "bigint" && fitsToken(value), "a bigint");
const isBinaryAddress: Check = is(
  (value) => isAddress(value, { delegated: true }),
  "an address in byte form; parseAddress reads text",
);

/** Accepts what `BeaconEntry` says. */
export const isBeaconEntry: Check = shapeOf<BeaconEntry>({ round: isU64, data: isBytes });
export const isBeaconEntries: Check = listOf(isBeaconEntry);

const CHECKS: Checks<BlockHeader> = {
  miner: isBinaryAddress,
  ticket: optional(isBytes),
  electionProof: optional(shapeOf<ElectionProof>({ winCount: isI64, vrfProof: isBytes })),
  beaconEntries: isBeaconEntries,
  winPoStProof: listOf(shapeOf<PoStProof>({ type: isI64, proof: isBytes })),
  parents: listOf(isBinaryCid),
  parentWeight: isWeight,
  height: isI64,
  parentStateRoot: isBinaryCid,
  parentMessageReceipts: isBinaryCid,
  messages: isBinaryCid,
  blsAggregate: optional(isChainSignature),
  timestamp: isU64,
  blockSignature: optional(isChainSignature),
  forkSignaling: isU64,
  parentBaseFee: isToken,
};

/** A header that a caller gives. Throws `FvmError` INVALID_OPTION. */
export function checkedHeader(header: BlockHeader): BlockHeader {
  return checkedOptions(header, CHECKS, "header");
}
