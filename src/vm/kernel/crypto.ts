import { ADDRESS_PROTOCOL, type Address, addressPayload, addressProtocol } from "../../address/address.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import { native } from "../../native/index.js";
import * as charges from "../gas/charges.js";
import {
  readAggregate,
  readPieces,
  readSeal,
  readSeals,
  readUpdate,
  readWindowPost,
  type WindowPostInfo,
} from "../proofs/encoding.js";
import { aggregateProof, sealProof, updateProof, windowPost } from "../proofs/input.js";
import { unsealedSectorCid } from "../proofs/unsealed-cid.js";
import type { Verdict } from "../proofs/verifier.js";
import type { SyscallContext } from "./context.js";
import { decodeArgument } from "./decode-argument.js";
import { addressArgument } from "./handler-tools.js";
import { keyAddress } from "./key-address.js";

export const crypto = {
  /** Up to network version 17; later ones are answered in C++. */
  "crypto.verify_signature"(context: SyscallContext): void {
    const { args, answer, gas, prices } = context;
    const type = SIGNATURE_TYPES.get(args.u32(0));
    if (type === undefined) throw illegalArgument(`unknown signature type ${args.u32(0)}`);
    const signature = args.bytes(1);
    const signer = addressArgument(context, 2);
    const text = args.bytes(3);
    gas.apply(charges.onVerifySignature(prices, type, text.length));
    answer.u32(verifies(type, signature, keyAddress(context, signer, true), text) ? YES : NO);
  },

  "crypto.compute_unsealed_sector_cid"({ args, answer, gas, prices, network }: SyscallContext): void {
    const sealType = args.i64(0);
    if (sealType < 0 || sealType > network.rules.kernel.maxSealProof) {
      throw illegalArgument(`invalid proof type ${sealType}`);
    }
    const pieces = decodeArgument(readPieces, args.bytes(1));
    gas.apply(charges.onComputeUnsealedSectorCid(prices));
    const cid = unsealedSectorCid(Number(sealType), pieces);
    if (cid === undefined) throw illegalArgument("pieces do not make a sector");
    answer.latin1(cid);
  },

  /** Up to network version 17. */
  "crypto.verify_seal"({ args, answer, gas, prices, network, proofs }: SyscallContext): void {
    const info = decodeArgument(readSeal, ownArgument(args));
    gas.apply(charges.onVerifySeal(prices));
    const proof = sealProof(info, network.rules.kernel.maxSealProof);
    answer.u32(yesOrNo(proof && proofs.verifySeals([proof])[0]));
  },

  "crypto.batch_verify_seals"({ args, answer, gas, prices, network, proofs }: SyscallContext): void {
    const infos = decodeArgument(readSeals, ownArgument(args));
    const rules = network.rules.kernel;
    if (infos.length > args.length(1)) throw illegalArgument("no room for the results");
    // All are paid for before any is verified.
    const charged = rules.chargesBatchedSeals ? infos.length : 0;
    for (let item = 0; item < charged; item++) gas.apply(charges.onVerifySeal(prices));
    const seals = infos.map((info) => sealProof(info, rules.maxSealProof));
    const verdicts = proofs.verifySeals(seals.filter((seal) => seal !== undefined)).values();
    answer.tail(
      1,
      Uint8Array.from(seals, (seal) => (seal !== undefined && verdicts.next().value === "valid" ? 1 : 0)),
    );
  },

  "crypto.verify_aggregate_seals"({ args, answer, gas, prices, network, proofs }: SyscallContext): void {
    const info = decodeArgument(readAggregate, ownArgument(args));
    gas.apply(charges.onVerifyAggregateSeals(prices, info.sealType, info.sectors.length));
    const proof = aggregateProof(info, network.rules.kernel.maxSealProof);
    answer.u32(yesOrNo(proof && proofs.verifyAggregate(proof)));
  },

  "crypto.verify_post"({ args, answer, gas, prices, machine, network, proofs }: SyscallContext): void {
    const info = decodeArgument(readWindowPost, ownArgument(args));
    gas.apply(charges.onVerifyPost(prices, info.sectors.length));
    const { windowPost: rules, maxSealProof } = network.rules.kernel;
    const until = rules.calibnetV1Until;
    const asV1 = until !== undefined && machine.chainId === CALIBNET_CHAIN_ID && machine.epoch <= until;
    const proof = windowPost(asV1 ? withV1(info) : info, rules, maxSealProof);
    answer.u32(yesOrNo(proof && proofs.verifyWindowPost(proof)));
  },

  "crypto.verify_replica_update"({ args, answer, gas, prices, proofs }: SyscallContext): void {
    const info = decodeArgument(readUpdate, ownArgument(args));
    gas.apply(charges.onVerifyReplicaUpdate(prices));
    const proof = updateProof(info);
    answer.u32(yesOrNo(proof && proofs.verifyUpdate(proof)));
  },

  "crypto.verify_consensus_fault"({ args, answer, gas, prices, externs }: SyscallContext): void {
    const [header1, header2, extra] = [args.bytes(0), args.bytes(1), args.bytes(2)];
    gas.apply(charges.onVerifyConsensusFault(prices));
    const fault = externs.verifyConsensusFault(header1, header2, extra);
    const packed = Buffer.alloc(20);
    if (fault !== undefined) {
      packed.writeBigInt64LE(BigInt(fault.epoch), 0);
      packed.writeBigUInt64LE(BigInt(fault.target), 8);
      packed.writeUInt32LE(fault.type, 16);
    }
    answer.bytes(packed);
  },
} as const;

/** Answers of verifying syscalls. */
const YES = 0;
const NO = 0xffff_ffff;

const SIGNATURE_TYPES: ReadonlyMap<number, SignatureType> = new Map([
  [1, "secp256k1"],
  [2, "bls"],
]);
type SignatureType = "secp256k1" | "bls";

const CALIBNET_CHAIN_ID = 314_159;
const WINDOW_32_GIB_V1 = 8;
const WINDOW_32_GIB_V1P1 = 13;

function verifies(type: SignatureType, signature: Uint8Array, signer: Address, text: Uint8Array): boolean {
  const protocol = addressProtocol(signer);
  const key = addressPayload(signer);
  if (type === "bls") {
    return (
      protocol === ADDRESS_PROTOCOL.BLS && signature.length === 96 && native.verifyBls(signature, key, text)
    );
  }
  const fits = protocol === ADDRESS_PROTOCOL.SECP256K1 && signature.length === 65;
  return fits && native.verifySecp(signature, key, text);
}

/** Calibnet once took valid proofs of the newer type for invalid ones, and has to keep doing so. */
function withV1(info: WindowPostInfo): WindowPostInfo {
  const [first, ...others] = info.proofs;
  if (first?.postType !== WINDOW_32_GIB_V1P1) return info;
  return { ...info, proofs: [{ ...first, postType: WINDOW_32_GIB_V1 }, ...others] };
}

/** A copy: a verifier may still read it when the argument's memory is that of the next syscall. */
function ownArgument(args: SyscallContext["args"]): Uint8Array {
  return new Uint8Array(args.bytes(0));
}

/** @param verdict undefined if the input does not even reach the verifier */
function yesOrNo(verdict: Verdict | undefined): number {
  if (verdict === undefined || verdict === "malformed") throw illegalArgument("malformed proof");
  return verdict === "valid" ? YES : NO;
}

function illegalArgument(text: string): SyscallError {
  return new SyscallError(ErrorNumber.IllegalArgument, text);
}
