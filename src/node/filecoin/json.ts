/**
 * The chain's values in the JSON of Lotus's API: names and order of the fields of its Go structs. Amounts are decimal
 * text, bytes base64, of nothing null; CIDs DAG-JSON. Integers beyond 2^53 are bigints, which whoever writes the JSON
 * writes in full. Source: Lotus chain/types, api/types.go.
 */
import type { Address } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import type { BlockHeader } from "../../chain/types/header.js";
import type { BlockMessages } from "../../chain/types/message-meta.js";
import { SIGNATURE_TYPES, type Signature } from "../../chain/types/signature.js";
import { messageCid, type SignedMessage, signedMessageCid } from "../../chain/types/signed-message.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import type { StampedEvent } from "../../message/event.js";
import type { Message } from "../../message/message.js";
import type { Receipt } from "../../message/receipt.js";
import type { I64, U64 } from "../../util/u64.js";
import type { ActorState } from "../../vm/state-tree/actor-state.js";

/** A CID. */
export interface CidJson {
  readonly "/": string;
}

/** A message, with the CID that signatures sign. */
export interface MessageJson {
  readonly Version: I64;
  readonly To: string;
  readonly From: string;
  readonly Nonce: U64;
  readonly Value: string;
  readonly GasLimit: I64;
  readonly GasFeeCap: string;
  readonly GasPremium: string;
  readonly Method: U64;
  readonly Params: string | null;
  readonly CID: CidJson;
}

/** A receipt. */
export interface ReceiptJson {
  readonly ExitCode: number;
  readonly Return: string | null;
  readonly GasUsed: I64;
  readonly EventsRoot: CidJson | null;
}

export function cidJson(cid: Cid): CidJson {
  return { "/": cidText(cid) };
}

/** The key of a tipset. */
export function keyJson(key: readonly Cid[]): CidJson[] {
  return key.map(cidJson);
}

/** Base64; null: nothing. */
export function bytesJson(data: Uint8Array): string | null {
  return data.length === 0 ? null : base64(data);
}

export function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString("base64");
}

/** A list as Go writes what it has read: of nothing null. */
function listJson<T, J>(items: readonly T[], toJson: (item: T) => J): J[] | null {
  return items.length === 0 ? null : items.map(toJson);
}

/** Writers of values whose addresses begin with a network's letter. */
export class FilecoinJson {
  constructor(readonly letter: NetworkLetter) {}

  address(address: Address): string {
    return formatAddress(address, this.letter);
  }

  tipset(tipset: ChainTipset) {
    const { key, headers } = tipset;
    return {
      Cids: keyJson(key),
      Blocks: headers.map((header) => this.header(header)),
      Height: firstHeader(tipset).height,
    };
  }

  header(header: BlockHeader) {
    const { ticket, electionProof: election } = header;
    return {
      Miner: this.address(header.miner),
      Ticket: ticket === undefined ? null : { VRFProof: bytesJson(ticket) },
      ElectionProof:
        election === undefined
          ? null
          : { WinCount: election.winCount, VRFProof: bytesJson(election.vrfProof) },
      BeaconEntries: listJson(header.beaconEntries, ({ round, data }) => ({
        Round: round,
        Data: bytesJson(data),
      })),
      WinPoStProof: listJson(header.winPoStProof, ({ type, proof }) => ({
        PoStProof: type,
        ProofBytes: bytesJson(proof),
      })),
      Parents: listJson(header.parents, cidJson),
      ParentWeight: String(header.parentWeight),
      Height: header.height,
      ParentStateRoot: cidJson(header.parentStateRoot),
      ParentMessageReceipts: cidJson(header.parentMessageReceipts),
      Messages: cidJson(header.messages),
      BLSAggregate: signatureJson(header.blsAggregate),
      Timestamp: header.timestamp,
      BlockSig: signatureJson(header.blockSignature),
      ForkSignaling: header.forkSignaling,
      ParentBaseFee: String(header.parentBaseFee),
    };
  }

  message(message: Message): MessageJson {
    return {
      Version: message.version,
      To: this.address(message.to),
      From: this.address(message.from),
      Nonce: message.nonce,
      Value: String(message.value),
      GasLimit: message.gasLimit,
      GasFeeCap: String(message.gasFeeCap),
      GasPremium: String(message.gasPremium),
      Method: message.method,
      Params: bytesJson(message.params),
      CID: cidJson(messageCid(message)),
    };
  }

  signedMessage(signed: SignedMessage) {
    return {
      Message: this.message(signed.message),
      Signature: signatureJson(signed.signature),
      CID: cidJson(signedMessageCid(signed)),
    };
  }

  blockMessages({ bls, secp }: BlockMessages) {
    return {
      BlsMessages: bls.map((message) => this.message(message)),
      SecpkMessages: secp.map((signed) => this.signedMessage(signed)),
      Cids: keyJson([...bls.map(messageCid), ...secp.map(signedMessageCid)]),
    };
  }

  actor({ code, state, nonce, balance, delegatedAddress }: ActorState) {
    return {
      Code: cidJson(code),
      Head: cidJson(state),
      Nonce: nonce,
      Balance: String(balance),
      DelegatedAddress: delegatedAddress === undefined ? null : this.address(delegatedAddress),
    };
  }
}

export function signatureJson(signature: Signature | undefined) {
  if (signature === undefined) return null;
  return { Type: SIGNATURE_TYPES[signature.type], Data: bytesJson(signature.data) };
}

export function receiptJson({ exitCode, returnData, gasUsed, eventsRoot }: Receipt): ReceiptJson {
  return {
    ExitCode: exitCode,
    Return: bytesJson(returnData),
    GasUsed: gasUsed,
    EventsRoot: eventsRoot === undefined ? null : cidJson(eventsRoot),
  };
}

export function eventJson({ emitter, entries }: StampedEvent) {
  return {
    Emitter: emitter,
    Entries: listJson(entries, ({ flags, key, codec, value }) => ({
      Flags: flags,
      Key: key,
      Codec: codec,
      Value: bytesJson(value),
    })),
  };
}
