import { type Address, addressBytes } from "../../address/address.js";
import { CborWriter } from "../../ipld/cbor.js";
import { native } from "../../native/index.js";
import { concatBytes, noBytes } from "../../util/bytes.js";
import { isBytes } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { verifySignature } from "../signatures/verify.js";
import type { BeaconEntry, BlockHeader } from "../types/header.js";

/** Purposes of randomness. Source: go-state-types crypto/randomness.go. */
const PURPOSE = { ticket: 1n, election: 2n } as const;
const HASH_BYTES = 32;

/** Input of a proof by a miner's VRF. */
export interface VrfInput {
  readonly header: BlockHeader;
  /** Address of the key of the miner's worker: f3. */
  readonly worker: Address;
  /** The header's last beacon entry; if it has none, the last one of its ancestors. */
  readonly beacon: BeaconEntry;
}

/**
 * Whether a block's ticket is the one that its miner had to draw. Source: Lotus chain/consensus/filcns/filecoin.go.
 *
 * @param parentTicket the least ticket of the parents; undefined up to the height of the upgrade Smoke
 */
export function verifyTicket(
  { header, worker, beacon }: VrfInput,
  parentTicket: Uint8Array | undefined,
): boolean {
  const entropy = concatBytes(entropyOf(header.miner), parentTicket ?? noBytes());
  return verifyVrf(
    header.ticket,
    worker,
    randomness(beacon, PURPOSE.ticket, BigInt(header.height) - 1n, entropy),
  );
}

/** Whether a block's election proof is its miner's. How often it wins, `winCount` says. */
export function verifyElectionProof({ header, worker, beacon }: VrfInput): boolean {
  const drawn = randomness(beacon, PURPOSE.election, BigInt(header.height), entropyOf(header.miner));
  return verifyVrf(header.electionProof?.vrfProof, worker, drawn);
}

function verifyVrf(proof: Uint8Array | undefined, worker: Address, drawn: Uint8Array): boolean {
  return proof !== undefined && verifySignature({ type: "bls", data: proof }, worker, drawn);
}

/** The miner's address as CBOR. */
function entropyOf(miner: Address): Uint8Array {
  return new CborWriter().bytes(addressBytes(miner)).finish();
}

/** Source: Lotus chain/rand/rand.go, `DrawRandomnessFromBase`. */
function randomness({ data }: BeaconEntry, purpose: bigint, epoch: bigint, entropy: Uint8Array): Uint8Array {
  checkOption("beacon.data", data, isBytes);
  const digest = native.blake2b(data, HASH_BYTES);
  return native.blake2b(concatBytes(i64(purpose), digest, i64(epoch), entropy), HASH_BYTES);
}

function i64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
