import { type Address, addressBytes, checkAddress } from "../../address/address.js";
import { CborWriter } from "../../ipld/cbor.js";
import { native } from "../../native/index.js";
import { concatBytes, noBytes } from "../../util/bytes.js";
import { isBytes, isI64, isObject, optional } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { BeaconEntry, BlockHeader } from "../types/header.js";
import { type SignatureCheck, signatureCheck } from "./check.js";
import { isValid } from "./verify.js";

/** Purposes of randomness. Source: go-state-types crypto/randomness.go. */
const PURPOSE = { ticket: 1n, election: 2n, winningPost: 3n } as const;
const HASH_BYTES = 32;

/** Input from which a miner's VRF draws. */
export interface VrfDraw {
  /** The block: its miner and its epoch. */
  readonly header: Pick<BlockHeader, "miner" | "height">;
  /** The header's last beacon entry; if it has none, the last one of its ancestors. */
  readonly beacon: BeaconEntry;
}

/** Input of a proof by a miner's VRF. */
export interface VrfInput extends VrfDraw {
  readonly header: BlockHeader;
  /** Address of the key of the miner's worker: f3. */
  readonly worker: Address;
}

/**
 * Whether a block's ticket is the one that its miner had to draw. Source: Lotus chain/consensus/filcns/filecoin.go.
 * Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION.
 *
 * @param parentTicket the least ticket of the parents; undefined up to the height of the upgrade Smoke
 */
export function verifyTicket(input: VrfInput, parentTicket: Uint8Array | undefined): boolean {
  return isValid(ticketCheck(input, parentTicket));
}

/**
 * Whether a block's election proof is its miner's. How often it wins, `winCount` says. Throws `FvmError`
 * INVALID_ADDRESS, INVALID_OPTION.
 */
export function verifyElectionProof(input: VrfInput): boolean {
  return isValid(electionCheck(input));
}

/** See `verifyTicket`. */
export function ticketCheck(input: VrfInput, parentTicket: Uint8Array | undefined): SignatureCheck {
  const bytes = ticketBytes(input, parentTicket);
  return vrfCheck(input.header.ticket, input.worker, bytes);
}

/** See `verifyElectionProof`. */
export function electionCheck(input: VrfInput): SignatureCheck {
  const bytes = electionBytes(input);
  return vrfCheck(input.header.electionProof?.vrfProof, input.worker, bytes);
}

function vrfCheck(proof: Uint8Array | undefined, worker: Address, bytes: Uint8Array): SignatureCheck {
  checkAddress(worker);
  return proof !== undefined && signatureCheck({ type: "bls", data: proof }, worker, bytes);
}

/** Bytes of which a ticket is the worker's signature. Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION. */
export function ticketBytes(draw: VrfDraw, parentTicket: Uint8Array | undefined): Uint8Array {
  checkOption("parentTicket", parentTicket, optional(isBytes));
  const { miner, height, data } = checkedDraw(draw);
  return randomness(
    data,
    PURPOSE.ticket,
    height - 1n,
    concatBytes(entropyOf(miner), parentTicket ?? noBytes()),
  );
}

/** Bytes of which an election proof is the worker's signature. Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION. */
export function electionBytes(draw: VrfDraw): Uint8Array {
  const { miner, height, data } = checkedDraw(draw);
  return randomness(data, PURPOSE.election, height, entropyOf(miner));
}

/** Randomness of a block's winning PoSt: 32 bytes. Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION. */
export function winningPostRandomness(draw: VrfDraw): Uint8Array {
  const { miner, height, data } = checkedDraw(draw);
  return randomness(data, PURPOSE.winningPost, height, entropyOf(miner));
}

function checkedDraw(draw: VrfDraw): { miner: Address; height: bigint; data: Uint8Array } {
  checkOption("input", draw, isObject);
  const { header, beacon } = draw;
  checkOption("header", header, isObject);
  checkOption("beacon", beacon, isObject);
  const { miner, height } = header;
  checkOption("header.height", height, isI64);
  checkOption("beacon.data", beacon.data, isBytes);
  return { miner, height: BigInt(height), data: beacon.data };
}

/** The miner's address as CBOR. */
function entropyOf(miner: Address): Uint8Array {
  return new CborWriter().bytes(addressBytes(miner)).finish();
}

/** Source: Lotus chain/rand/rand.go, `DrawRandomnessFromBase`. */
function randomness(entry: Uint8Array, purpose: bigint, epoch: bigint, entropy: Uint8Array): Uint8Array {
  const digest = native.blake2b(entry, HASH_BYTES);
  return native.blake2b(concatBytes(i64(purpose), digest, i64(epoch), entropy), HASH_BYTES);
}

function i64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt.asIntN(64, value));
  return bytes;
}
